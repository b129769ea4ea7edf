import { type Declarations, filledOptions, needed } from "../../options/mod.ts";
import { dot, greater, sub } from "../language/mod.ts";
import type { Combined, Updater } from "../optimizer.ts";
import { leavingOut } from "./leave_out.ts";

/** Options of {@linkcode skipLargeUpdates}. */
export interface SkipLargeUpdatesOptions {
  /** The squared norm of all gradients from which on an update is left out: above 0. */
  maxSquaredNorm: number;
}

export const SKIP_LARGE_UPDATES_OPTIONS = {
  maxSquaredNorm: needed("a finite number above 0"),
} satisfies Declarations<SkipLargeUpdatesOptions>;

/**
 * Leaves out an update if all gradients together are large, or NaN: the updates are 0, and the inner rule does not see the
 * call. Its count does not move either, so schedules go by the updates that were made.
 *
 * ```text
 * u = the rule's where ||all g||^2 < maxSquaredNorm, else 0
 * ```
 *
 * Around `multiSteps` only the large gradient is left out: the window waits for another one.
 *
 * State: the rule's, and the scalars `failures` (in a row), `allFailures` and `calls`, the count of the others.
 *
 * Elsewhere: Optax `skip_large_updates`, which is an argument of its `MultiSteps`.
 *
 * @throws {RangeError} when the option is out of its range.
 *
 * @example
 * ```ts
 * import { skipLargeUpdates } from "./skip_large_updates.ts";
 * import { sgd } from "../rules/sgd.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = skipLargeUpdates(sgd({ learningRate: 1 }), { maxSquaredNorm: 25 });
 * const params = { w: Float64Array.of(0, 0) };
 * const [first, state] = opt.update({ w: Float64Array.of(3, 4) }, opt.init(params), params);
 * const [second] = opt.update({ w: Float64Array.of(3, 3) }, state, params);
 * assertEquals([first.w[1], second.w[1]], [0, -3]);
 * ```
 *
 * @see Optax `skip_large_updates`.
 */
export function skipLargeUpdates<T extends Updater>(
  inner: T,
  options: SkipLargeUpdatesOptions,
): Combined<T> {
  const { maxSquaredNorm } = filledOptions("skipLargeUpdates", options, SKIP_LARGE_UPDATES_OPTIONS);
  return leavingOut(inner, {
    name: "skipLargeUpdates",
    maxConsecutive: Infinity,
    hyperparameters: { maxSquaredNorm },
    // NaN is not less than the limit.
    bad: (grads) => sub(1, greater(maxSquaredNorm, dot(grads, grads))),
  });
}
