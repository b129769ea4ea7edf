import { type Declarations, filledOptions, fixed, needed } from "../options/mod.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode noam}. */
export interface NoamOptions {
  /** The model's width, `d_model` in the paper: an integer of at least 1. */
  readonly width: number;
  /** Steps of the rise: an integer of at least 1. 4000 by default, the paper's. */
  readonly warmUpSteps?: number;
  /** The factor on the paper's value: a finite number above 0. 1 by default. */
  readonly scale?: number;
}

/** The declarations of {@linkcode NoamOptions}. */
export const NOAM_OPTIONS = {
  width: needed("an integer of at least 1"),
  warmUpSteps: fixed("an integer of at least 1", 4000),
  scale: fixed("a finite number above 0", 1),
} satisfies Declarations<NoamOptions>;

/**
 * The transformer's schedule: `scale * width^-0.5 * min(t^-0.5, t * warmUpSteps^-1.5)` with `t = step + 1`: a linear
 * rise, then the inverse square root. The paper counts steps from 1, hence `t`.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { noam } from "./noam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(noam({ width: 512 })(3999), (512 * 4000) ** -0.5, 1e-18);
 * ```
 *
 * @see Vaswani et al.: Attention Is All You Need (NeurIPS 2017), equation 3.
 */
export function noam(options: NoamOptions): Schedule {
  const { width, warmUpSteps, scale } = filledOptions("noam", options, NOAM_OPTIONS);
  const peak = scale / Math.sqrt(width);
  return (step) =>
    peak * Math.min(1 / Math.sqrt(step + 1), (step + 1) / (warmUpSteps * Math.sqrt(warmUpSteps)));
}
