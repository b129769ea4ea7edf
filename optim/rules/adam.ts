import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { MOMENT_OPTIONS } from "../moment_options.ts";
import { checkCommon, decaying, type DecoupledOptions, penalized, shrunk } from "../common.ts";
import { add, div, type Expr, mul, perParameter, type RuleInputs, sqrt, square } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { checkChoice, checkOption } from "../options.ts";

/** Where epsilon stands in Adam; see {@linkcode adam}. */
export type EpsilonPlacement = "outside" | "inside" | "scaled";

/** Options of the rules that keep Adam's two moments. */
export interface MomentOptions extends DecoupledOptions {
  /** Share of the running average of gradients that is kept: in [0, 1). 0.9 by default. */
  beta1?: number;
  /** Share of the running average of squares that is kept: in [0, 1). 0.999 by default. */
  beta2?: number;
  /** Keeps the quotient finite: at least 0. 1e-8 by default. */
  epsilon?: number;
  /** Added to the second moment under the root, Optax's `eps_root`: at least 0. 0 by default. */
  epsilonRoot?: number;
}

/** Options of {@linkcode adam}. */
export interface AdamOptions extends MomentOptions {
  /** Where epsilon stands. `"outside"` by default. */
  epsilonPlacement?: EpsilonPlacement;
}

const ADAM_OPTIONS = { ...MOMENT_OPTIONS, epsilonPlacement: false } satisfies OptionNames<AdamOptions>;

/**
 * Adam: momentum over the root mean square, both corrected for their start at zero.
 *
 * ```text
 * m = beta1 m + (1 - beta1) g;      m_hat = m / (1 - beta1^t)
 * v = beta2 v + (1 - beta2) g g;    v_hat = v / (1 - beta2^t)
 * outside:  u = -eta m_hat / (sqrt(v_hat) + epsilon)                                  PyTorch, Optax
 * inside:   u = -eta m_hat / sqrt(v_hat + epsilon)                                    the lecture, Optax's eps_root
 * scaled:   u = -eta sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon)        TensorFlow, SWATS
 * ```
 *
 * All three are computed as `a M / (sqrt(V) + e)` or `a M / sqrt(V + e)`, with `a` and `e` worked out once a step, from the
 * sums `M = m / (1 - beta1)` and `V = v / (1 - beta2)`, which save a product each: `M = beta1 M + g`, `V = beta2 V + g g`.
 *
 * State: `m` and `v` of the parameter's shape, which hold the sums: 8 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: PyTorch `Adam`, Optax `adam`: the same. Epsilon stands outside the root unless asked otherwise.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { adam } from "./adam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = adam({ learningRate: 0.1 });
 * const params = { w: Float64Array.of(0, 0) };
 * const [updates] = opt.update({ w: Float64Array.of(5, -0.01) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.1, 1e-6);
 * assertAlmostEquals(updates.w[1]!, 0.1, 1e-6);
 * ```
 *
 * @see Kingma, Ba: Adam: A method for stochastic optimization, 2015, Algorithm 1.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  checkOptions("adam", options, ADAM_OPTIONS);
  const { learningRate = 1e-3 } = options;
  const settings = adamSettings(options);
  const rule = perParameter({ m: 0, v: 0 }, ({ g, w, m, v }, at, name) => {
    const sums = adamSums(penalized(g, w, { ...options, name }), { m, v }, settings);
    const u = summedStep(sums.m, sums.v, { ...settings, at });
    return { u: shrunk(u, w, { ...options, name, at }), ...sums };
  });
  return optimizer({ name: "adam", learningRate, rule: decaying(rule, options) });
}

/** Adam's own settings, with their defaults. */
export interface AdamSettings {
  /** Decay of the first moment. */
  readonly beta1: number;
  /** Decay of the second moment. */
  readonly beta2: number;
  /** Added to the denominator. */
  readonly epsilon: number;
  /** Added to the corrected second moment. */
  readonly epsilonRoot: number;
  /** Where epsilon is added. */
  readonly epsilonPlacement: EpsilonPlacement;
}

/** Adam's settings, checked. */
export function adamSettings(options: AdamOptions): AdamSettings {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, epsilonRoot = 0 } = options;
  const { epsilonPlacement = "outside" } = options;
  checkCommon(options);
  checkOption("beta1", beta1, "in [0, 1)");
  checkOption("beta2", beta2, "in [0, 1)");
  checkOption("epsilon", epsilon, "a finite number of at least 0");
  checkOption("epsilonRoot", epsilonRoot, "a finite number of at least 0");
  checkChoice("epsilonPlacement", epsilonPlacement, ["outside", "inside", "scaled"]);
  return { beta1, beta2, epsilon, epsilonRoot, epsilonPlacement };
}

/** A running average: `beta m + (1 - beta) x`. */
export function average(m: Expr, x: Expr, beta: number): Expr {
  return add(mul(beta, m), mul(1 - beta, x));
}

/** The running averages of the gradient and of its square. */
export function adamMoments(g: Expr, { m, v }: { m: Expr; v: Expr }, { beta1, beta2 }: AdamSettings) {
  return { m: average(m, g, beta1), v: average(v, square(g), beta2) };
}

/** Those averages as sums, `m / (1 - beta1)` and `v / (1 - beta2)`: two products fewer. */
export function adamSums(g: Expr, { m, v }: { m: Expr; v: Expr }, { beta1, beta2 }: AdamSettings) {
  return { m: add(mul(beta1, m), g), v: add(mul(beta2, v), square(g)) };
}

/** What Adam's denominator is computed from, besides the second moment. */
export interface RootSettings extends AdamSettings {
  /** The step's coefficients. */
  readonly at: RuleInputs["at"];
  /** What `v` has to be multiplied by to be the second moment; 1 by default. */
  readonly unit?: number;
}

/** `sqrt((1 - beta2^t) / unit)` times Adam's denominator, from a second moment that is not corrected yet. */
export function adamRoot(
  v: Expr,
  { beta2, epsilon, epsilonRoot, epsilonPlacement, at, unit = 1 }: RootSettings,
): Expr {
  const correction = (t: number) => (1 - beta2 ** t) / unit;
  const inside = epsilonRoot + (epsilonPlacement === "inside" ? epsilon : 0);
  const root = sqrt(inside === 0 ? v : add(v, at("epsilonRoot", ({ t }) => inside * correction(t))));
  if (epsilonPlacement === "inside" || epsilon === 0) return root;
  return add(
    root,
    epsilonPlacement === "scaled"
      ? epsilon / Math.sqrt(unit)
      : at("epsilon", ({ t }) => epsilon * Math.sqrt(correction(t))),
  );
}

/** The update from moments that are not corrected yet. */
export function adamStep(m: Expr, v: Expr, settings: AdamSettings & { at: RuleInputs["at"] }): Expr {
  const { beta1, beta2, at } = settings;
  const rate = at(
    "rate",
    (s) => -s.learningRate * Math.sqrt(1 - beta2 ** s.t) / (1 - beta1 ** s.t),
  );
  return div(mul(rate, m), adamRoot(v, settings));
}

/** The update from moments kept as sums. */
export function summedStep(m: Expr, v: Expr, settings: AdamSettings & { at: RuleInputs["at"] }): Expr {
  const { beta1, beta2, at } = settings;
  const unit = 1 - beta2;
  const rate = at(
    "rate",
    (s) => -s.learningRate * (1 - beta1) / (1 - beta1 ** s.t) * Math.sqrt((1 - beta2 ** s.t) / unit),
  );
  return div(mul(rate, m), adamRoot(v, { ...settings, unit }));
}
