/**
 * Adam's two moments, which many rules keep.
 *
 * @module
 */
import { checkChoice, checkNumber, type OptionNames } from "../../options/mod.ts";
import { checkCommon, DECOUPLED_OPTIONS, type DecoupledOptions } from "../common.ts";
import { add, div, type Expr, mul, type RuleInputs, sqrt, square } from "../language/mod.ts";

/** The place of epsilon in Adam; see {@linkcode adam}. */
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

/** The names of {@linkcode MomentOptions}. */
export const MOMENT_OPTIONS = {
  ...DECOUPLED_OPTIONS,
  beta1: false,
  beta2: false,
  epsilon: false,
  epsilonRoot: false,
} satisfies OptionNames<MomentOptions>;

/**
 * The form of the moments in the state: averages, or the sums `m / (1 - beta1)` and `v / (1 - beta2)`, which save two
 * products an element.
 */
export type Kept = "averages" | "sums";

/** Adam's settings. */
export interface AdamSettings {
  /** Decay of the first moment. */
  readonly beta1: number;
  /** Decay of the second moment. */
  readonly beta2: number;
  /** Added to the denominator. */
  readonly epsilon: number;
  /** Added to the corrected second moment. */
  readonly epsilonRoot: number;
  /** The place of epsilon. */
  readonly epsilonPlacement: EpsilonPlacement;
  /** The form of the moments in the state; `"averages"` by default. */
  readonly kept?: Kept;
}

/** Returns Adam's settings with their defaults. @throws {RangeError} if an option is out of its range. */
export function adamSettings(
  options: MomentOptions & { epsilonPlacement?: EpsilonPlacement },
): AdamSettings {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, epsilonRoot = 0 } = options;
  const { epsilonPlacement = "outside" } = options;
  checkCommon(options);
  checkNumber("beta1", beta1, "in [0, 1)");
  checkNumber("beta2", beta2, "in [0, 1)");
  checkNumber("epsilon", epsilon, "a finite number of at least 0");
  checkNumber("epsilonRoot", epsilonRoot, "a finite number of at least 0");
  checkChoice("epsilonPlacement", epsilonPlacement, ["outside", "inside", "scaled"]);
  return { beta1, beta2, epsilon, epsilonRoot, epsilonPlacement };
}

/** Returns a running average: `beta m + (1 - beta) x`. */
export function average(m: Expr, x: Expr, beta: number): Expr {
  return add(mul(beta, m), mul(1 - beta, x));
}

/** Returns the moments with one more gradient, kept as the settings say. */
export function adamMoments(
  g: Expr,
  { m, v }: { m: Expr; v: Expr },
  { beta1, beta2, kept = "averages" }: AdamSettings,
): { m: Expr; v: Expr } {
  return kept === "sums"
    ? { m: add(mul(beta1, m), g), v: add(mul(beta2, v), square(g)) }
    : { m: average(m, g, beta1), v: average(v, square(g), beta2) };
}

/** Adam's settings, and the step's coefficients. */
export interface StepSettings extends AdamSettings {
  /** Returns a coefficient of the step. */
  readonly at: RuleInputs["at"];
}

/**
 * Returns `sqrt((1 - beta2^t) / unit)` times Adam's denominator, from a second moment that is not corrected yet. `unit`
 * is the factor that makes `v` an average.
 */
export function adamRoot(v: Expr, settings: StepSettings): Expr {
  const { beta2, epsilon, epsilonRoot, epsilonPlacement, at } = settings;
  const unit = unitOf(settings);
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

/** Returns Adam's update from moments that are not corrected yet. */
export function adamStep(m: Expr, v: Expr, settings: StepSettings): Expr {
  const { beta1, beta2, kept, at } = settings;
  const unit = unitOf(settings);
  const rate = at(
    "rate",
    ({ t, learningRate }) =>
      kept === "sums"
        ? -learningRate * (1 - beta1) / (1 - beta1 ** t) * Math.sqrt((1 - beta2 ** t) / unit)
        : -learningRate * Math.sqrt(1 - beta2 ** t) / (1 - beta1 ** t),
  );
  return div(mul(rate, m), adamRoot(v, settings));
}

function unitOf({ beta2, kept }: AdamSettings): number {
  return kept === "sums" ? 1 - beta2 : 1;
}
