import { type Declarations, filledOptions, fixed, needed } from "../options/mod.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode polynomialDecay}. */
export interface PolynomialDecayOptions {
  /** The value at step 0: a finite number of at least 0. */
  readonly initial: number;
  /** The value from step `steps` on: a finite number of at least 0. 0 by default. */
  readonly final?: number;
  /** Steps to reach `final`: an integer of at least 1. */
  readonly steps: number;
  /** The exponent: a finite number above 0. 1 by default, a straight line. */
  readonly power?: number;
}

/** The declarations of {@linkcode PolynomialDecayOptions}. */
export const POLYNOMIAL_DECAY_OPTIONS = {
  initial: needed("a finite number of at least 0"),
  final: fixed("a finite number of at least 0", 0),
  steps: needed("an integer of at least 1"),
  power: fixed("a finite number above 0", 1),
} satisfies Declarations<PolynomialDecayOptions>;

/**
 * Falls along a power: `final + (initial - final) * (1 - min(step, steps) / steps)^power`; `final` may be above
 * `initial`.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { polynomialDecay } from "./polynomial_decay.ts";
 * import { assertEquals } from "@std/assert";
 * const schedule = polynomialDecay({ initial: 4, steps: 10, power: 2 });
 * assertEquals([0, 5, 10, 11].map(schedule), [4, 1, 0, 0]);
 * ```
 *
 * @see PyTorch `PolynomialLR`; Optax `polynomial_schedule`.
 */
export function polynomialDecay(options: PolynomialDecayOptions): Schedule {
  const { initial, final, steps, power } = filledOptions(
    "polynomialDecay",
    options,
    POLYNOMIAL_DECAY_OPTIONS,
  );
  return (step) => final + (initial - final) * (1 - Math.min(step, steps) / steps) ** power;
}
