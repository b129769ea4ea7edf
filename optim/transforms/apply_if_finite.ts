import { type Declarations, filledOptions, fixed } from "../../options/mod.ts";
import { add, constant, each, equal, greater, max, mul, sub, total, where } from "../language/mod.ts";
import { checkUpdater } from "../check_optimizer.ts";
import { type Combined, combined, type Updater } from "../optimizer.ts";
import { Nested, onlyIf, refuseBackwardClocks, select } from "../nesting/mod.ts";

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
  checkUpdater("applyIfFinite: the rule inside", inner);
  const { maxConsecutive } = filledOptions("applyIfFinite", options, APPLY_IF_FINITE_OPTIONS);
  const nested = new Nested(inner.rule, "inner");
  const { gradientsPerUpdate: period = 1 } = inner.rule;
  return combined([inner], {
    name: `applyIfFinite ${inner.name}`,
    like: inner,
    rule: {
      ...nested.evaluations,
      gradientsPerUpdate: period,
      waits: true,
      counter: "calls",
      slots(...of) {
        const within = nested.slots(...of);
        if (period > 1) refuseBackwardClocks("applyIfFinite", within);
        return {
          failures: { shape: [], init: 0 },
          allFailures: { shape: [], init: 0 },
          calls: { shape: [], init: 0, clock: { back: period - 1 } },
          ...(period > 1 ? { failed: { shape: [], init: 0 } } : {}),
          ...within,
        };
      },
      update(inputs) {
        const { grads, params, state, at } = inputs;
        const last = period === 1 ? constant(1) : at("last", ({ t }) => (t % period === 0 ? 1 : 0), "calls");
        // Infinities and NaN are the numbers whose difference from themselves is not 0.
        const strange = total(Object.values(grads).map((g) => sub(1, equal(sub(g, g), 0))));
        const before = state.failed ?? constant(0);
        const failed = max(before, greater(strange, 0));
        const failures = where(failed, add(state.failures!, 1), 0);
        const applied = max(sub(1, failed), greater(failures, maxConsecutive));
        const result = nested.update(inputs, { clock: "calls" });
        const { ends, clocks } = onlyIf(applied, result);
        // The last call of a left-out update moves the count back, so that the next call begins an update.
        const back = mul(mul(last, sub(1, applied)), period);
        return {
          updates: each(Object.keys(params), (p) => where(applied, result.updates[p]!, 0)),
          state: {
            failures: where(last, failures, state.failures!),
            allFailures: add(state.allFailures!, mul(last, failed)),
            ...(period > 1 ? { failed: where(last, 0, failed) } : {}),
            ...select(applied, result.state, state),
          },
          clocks: { ...clocks, calls: sub(1, back) },
          ends,
          // After a failure the parameters are home already, and the inner rule does not know where the update began.
          ...(result.home && {
            home: each(
              Object.keys(params),
              (p) => where(mul(before, sub(1, applied)), params[p]!, result.home![p]!),
            ),
          }),
        };
      },
    },
  });
}
