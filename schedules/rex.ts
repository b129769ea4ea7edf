import { type Declarations, filledOptions, fixed, needed } from "../options/mod.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode rex}. */
export interface RexOptions {
  /** The value at step 0: a finite number of at least 0. */
  readonly initial: number;
  /** The budget: steps to reach 0, an integer of at least 1. */
  readonly steps: number;
  /** The straightness of the fall, in (0, 1]; 1 is a straight line. 0.5 by default, as in the paper. */
  readonly bend?: number;
}

/** The declarations of {@linkcode RexOptions}. */
export const REX_OPTIONS = {
  initial: needed("a finite number of at least 0"),
  steps: needed("an integer of at least 1"),
  bend: fixed("in (0, 1]", 0.5),
} satisfies Declarations<RexOptions>;

/**
 * REX: `initial * z / (bend + (1 - bend) * z)`, where `z = 1 - min(step, steps) / steps` is what is left of the budget.
 * It stays above the straight line, which is `bend` 1, and falls fastest at the end.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { rex } from "./rex.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(rex({ initial: 3, steps: 10 })(5), 2, 1e-15);
 * ```
 *
 * @see Chen, Wolfe, Kyrillidis: REX: Revisiting Budgeted Training with an Improved Schedule (MLSys 2022), section 4.
 */
export function rex(options: RexOptions): Schedule {
  const { initial, steps, bend } = filledOptions("rex", options, REX_OPTIONS);
  return (step) => {
    const z = 1 - Math.min(step, steps) / steps;
    return initial * z / (bend + (1 - bend) * z);
  };
}
