import { type Declarations, filledOptions, fixed, needed } from "../options/mod.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode warmUp}. */
export interface WarmUpOptions {
  /** Steps of the rise: an integer of at least 1. */
  readonly steps: number;
  /** The value at step 0, as a share of the schedule's first value: in [0, 1]. 0 by default. */
  readonly from?: number;
}

/** The declarations of {@linkcode WarmUpOptions}. */
export const WARM_UP_OPTIONS = {
  steps: needed("an integer of at least 1"),
  from: fixed("in [0, 1]", 0),
} satisfies Declarations<WarmUpOptions>;

/**
 * Rises linearly to the first value of `schedule`, then follows `schedule` from its step 0 on: at step `t < steps` the
 * value is `schedule(0) * (from + (1 - from) * t / steps)`, and `schedule(t - steps)` afterwards.
 *
 * With `from` 0 the first update does nothing; take `from: 1 / steps` if it should.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { warmUp } from "./warm_up.ts";
 * import { stepDecay } from "./step_decay.ts";
 * import { assertEquals } from "@std/assert";
 * const schedule = warmUp(stepDecay({ initial: 1, every: 2, factor: 0.5 }), { steps: 4 });
 * assertEquals([0, 2, 4, 5, 6].map(schedule), [0, 0.5, 1, 1, 0.5]);
 * ```
 *
 * @see Goyal et al.: Accurate, Large Minibatch SGD (2017), section 2.2; Optax `warmup_cosine_decay_schedule`.
 */
export function warmUp(schedule: Schedule, options: WarmUpOptions): Schedule {
  const { steps, from } = filledOptions("warmUp", options, WARM_UP_OPTIONS);
  return (step) => {
    if (step >= steps) return schedule(step - steps);
    return schedule(0) * (from + (1 - from) * step / steps);
  };
}
