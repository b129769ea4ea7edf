import { checkOptions, type OptionNames } from "../../options/check_options.ts";
import { add, mul, sub, where } from "../expr.ts";
import { checkOptimizer, type Optimizer, optimizer } from "../optimizer.ts";
import { checkOption } from "../options.ts";
import { asSlot, each, slot, slotsOf } from "../whole.ts";
import { Nested } from "./nested.ts";
import { select } from "./select.ts";

/** Options of {@linkcode multiSteps}. */
export interface MultiStepsOptions {
  /** Gradients to gather for one update: a whole number of at least 1. */
  every: number;
  /** Whether the inner rule gets their sum instead of their mean. `false` by default. */
  sum?: boolean;
}

const MULTI_STEPS_OPTIONS = { every: true, sum: false } satisfies OptionNames<MultiStepsOptions>;

/**
 * Gradient accumulation: one update of the inner rule for every so many gradients; the updates between are 0.
 *
 * ```text
 * a = mean of the last `every` gradients
 * t divisible by every:  u = the inner rule's at a, its update t / every;  else u = 0
 * ```
 *
 * Schedules count the inner rule's updates.
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
 * @see Optax `MultiSteps`.
 */
export function multiSteps(inner: Optimizer, options: MultiStepsOptions): Optimizer {
  checkOptimizer("multiSteps: the rule inside", inner);
  checkOptions("multiSteps", options, MULTI_STEPS_OPTIONS);
  const { every, sum = false } = options;
  checkOption("every", every, "a whole number of at least 1");
  const nested = new Nested(inner.rule, "inner");
  return optimizer({
    name: `multiSteps ${inner.name}`,
    like: {
      learningRate: inner.learningRate && ((count) => inner.learningRate!(Math.floor(count / every))),
    },
    rule: {
      gradientsPerUpdate: inner.rule.gradientsPerUpdate ?? 1,
      slots: (params) => ({ ...slotsOf(params, { gathered: 0 }), ...nested.slots(params) }),
      update(inputs) {
        const { grads, params, state, at } = inputs;
        const names = Object.keys(params);
        const before = slot(state, "gathered", params);
        const share = at("share", ({ t }) => (sum ? 1 : 1 / ((t - 1) % every + 1)));
        const gathered = each(
          names,
          (p) => sum ? add(before[p]!, grads[p]!) : add(before[p]!, mul(share, sub(grads[p]!, before[p]!))),
        );
        const result = nested.update(inputs, { grads: gathered, t: (t) => Math.ceil(t / every) });
        const last = at("last", ({ t }) => (t % every === 0 ? 1 : 0));
        return {
          updates: each(names, (p) => where(last, result.updates[p]!, 0)),
          state: {
            ...asSlot("gathered", each(names, (p) => where(last, 0, gathered[p]!))),
            ...select(last, result.state, state),
          },
        };
      },
      ...(inner.rule.evaluation ? { evaluation: (inputs) => nested.evaluation(inputs) } : {}),
    },
  });
}
