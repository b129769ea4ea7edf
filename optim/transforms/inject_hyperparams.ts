import { where } from "../language/mod.ts";
import { checkOptimizer } from "../check_optimizer.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { anyEnds, Nested } from "../nesting/mod.ts";

/**
 * Keeps the inner rule's learning rate in the state: the slot `learningRate`, a scalar, holds the rate of the last update.
 * Schedules of other hyper-parameters are the rule's own options, and leave nothing in the state.
 *
 * @throws {RangeError} when the inner rule has no learning rate.
 *
 * @example
 * ```ts
 * import { injectHyperparams } from "./inject_hyperparams.ts";
 * import { adam } from "../rules/adam.ts";
@@N * import { assertEquals } from "@std/assert";
 * const opt = injectHyperparams(adam({ learningRate: (count) => 0.5 ** count }));
 * const params = { w: Float64Array.of(0) };
 * let state = opt.init(params);
 * for (let t = 0; t < 3; t++) [, state] = opt.update({ w: Float64Array.of(1) }, state, params);
 * assertEquals(state.slots.learningRate!.data[0], 0.25);
 * ```
 *
 * @see Optax `inject_hyperparams`.
 */
export function injectHyperparams(inner: Optimizer): Optimizer {
  checkOptimizer("injectHyperparams: the rule inside", inner);
  const { learningRate, rule } = inner;
  if (learningRate === null) {
    throw new RangeError(`injectHyperparams needs a rule with a learning rate, not ${inner.name}`);
  }
  const nested = new Nested(rule, "inner", { examples: true });
  return optimizer({
    name: inner.name,
    like: inner,
    ...(inner.hyperparameters === undefined ? {} : { hyperparameters: inner.hyperparameters }),
    rule: {
      ...nested.traits,
      ...nested.examples,
      ...nested.evaluations,
      slots: (...of) => ({ learningRate: { shape: [], init: learningRate(0) }, ...nested.slots(...of) }),
      update(inputs) {
        const result = nested.update(inputs);
        const rate = inputs.at(
          "learningRate",
          (s) => learningRate(s.t - 1) * s.learningRateScale,
          nested.counter,
        );
        const last = where(anyEnds(result), rate, inputs.state.learningRate!);
        return { ...result, state: { learningRate: last, ...result.state } };
      },
    },
  });
}
