/**
 * A schedule for an existing optimizer.
 *
 * @module
 */
import { type Optimizer, optimizer, type Schedule } from "../../mod.ts";

/** Multiplies the learning rate of an optimizer by a schedule; returns an optimizer without a rate unchanged. */
export function scheduled(inner: Optimizer, factor: Schedule): Optimizer {
  const { name, rule, learningRate } = inner;
  if (learningRate === null) return inner;
  return optimizer({
    name,
    like: { learningRate: (count) => learningRate(count) * factor(count) },
    rule: {
      ...rule,
      // A rule with a bound rate reads only the scale.
      update: (inputs) =>
        rule.update({
          ...inputs,
          at: (name, coefficient) =>
            inputs.at(name, (step) => {
              const learningRateScale = step.learningRateScale * factor(step.t - 1);
              return coefficient({ ...step, learningRateScale });
            }),
        }),
    },
  });
}
