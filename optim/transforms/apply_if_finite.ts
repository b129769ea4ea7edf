import { type Declarations, filledOptions, fixed } from "../../options/mod.ts";
import { equal, greater, sub, total } from "../language/mod.ts";
import type { Combined, Updater } from "../optimizer.ts";
import { leavingOut } from "./leave_out.ts";

/** Options of {@linkcode applyIfFinite}. */
export interface ApplyIfFiniteOptions {
  /** Failures in a row after which the inner rule is applied anyway: an integer of at least 0. 5 by default. */
  maxConsecutive?: number;
}

export const APPLY_IF_FINITE_OPTIONS = {
  maxConsecutive: fixed("an integer of at least 0", 5),
} satisfies Declarations<ApplyIfFiniteOptions>;

/**
 * Leaves out an update if a gradient is infinite or NaN: the updates are 0, and the inner rule does not see the call.
 * Its count does not move either, so bias corrections, schedules and first updates go by the updates that were made.
 *
 * For a rule that takes several gradients per update, such as `sam`, one bad gradient leaves out the whole update: the
 * parameters go back to where they were, and the remaining calls of the update do nothing. Around `multiSteps` only the
 * bad gradient is left out: the window waits for another one.
 *
 * The slots `failures` (in a row) and `allFailures` count the updates that were left out; `calls` is the count of the
 * others.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { applyIfFinite } from "./apply_if_finite.ts";
 * import { sgd } from "../rules/sgd.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = applyIfFinite(sgd({ learningRate: 1 }));
 * const params = { w: Float64Array.of(0, 0) };
 * const [updates, state] = opt.update({ w: Float64Array.of(NaN, 1) }, opt.init(params), params);
 * assertEquals(updates.w, Float64Array.of(0, 0));
 * assertEquals(state.slots.failures!.data[0], 1);
 * ```
 *
 * @see Optax `apply_if_finite`.
 */
export function applyIfFinite<T extends Updater>(inner: T, options: ApplyIfFiniteOptions = {}): Combined<T> {
  const { maxConsecutive } = filledOptions("applyIfFinite", options, APPLY_IF_FINITE_OPTIONS);
  return leavingOut(inner, {
    name: "applyIfFinite",
    maxConsecutive,
    hyperparameters: { maxConsecutive },
    // Infinities and NaN are the numbers whose difference from themselves is not 0.
    bad: (grads) => greater(total(Object.values(grads).map((g) => sub(1, equal(sub(g, g), 0)))), 0),
  });
}
