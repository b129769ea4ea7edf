import { type Declarations, filledOptions, needed } from "../options/mod.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode multiplicative}. */
export interface MultiplicativeOptions {
  /** The value of step 0: a finite number of at least 0. */
  readonly initial: number;
  /** Returns the factor on the value at a step, from 1. It must depend on the step alone. */
  readonly factor: (step: number) => number;
}

/** The declarations of {@linkcode MultiplicativeOptions}. */
export const MULTIPLICATIVE_OPTIONS = {
  initial: needed("a finite number of at least 0"),
  factor: { kind: "other", type: "function", required: true },
} satisfies Declarations<MultiplicativeOptions>;

/**
 * Multiplies the value by a factor at each step: `initial * factor(1) * … * factor(step)`.
 *
 * A factor of each epoch is `factor: (step) => step % steps === 0 ? factorOf(step / steps) : 1`. The products are kept, so
 * that a step costs one product.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { multiplicative } from "./multiplicative.ts";
 * import { assertEquals } from "@std/assert";
 * const schedule = multiplicative({ initial: 8, factor: (step) => (step % 2 === 0 ? 0.5 : 1) });
 * assertEquals([0, 1, 2, 3, 4].map(schedule), [8, 8, 4, 4, 2]);
 * ```
 *
 * @see PyTorch `MultiplicativeLR`.
 */
export function multiplicative(options: MultiplicativeOptions): Schedule {
  const { initial, factor } = filledOptions("multiplicative", options, MULTIPLICATIVE_OPTIONS);
  const values = [initial];
  return (step) => {
    const whole = Math.floor(step);
    for (let k = values.length; k <= whole; k++) values.push(values[k - 1]! * factor(k));
    return values[whole]!;
  };
}
