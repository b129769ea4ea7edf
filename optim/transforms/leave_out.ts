/**
 * Leaves out updates whose gradients are bad: the mechanism of `applyIfFinite` and `skipLargeUpdates`.
 *
 * @module
 */
import {
  add,
  constant,
  each,
  type Expr,
  type Exprs,
  greater,
  max,
  mul,
  sub,
  where,
} from "../language/mod.ts";
import { checkUpdater } from "../check_optimizer.ts";
import { type Combined, combined, type Updater } from "../optimizer.ts";
import { Nested, onlyIf, refuseBackwardClocks, select } from "../nesting/mod.ts";

/** Which updates to leave out. */
export interface LeaveOut {
  /** The name of the rule around. */
  readonly name: string;
  /** Returns 1 where the gradients are bad, else 0. */
  readonly bad: (grads: Exprs) => Expr;
  /** Failures in a row after which the inner rule is applied anyway. */
  readonly maxConsecutive: number;
  /** The options of the rule around, for summaries. */
  readonly hyperparameters: Readonly<Record<string, unknown>>;
}

/** Returns a rule that leaves out updates: the inner rule does not see their gradients, and its count does not move. */
export function leavingOut<T extends Updater>(
  inner: T,
  { name, bad, maxConsecutive, hyperparameters }: LeaveOut,
): Combined<T> {
  checkUpdater(`${name}: the rule inside`, inner);
  const nested = new Nested(inner.rule, "inner");
  const { gradientsPerUpdate: period = 1 } = inner.rule;
  return combined([inner], {
    name: `${name} ${inner.name}`,
    hyperparameters: { inner, ...hyperparameters },
    like: inner,
    rule: {
      ...nested.evaluations,
      gradientsPerUpdate: period,
      waits: true,
      counter: "calls",
      slots(...of) {
        const within = nested.slots(...of);
        if (period > 1) refuseBackwardClocks(name, within);
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
        const before = state.failed ?? constant(0);
        const failed = max(before, bad(grads));
        const failures = where(failed, add(state.failures!, 1), 0);
        const good = sub(1, failed);
        const applied = maxConsecutive === Infinity ? good : max(good, greater(failures, maxConsecutive));
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
