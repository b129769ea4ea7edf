import { type Declarations, filledOptions, fixed, needed } from "../options/mod.ts";
import { checkBoundaries } from "./check_boundaries.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode multiStepDecay}. */
export interface MultiStepDecayOptions {
  /** The value at step 0: a finite number of at least 0. */
  readonly initial: number;
  /** The steps at which the value falls: integers of at least 1, ascending. */
  readonly milestones: readonly number[];
  /** The factor of each reduction: in (0, 1]. 0.1 by default, as in PyTorch. */
  readonly factor?: number;
}

/** The declarations of {@linkcode MultiStepDecayOptions}. */
export const MULTI_STEP_DECAY_OPTIONS = {
  initial: needed("a finite number of at least 0"),
  milestones: { kind: "other", required: true },
  factor: fixed("in (0, 1]", 0.1),
} satisfies Declarations<MultiStepDecayOptions>;

/**
 * Falls at once, at the given steps: `initial * factor^(number of milestones at or before the step)`.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { multiStepDecay } from "./multi_step_decay.ts";
 * import { assertEquals } from "@std/assert";
 * const schedule = multiStepDecay({ initial: 1, milestones: [150, 225], factor: 0.5 });
 * assertEquals([149, 150, 225].map(schedule), [1, 0.5, 0.25]);
 * ```
 *
 * @see PyTorch `MultiStepLR`.
 */
export function multiStepDecay(options: MultiStepDecayOptions): Schedule {
  const { initial, milestones, factor } = filledOptions("multiStepDecay", options, MULTI_STEP_DECAY_OPTIONS);
  checkBoundaries("milestones", milestones);
  const steps = [...milestones];
  return (step) => initial * factor ** steps.filter((m) => m <= step).length;
}
