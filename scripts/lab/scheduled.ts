/**
 * A schedule put on an optimizer that is already made.
 *
 * @module
 */
import { type Optimizer, optimizer, type Schedule } from "../../mod.ts";

/** The optimizer with its learning rate multiplied by a schedule; one that has no rate stays as it is. */
export function scheduled(inner: Optimizer, factor: Schedule): Optimizer {
  const { name, rule, learningRate } = inner;
  if (learningRate === null) return inner;
  return optimizer({
    name,
    like: { learningRate: (count) => learningRate(count) * factor(count) },
    rule: {
      ...rule,
      // A rule that has its rate bound reads the scale alone.
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
