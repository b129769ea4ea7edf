/**
 * Adam's two moments, which many rules keep.
 *
 * @module
 */
import type { Declarations } from "../../options/mod.ts";
import { atLeast0, DECOUPLED_OPTIONS, type DecoupledOptions, share } from "../common.ts";
import { add, div, type Expr, mul, type RuleInputs, sqrt, square } from "../language/mod.ts";
import { type Hyperparameter, inStep, valueAt } from "../scheduled.ts";

/** The place of epsilon in Adam; see {@linkcode adam}. */
export type EpsilonPlacement = "outside" | "inside" | "scaled";

/** Options of the rules that keep Adam's two moments. */
export interface MomentOptions extends DecoupledOptions {
  /** Share of the running average of gradients that is kept: in [0, 1), or a schedule. 0.9 by default. */
  beta1?: Hyperparameter;
  /** Share of the running average of squares that is kept: in [0, 1), or a schedule. 0.999 by default. */
  beta2?: Hyperparameter;
  /** Keeps the quotient finite: at least 0, or a schedule. 1e-8 by default. */
  epsilon?: Hyperparameter;
  /** Added to the second moment under the root, Optax's `eps_root`: at least 0, or a schedule. 0 by default. */
  epsilonRoot?: Hyperparameter;
}

export const MOMENT_OPTIONS = {
  ...DECOUPLED_OPTIONS,
  beta1: share(0.9),
  beta2: share(0.999),
  epsilon: atLeast0(1e-8),
  epsilonRoot: atLeast0(0),
} satisfies Declarations<MomentOptions>;

/**
 * The form of the moments in the state: averages, or the sums `m / (1 - beta1)` and `v / (1 - beta2)`, which save two
 * products an element.
 */
export type Kept = "averages" | "sums";

/** Adam's settings. */
export interface AdamSettings {
  /** Decay of the first moment. */
  readonly beta1: Hyperparameter;
  /** Decay of the second moment. */
  readonly beta2: Hyperparameter;
  /** Added to the denominator. */
  readonly epsilon: Hyperparameter;
  /** Added to the corrected second moment; 0 by default. */
  readonly epsilonRoot?: Hyperparameter;
  /** The place of epsilon; `"outside"` by default. */
  readonly epsilonPlacement?: EpsilonPlacement;
  /** The form of the moments in the state; `"averages"` by default. Sums need constant decays. */
  readonly kept?: Kept;
}

/** Adam's settings, and the step's coefficients. */
export interface StepSettings extends AdamSettings {
  /** Returns a coefficient of the step. */
  readonly at: RuleInputs["at"];
}

/**
 * Returns the form of the moments: sums, which are the moments only up to factors that must not change, or averages where
 * a decay is a schedule.
 */
export function keptBy({ beta1, beta2 }: Pick<AdamSettings, "beta1" | "beta2">): Kept {
  return typeof beta1 === "function" || typeof beta2 === "function" ? "averages" : "sums";
}

/**
 * Returns a running average: `beta m + (1 - beta) x`.
 *
 * @param step the rule's function that makes coefficients, and the name of the decay, unique within the rule
 */
export function average(
  m: Expr,
  x: Expr,
  beta: Hyperparameter,
  { at, name }: { at: RuleInputs["at"]; name: string },
): Expr {
  return add(mul(inStep(at, name, beta), m), mul(inStep(at, `1 - ${name}`, beta, (b) => 1 - b), x));
}

/** Returns the moments with one more gradient, kept as the settings say. */
export function adamMoments(
  g: Expr,
  { m, v }: { m: Expr; v: Expr },
  { beta1, beta2, kept = "averages", at }: StepSettings,
): { m: Expr; v: Expr } {
  return kept === "sums"
    ? { m: add(mul(constant(beta1), m), g), v: add(mul(constant(beta2), v), square(g)) }
    : {
      m: average(m, g, beta1, { at, name: "beta1" }),
      v: average(v, square(g), beta2, { at, name: "beta2" }),
    };
}

/**
 * Returns `sqrt((1 - beta2^t) / unit)` times Adam's denominator, from a second moment that is not corrected yet. `unit`
 * is the factor that makes `v` an average.
 */
export function adamRoot(v: Expr, settings: StepSettings): Expr {
  const { beta2, epsilon, epsilonRoot = 0, epsilonPlacement = "outside", at } = settings;
  const unit = unitOf(settings);
  const correction = (t: number) => (1 - valueAt(beta2, t) ** t) / unit;
  const inside = epsilonPlacement === "inside";
  const added = (t: number) => valueAt(epsilonRoot, t) + (inside ? valueAt(epsilon, t) : 0);
  const adds = epsilonRoot !== 0 || (inside && epsilon !== 0);
  const root = sqrt(adds ? add(v, at("epsilonRoot", ({ t }) => added(t) * correction(t))) : v);
  if (inside || epsilon === 0) return root;
  return add(
    root,
    epsilonPlacement === "scaled"
      ? inStep(at, "epsilon", epsilon, (e) => e / Math.sqrt(unit))
      : at("epsilon", ({ t }) => valueAt(epsilon, t) * Math.sqrt(correction(t))),
  );
}

/** Returns Adam's update from moments that are not corrected yet. */
export function adamStep(m: Expr, v: Expr, settings: StepSettings): Expr {
  const { beta1, beta2, kept, at } = settings;
  const unit = unitOf(settings);
  const rate = at("rate", ({ t, learningRate }) => {
    const [b1, b2] = [valueAt(beta1, t), valueAt(beta2, t)];
    return kept === "sums"
      ? -learningRate * (1 - b1) / (1 - b1 ** t) * Math.sqrt((1 - b2 ** t) / unit)
      : -learningRate * Math.sqrt(1 - b2 ** t) / (1 - b1 ** t);
  });
  return div(mul(rate, m), adamRoot(v, settings));
}

/** Returns the number. @throws {TypeError} for a schedule: sums of one factor have no meaning once it changes. */
function constant(beta: Hyperparameter): number {
  if (typeof beta === "number") return beta;
  throw new TypeError("moments kept as sums need constant decays");
}

function unitOf({ beta2, kept }: AdamSettings): number {
  return kept === "sums" ? 1 - constant(beta2) : 1;
}
