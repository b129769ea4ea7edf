import { checkOptions, type OptionNames } from "../../options/check_options.ts";
import { add, equal, greater, max, sub, where } from "../expr.ts";
import { checkOptimizer, type Optimizer, optimizer } from "../optimizer.ts";
import { checkOption } from "../options.ts";
import { each, total } from "../whole.ts";
import { Nested } from "./nested.ts";
import { select } from "./select.ts";

/** Options of {@linkcode applyIfFinite}. */
export interface ApplyIfFiniteOptions {
  /** After how many failures one after another the inner rule is let through all the same: at least 0. 5 by default. */
  maxConsecutive?: number;
}

const APPLY_IF_FINITE_OPTIONS = { maxConsecutive: false } satisfies OptionNames<ApplyIfFiniteOptions>;

/**
 * Leaves an update out where a gradient is infinite or NaN: the updates are 0, and the inner rule's state stays.
 *
 * The slots `failures` (one after another) and `allFailures` count them. The number of the update, which bias corrections
 * and schedules go by, counts those left out too; Optax's does not.
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
export function applyIfFinite(inner: Optimizer, options: ApplyIfFiniteOptions = {}): Optimizer {
  checkOptimizer("applyIfFinite: the rule inside", inner);
  checkOptions("applyIfFinite", options, APPLY_IF_FINITE_OPTIONS);
  const { maxConsecutive = 5 } = options;
  checkOption("maxConsecutive", maxConsecutive, "a whole number of at least 0");
  const nested = new Nested(inner.rule, "inner");
  return optimizer({
    name: `applyIfFinite ${inner.name}`,
    like: inner,
    rule: {
      gradientsPerUpdate: inner.rule.gradientsPerUpdate ?? 1,
      slots: (params) => ({
        failures: { shape: [], init: 0 },
        allFailures: { shape: [], init: 0 },
        ...nested.slots(params),
      }),
      update(inputs) {
        const { grads, params, state } = inputs;
        // Infinities and NaN are the numbers whose difference from themselves is not 0.
        const strange = total(Object.values(grads).map((g) => sub(1, equal(sub(g, g), 0))));
        const finite = equal(strange, 0);
        const failures = where(finite, 0, add(state.failures!, 1));
        const applied = max(finite, greater(failures, maxConsecutive));
        const result = nested.update(inputs);
        return {
          updates: each(Object.keys(params), (p) => where(applied, result.updates[p]!, 0)),
          state: {
            failures,
            allFailures: add(state.allFailures!, sub(1, finite)),
            ...select(applied, result.state, state),
          },
        };
      },
      ...(inner.rule.evaluation ? { evaluation: (inputs) => nested.evaluation(inputs) } : {}),
    },
  });
}
