import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
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

const EXPONENTIAL_DECAY_OPTIONS = {
  initial: true,
  factor: true,
  every: false,
  minimum: false,
} satisfies OptionNames<ExponentialDecayOptions>;

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
  checkOptions("exponentialDecay", options, EXPONENTIAL_DECAY_OPTIONS);
  const { initial, factor, every = 1, minimum = 0 } = options;
  checkNumber("initial", initial, "a finite number of at least 0");
  checkNumber("factor", factor, "in (0, 1]");
  checkNumber("every", every, "a finite number above 0");
  checkNumber("minimum", minimum, "a finite number of at least 0");
  return (step) => Math.max(initial * factor ** (step / every), minimum);
}
