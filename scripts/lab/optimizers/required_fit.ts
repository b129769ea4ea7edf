/**
 * Checks optimizers against the training that they are for.
 *
 * @module
 */
import { describeModel, type Model } from "../../../mod.ts";
import { UsageError } from "../../console/mod.ts";
import type { NamedOptimizer } from "./named_optimizers.ts";

/**
 * Checks optimizers before the first of them trains: patterns of names, and schedules of the whole training.
 *
 * @throws {UsageError} for a pattern that matches none of the model's parameters, or a schedule that does not fit into
 * the steps of the training.
 */
export function requireFit(
  optimizers: readonly NamedOptimizer[],
  { model, steps }: { model: Model; steps: number },
): void {
  const trained = describeModel(model).parameters.filter((p) => p.constant === undefined);
  const specs = Object.fromEntries(
    trained.map(({ name, dtype, shape }) => [name, { dtype, shape: shape.map((d) => Number(d)) }]),
  );
  for (const { entry } of optimizers) {
    try {
      entry.make(entry.learningRate, { steps }).rule.slots(specs, {});
    } catch (error) {
      // The training itself says what else is wrong, with what it knows of the model.
      if (error instanceof UsageError) throw error;
    }
  }
}
