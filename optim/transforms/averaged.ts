import { type Declarations, fixed, flag } from "../../options/mod.ts";
import { add, asSlot, each, mul, type Rule, type Slot, slot, slotsOf, sub, where } from "../language/mod.ts";
import { checkOptimizer } from "../check_optimizer.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { anyEnds, Nested } from "../nesting/mod.ts";
import { type Hyperparameter, ruleOptions, valueAt } from "../scheduled.ts";

/** Options of {@linkcode averaged}. */
export interface AveragedOptions {
  /**
   * Share of an exponential moving average that is kept: in [0, 1), or a schedule. Without it the average is Polyak's: all parameters weigh
   * the same.
   */
  decay?: Hyperparameter;
  /** The first update whose parameters enter the average; until then it is the parameters. At least 1; 1 by default. */
  start?: number;
  /**
   * Whether to average the running statistics of batch normalizations like the parameters, as PyTorch's `use_buffers`
   * does. `false` by default: `fit` then computes statistics for the average by one more pass over the training data.
   */
  useBuffers?: boolean;
}

export const AVERAGED_OPTIONS = {
  decay: { kind: "number", range: "in [0, 1)", schedule: true },
  start: fixed("an integer of at least 1", 1),
  useBuffers: flag(),
} satisfies Declarations<AveragedOptions>;

/**
 * Keeps averages of the parameters, for evaluation.
 *
 * ```text
 * decay:   a = decay a + (1 - decay) (w + u)          a = w at first
 * Polyak:  a = mean of w + u from update `start` on
 * ```
 *
 * The updates are the inner rule's; `evaluationParams` returns the average, and `fit` evaluates at it. It counts and
 * averages updates: neither single gradients of `sam` or `multiSteps` nor updates that `applyIfFinite` leaves out.
 *
 * Batch normalizations need statistics that belong to the average. `fit` computes them by a forward pass over the
 * training data in training form (PyTorch's `update_bn`), at each evaluation and once for its result. With `useBuffers`
 * it averages the running statistics during training instead, without a further pass.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { averaged } from "./averaged.ts";
 * import { sgd } from "../rules/sgd.ts";
 * import { applyUpdates } from "../apply_updates.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = averaged(sgd({ learningRate: 1 }));
 * let params = { w: Float64Array.of(0) };
 * let state = opt.init(params);
 * for (const g of [-1, -2]) {
 *   let updates;
 *   [updates, state] = opt.update({ w: Float64Array.of(g) }, state, params);
 *   params = applyUpdates(params, updates);
 * }
 * assertEquals([params.w[0], opt.evaluationParams(params, state).w[0]], [3, 2]);
 * ```
 *
 * @see Polyak, Juditsky: Acceleration of stochastic approximation by averaging, 1992. PyTorch `AveragedModel`.
 */
export function averaged(inner: Optimizer, options: AveragedOptions = {}): Optimizer {
  checkOptimizer("averaged: the rule inside", inner);
  const { decay, start, useBuffers } = ruleOptions("averaged", options, AVERAGED_OPTIONS);
  const nested = new Nested(inner.rule, "inner", { examples: true });
  const { waits } = nested.traits;
  const clock: Record<string, Slot> = waits ? { updates: { shape: [], init: 0, clock: { back: 0 } } } : {};
  const share = (t: number) => {
    if (t < start) return 1;
    return decay === undefined ? 1 / (t - start + 1) : 1 - valueAt(decay, t);
  };
  return optimizer({
    name: `averaged ${inner.name}`,
    hyperparameters: { inner, decay, start, useBuffers },
    like: inner,
    rule: {
      ...nested.traits,
      ...nested.examples,
      slots: (params, buffers = {}) => ({
        ...slotsOf({ ...params, ...(useBuffers ? buffers : {}) }, { average: "param" }),
        ...clock,
        ...nested.slots(params, buffers),
      }),
      update(inputs) {
        const { params, buffers, at } = inputs;
        const result = nested.update(inputs);
        const { updates, state, home = params } = result;
        const done = anyEnds(result);
        const fresh = at("share", ({ t }) => share(t), waits ? "updates" : undefined);
        const now = {
          ...each(Object.keys(params), (p) => add(home[p]!, updates[p]!)),
          ...(useBuffers ? buffers : {}),
        };
        const before = slot(inputs.state, "average", now);
        const next = each(
          Object.keys(now),
          (p) => where(done, add(before[p]!, mul(fresh, sub(now[p]!, before[p]!))), before[p]!),
        );
        return {
          ...result,
          state: { ...asSlot("average", next), ...state },
          clocks: { ...result.clocks, ...(waits ? { updates: done } : {}) },
        };
      },
      evaluation: ({ params, state }) => slot(state, "average", params),
      ...(useBuffers
        ? { evaluationBuffers: ({ buffers, state }: Evaluated) => slot(state, "average", buffers) }
        : {}),
    },
  });
}

type Evaluated = Parameters<NonNullable<Rule["evaluationBuffers"]>>[0];
