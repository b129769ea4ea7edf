/**
 * Checks optimizers against the training that they are for.
 *
 * @module
 */
import { describeModel, type Model, modelLayers, type Optimizer, ruleForLayers } from "../../../mod.ts";
import { messageOf } from "../../../options/mod.ts";
import { UsageError } from "../../console/mod.ts";
import { ENDLESS, type Plain } from "./recipe.ts";

/** What is made at a learning rate, in a training of some steps. */
interface Made {
  readonly learningRate: number;
  readonly make: (
    learningRate: number,
    course: { steps: number; hyperparameters: Readonly<Record<string, Plain>> },
  ) => Optimizer;
}

/**
 * Checks optimizers before the first of them trains: patterns of names, and schedules of the whole training.
 *
 * @param training.steps its steps; without them only the patterns are checked
 * @throws {UsageError} for a pattern that matches none of the model's parameters, a rule that cannot train the model's
 * layers, or a schedule that does not fit into the steps of the training.
 */
export function requireFit(
  optimizers: readonly Made[],
  { model, steps = ENDLESS }: { model: Model; steps?: number },
): void {
  const trained = describeModel(model).parameters.filter((p) => p.constant === undefined);
  const specs = Object.fromEntries(
    trained.map(({ name, dtype, shape }) => [name, { dtype, shape: shape.map((d) => Number(d)) }]),
  );
  for (const { learningRate, make } of optimizers) {
    let readsLayers = false;
    const layers = () => {
      const found = modelLayers(model);
      readsLayers = true;
      return found;
    };
    try {
      ruleForLayers(make(learningRate, { steps, hyperparameters: {} }), { params: specs, layers });
    } catch (error) {
      if (error instanceof UsageError) throw error;
      if (readsLayers) throw new UsageError(`--optimizer: ${messageOf(error)}`);
      // The training itself says what else is wrong, with what it knows of the model.
    }
  }
}
