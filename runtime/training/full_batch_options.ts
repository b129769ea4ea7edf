/**
 * Checks of a training by a minimizer, such as L-BFGS, which needs the same function in all evaluations.
 *
 * @module
 */
import type { Prepared } from "../../autodiff/trained/mod.ts";
import type { Minimizer } from "../../optim/minimize/mod.ts";
import type { FitOptions } from "./fit.ts";
import type { FullBatchOptions } from "./full_batch.ts";
import { checkTrainOptions, type TrainOptions } from "./train_options.ts";
import { GRADIENT_RULE } from "./whole_loss.ts";

/** Options that have no meaning for a minimizer, and why. */
const REFUSED: Readonly<Partial<Record<keyof FitOptions, string>>> = {
  augment: "it changes the examples from one evaluation to the next",
  switching: "it needs one gradient an update",
  plateau: "the line search chooses the rate",
  learningRateScale: "the line search chooses the rate",
  nonFinite: "a step to a value that is not finite always ends the training",
  onFault: "a step to a value that is not finite always ends the training",
  statistics: "an iteration has several gradients",
  from: "begin with initial, or resume a state",
};

/**
 * Returns the options of a training by a minimizer, after it refused those of `fit`, and models, that it cannot train.
 *
 * @param given what `fit` was given
 * @param parts.options those of its training
 * @throws {RangeError} naming what does not fit, and the remedy.
 */
export function checkedFullBatch(
  given: FitOptions,
  { method, model, options }: {
    readonly method: Minimizer;
    readonly model: Prepared;
    readonly options: Omit<TrainOptions, "optimizer">;
  },
): FullBatchOptions {
  checkTrainOptions("fit", { ...options, optimizer: GRADIENT_RULE });
  checkFullBatch(given, { method, model });
  return { ...options, method, batchSize: given.batchSize };
}

function checkFullBatch(
  options: FitOptions,
  { method, model }: { readonly method: Minimizer; readonly model: Prepared },
): void {
  const what = `fit: ${method.name}`;
  const examples = Object.values(options.train)[0]?.shape[0] ?? 0;
  if (options.batchSize !== examples) {
    throw new RangeError(
      `${what} needs all examples in every step: batchSize must be ${examples}, got ${options.batchSize}`,
    );
  }
  for (const [name, why] of Object.entries(REFUSED)) {
    const value = options[name as keyof FitOptions];
    if (value === undefined || (name === "augment" && Object.keys(value).length === 0)) continue;
    throw new RangeError(`${what} does not go with the option ${name}, because ${why}: leave it out`);
  }
  const [dropout] = model.dropouts;
  if (dropout !== undefined && options.dropout !== false) {
    throw new RangeError(
      `${what} needs the same loss in all evaluations, but dropout ${dropout.name} draws anew: set dropout to false`,
    );
  }
  const [statistic] = Object.keys(model.statistics);
  if (statistic !== undefined && options.batchStatistics !== false) {
    throw new RangeError(
      `${what} evaluates points that it does not keep, which would change the running statistics ${statistic}: ` +
        "set batchStatistics to false",
    );
  }
}
