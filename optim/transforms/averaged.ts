import { checkOptions, type OptionNames } from "../../options/check_options.ts";
import { add, mul, sub } from "../expr.ts";
import { checkOptimizer, type Optimizer, optimizer } from "../optimizer.ts";
import { checkOption } from "../options.ts";
import { asSlot, each, slot, slotsOf } from "../whole.ts";
import { Nested } from "./nested.ts";

/** Options of {@linkcode averaged}. */
export interface AveragedOptions {
  /**
   * Share of an exponential moving average that is kept: in [0, 1). Without it the average is Polyak's: all parameters weigh
   * the same.
   */
  decay?: number;
  /** The first update whose parameters enter the average; until then it is the parameters. At least 1; 1 by default. */
  start?: number;
}

const AVERAGED_OPTIONS = { decay: false, start: false } satisfies OptionNames<AveragedOptions>;

/**
 * An average of the parameters beside them, to evaluate at.
 *
 * ```text
 * decay:   a = decay a + (1 - decay) (w + u)          a = w at first
 * Polyak:  a = mean of w + u from update `start` on
 * ```
 *
 * The updates are the inner rule's; `evaluationParams` gives the average, and `fit` evaluates at it.
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
  checkOptions("averaged", options, AVERAGED_OPTIONS);
  const { decay, start = 1 } = options;
  if (decay !== undefined) checkOption("decay", decay, "in [0, 1)");
  checkOption("start", start, "a whole number of at least 1");
  const nested = new Nested(inner.rule, "inner");
  const share = (t: number) => {
    if (t < start) return 1;
    return decay === undefined ? 1 / (t - start + 1) : 1 - decay;
  };
  return optimizer({
    name: `averaged ${inner.name}`,
    like: inner,
    rule: {
      gradientsPerUpdate: inner.rule.gradientsPerUpdate ?? 1,
      slots: (params) => ({ ...slotsOf(params, { average: "param" }), ...nested.slots(params) }),
      update(inputs) {
        const { params, at } = inputs;
        const { updates, state } = nested.update(inputs);
        const before = slot(inputs.state, "average", params);
        const fresh = at("share", ({ t }) => share(t));
        const next = each(Object.keys(params), (p) => {
          const w = add(params[p]!, updates[p]!);
          return add(before[p]!, mul(fresh, sub(w, before[p]!)));
        });
        return { updates, state: { ...asSlot("average", next), ...state } };
      },
      evaluation: ({ params, state }) => slot(state, "average", params),
    },
  });
}
