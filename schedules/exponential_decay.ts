import { type Declarations, filledOptions, fixed, needed } from "../options/mod.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode exponentialDecay}. */
export interface ExponentialDecayOptions {
  /** The value at step 0: a finite number of at least 0. */
  readonly initial: number;
  /** The factor on the value over `every` steps: in (0, 1]. */
  readonly factor: number;
  /** Steps over which the factor applies: a finite number above 0. 1 by default, as in PyTorch. */
  readonly every?: number;
  /** The smallest value, Optax's `end_value`: a finite number of at least 0. 0 by default. */
  readonly minimum?: number;
}

/** The declarations of {@linkcode ExponentialDecayOptions}. */
export const EXPONENTIAL_DECAY_OPTIONS = {
  initial: needed("a finite number of at least 0"),
  factor: needed("in (0, 1]"),
  every: fixed("a finite number above 0", 1),
  minimum: fixed("a finite number of at least 0", 0),
} satisfies Declarations<ExponentialDecayOptions>;

/**
 * Falls smoothly, by the same share at each step: `max(initial * factor^(step / every), minimum)`.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { exponentialDecay } from "./exponential_decay.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(exponentialDecay({ initial: 8, factor: 0.5, every: 10 })(20), 2);
 * ```
 *
 * @see PyTorch `ExponentialLR`; Optax `exponential_decay`.
 */
export function exponentialDecay(options: ExponentialDecayOptions): Schedule {
  const { initial, factor, every, minimum } = filledOptions(
    "exponentialDecay",
    options,
    EXPONENTIAL_DECAY_OPTIONS,
  );
  return (step) => Math.max(initial * factor ** (step / every), minimum);
}
