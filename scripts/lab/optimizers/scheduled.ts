/**
 * A schedule for an existing optimizer.
 *
 * @module
 */
import { type Optimizer, optimizer, type Schedule, type StepInfo } from "../../../mod.ts";

/**
 * Multiplies the learning rate of an optimizer by a schedule of the training's batches: `factor(n)` at the batch `n`, from
 * 0. Returns an optimizer without a rate unchanged.
 *
 * Batches count, not gradients: `sam` takes several of one batch. Where the optimizer leaves out updates
 * (`applyIfFinite`) and counts the others by a clock, its coefficients follow that clock, and so does the schedule.
 */
export function scheduled(inner: Optimizer, factor: Schedule): Optimizer {
  const { name, rule, learningRate } = inner;
  if (learningRate === null) return inner;
  const { gradientsPerUpdate: period = 1, counter } = rule;
  /** Returns the batch of a call, both from 0. */
  const batchOf = (call: number) => Math.floor(call / period);
  return optimizer({
    name,
    like: { learningRate: (count) => learningRate(count) * factor(batchOf(count)) },
    rule: {
      ...rule,
      // A rule with a bound rate reads only the scale.
      update: (inputs) =>
        rule.update({
          ...inputs,
          at: (name, coefficient, clock) => {
            // The optimizer's own clock counts calls, as no clock does; those of rules within count updates.
            const calls = clock === undefined || clock === counter;
            const scaled = (step: StepInfo) => {
              const count = step.t - 1;
              const learningRateScale = step.learningRateScale * factor(calls ? batchOf(count) : count);
              return coefficient({ ...step, learningRateScale });
            };
            return inputs.at(name, scaled, clock);
          },
        }),
    },
  });
}
