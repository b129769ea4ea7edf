import { type Declarations, flag } from "../../options/mod.ts";
import {
  add,
  asSlot,
  constant,
  div,
  each,
  type Expr,
  max,
  mul,
  slot,
  slotsOf,
  sub,
  where,
} from "../language/mod.ts";
import { checkUpdater } from "../check_optimizer.ts";
import { type Combined, combined, type Updater } from "../optimizer.ts";
import { type Hyperparameter, ruleOptions, valueAt } from "../scheduled.ts";
import { movedIf, Nested, onlyIf, refuseBackwardClocks, select } from "../nesting/mod.ts";

/** Options of {@linkcode multiSteps}. */
export interface MultiStepsOptions {
  /** Gradients to gather for one update: an integer of at least 1, or a schedule: a function of the updates done. */
  every: Hyperparameter;
  /** Whether the inner rule gets their sum instead of their mean. `false` by default. */
  sum?: boolean;
}

export const MULTI_STEPS_OPTIONS = {
  every: { kind: "number", range: "an integer of at least 1", schedule: true, required: true },
  sum: flag(),
} satisfies Declarations<MultiStepsOptions>;

/**
 * Accumulates gradients: one update of the inner rule after every `every` gradients; the updates between are 0.
 *
 * ```text
 * a = mean of the last `every` gradients, each weighed by the examples of its batch
 * t divisible by every:  u = the inner rule's at a, its update t / every;  else u = 0
 * ```
 *
 * `fit` passes the number of examples of each batch, so that the mean equals that of one large batch even if an epoch's
 * last batch is smaller; on the host, pass the option `examples` to `update`. A window continues from one epoch to the
 * next, and fewer than `every` gradients at the very end are not applied. A sum adds the batches' means unweighted.
 *
 * Around `sam` it counts batches, not gradients: each batch takes its own step up, and the gradients at the upper
 * points are gathered, as in `sam` around `multiSteps`.
 *
 * Schedules, that of `every` too, count the inner rule's updates: `every: (count) => count < 1000 ? 1 : 4` grows the batch.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { multiSteps } from "./multi_steps.ts";
 * import { sgd } from "../rules/sgd.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = multiSteps(sgd({ learningRate: 1 }), { every: 2 });
 * const params = { w: Float64Array.of(0) };
 * const [first, state] = opt.update({ w: Float64Array.of(1) }, opt.init(params), params);
 * const [second] = opt.update({ w: Float64Array.of(3) }, state, params);
 * assertEquals([first.w[0], second.w[0]], [0, -2]);
 * ```
 *
 * State: `gathered` of the parameter's shape, the scalar `examples` for the mean, and the inner rule's.
 *
 * @see Optax `MultiSteps`, which weighs all gradients equally.
 */
export function multiSteps<T extends Updater>(inner: T, options: MultiStepsOptions): Combined<T> {
  checkUpdater("multiSteps: the rule inside", inner);
  const { every, sum } = ruleOptions("multiSteps", options, MULTI_STEPS_OPTIONS);
  const window = windows(every);
  const nested = new Nested(inner.rule, "inner");
  const { gradientsPerUpdate: period = 1 } = inner.rule;
  return combined([inner], {
    name: `multiSteps ${inner.name}`,
    hyperparameters: { inner, every, sum },
    like: {
      learningRate: inner.learningRate &&
        ((count) => inner.learningRate!(window(Math.floor(count / period)).update * period)),
    },
    rule: {
      ...nested.evaluations,
      gradientsPerUpdate: period,
      waits: true,
      slots(params, buffers) {
        const within = nested.slots(params, buffers);
        if (period > 1) refuseBackwardClocks("multiSteps", within);
        return {
          ...slotsOf(params, { gathered: 0 }),
          ...(sum ? {} : { examples: { shape: [], init: 0 } }),
          ...within,
        };
      },
      update(inputs) {
        const { grads, params, state, at } = inputs;
        const names = Object.keys(params);
        const before = slot(state, "gathered", params);
        // Only the last of a batch's several gradients is gathered; the earlier ones lead to its point.
        const closes = period === 1 ? constant(1) : at("closes", ({ t }) => (t % period === 0 ? 1 : 0));
        const last = at("last", ({ t }) => (t % period === 0 && window(t / period - 1).closes ? 1 : 0));
        const examples = sum ? constant(0) : add(state.examples!, at("examples", (s) => s.examples));
        const share = sum ? constant(1) : div(at("examples", (s) => s.examples), examples);
        const gathered = each(
          names,
          (p) => sum ? add(before[p]!, grads[p]!) : add(before[p]!, mul(share, sub(grads[p]!, before[p]!))),
        );
        const result = nested.update(inputs, {
          grads: each(names, (p) => where(closes, gathered[p]!, grads[p]!)),
          t: (t) => window(Math.floor((t - 1) / period)).update * period + (t - 1) % period + 1,
        });
        const moves = max(last, sub(1, closes));
        const kept = (fresh: Expr, old: Expr) => where(last, 0, where(closes, fresh, old));
        return {
          updates: each(names, (p) => where(moves, result.updates[p]!, 0)),
          state: {
            ...asSlot("gathered", each(names, (p) => kept(gathered[p]!, before[p]!))),
            ...(sum ? {} : { examples: kept(examples, state.examples!) }),
            ...select(moves, result.state, state),
          },
          ends: onlyIf(last, result).ends,
          clocks: movedIf(moves, result),
          ...(result.home && { home: result.home }),
        };
      },
    },
  });
}

/** Returns the update, from 0, that a batch is gathered for, and whether its window ends with it, by the batch's number. */
function windows(every: Hyperparameter) {
  const starts = [0];
  return (batch: number) => {
    while (starts.at(-1)! <= batch) starts.push(starts.at(-1)! + valueAt(every, starts.length));
    const update = starts.findLastIndex((start) => start <= batch);
    return { update, closes: starts[update + 1] === batch + 1 };
  };
}
