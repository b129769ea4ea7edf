/**
 * Training over epochs.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { type ModelParameter, preparedOf } from "../../autodiff/trained/mod.ts";
import { isMinimizer, type Minimizer } from "../../optim/minimize/mod.ts";
import type { Optimizer } from "../../optim/mod.ts";
import { displayedTraining } from "./display.ts";
import type { EpochRecord } from "./fit_state.ts";
import { checkedFullBatch } from "./full_batch_options.ts";
import { TRAIN_OPTIONS, type TrainOptions } from "./train_options.ts";
import type { TrainResult } from "./train_once.ts";
import { OpenedTrainer, TRAINER_OPTIONS, type TrainerOptions } from "./trainer.ts";

/** The options of {@linkcode fit}: those of a trainer, and those of one training. */
export interface FitOptions
  extends Omit<TrainerOptions, "programs" | "batchSize">, Omit<TrainOptions, "onPoint" | "optimizer"> {
  /**
   * The update rule, its learning rate included; or a minimizer, `lbfgs()`, for batches of all examples: a step, which is
   * an epoch, is then one iteration.
   */
  optimizer: Optimizer | Minimizer;
  /** Passes through the data, at least 1. */
  epochs: number;
  /**
   * Examples a step, at least 1; an epoch's last batch holds the rest. The training is compiled for this number, and once
   * more for a smaller last batch.
   */
  batchSize: number;
  /** Called after each epoch; with `every`, after each evaluation. */
  onEpoch?: (record: EpochRecord) => void;
}

const { programs: _, batchSize: __, ...OPENED } = TRAINER_OPTIONS;
const { onPoint: ___, ...TRAINED } = TRAIN_OPTIONS;
const FIT_OPTIONS = {
  ...OPENED,
  ...TRAINED,
  epochs: true,
  batchSize: true,
  onEpoch: "function",
} satisfies OptionNames<FitOptions>;

/** The result of {@linkcode fit}. */
export interface FitResult extends TrainResult {
  /** The float initializers that the loss depends on and that were not trained; `constant` gives the reason. */
  readonly leftOut: readonly ModelParameter[];
  /**
   * Warnings about what was trained: branches that no gradient passes, initializers that stand for several parameters,
   * and initializers that the exporter computed from the parameters of the network. Empty for most models.
   */
  readonly warnings: readonly string[];
}

/**
 * Trains a model for a number of epochs, each over all examples in a new order.
 *
 * The host decides exactly: with `switching`, the step at which the criterion fires is the last step of the first
 * optimizer, wherever in a chunk it falls, because the chunk is run again up to that step.
 *
 * Rules that take several gradients an update, such as `sam`, get as many of each batch; a step is then one batch, its
 * loss the one before any of them. Rules that keep better parameters than those they take gradients at, such as
 * `averaged`, `lookahead` and the schedule-free ones, are evaluated there. Batch normalizations then need statistics
 * that belong to those parameters: one more forward pass over the training data for each evaluation (after each epoch,
 * if `evaluate` is given) and for the result, about a third of an epoch each. The training itself does not change.
 *
 * With `lbfgs` an iteration computes the loss and the gradient of all examples in one batch, several times if the line
 * search asks for it, and updates on the host in float64; parameters keep their type. It ends when the method has
 * converged, which `converged` of the result says, or with a {@linkcode NumericalError} at a step to a loss that is NaN or
 * infinite. Smaller batches, augmentations, dropout and batch statistics are refused, because the search compares losses.
 *
 * Resuming from a saved state gives the same bits, on the CPU, as if the training had never stopped.
 *
 * @throws {RangeError} when an option is unknown, missing or out of its range, or a schedule returns a value out of its
 * range
 * @throws {TypeError} when `optimizer` is not an optimizer
 * @throws {NumericalError} when a step fails and `nonFinite` says to stop, or gives up; whatever the program throws.
 *
 * @example
 * ```ts
 * import { digits, fit, mlp, sgd, withLoss } from "../../mod.ts";
 * import { assert } from "@std/assert";
 * const { x, y } = digits().inputs;
 * const { epochs, evaluationParams } = await fit({
 *   model: withLoss(mlp({ inputs: 64, hidden: [16], outputs: 10 }), { loss: "cross-entropy" }),
 *   optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
 *   train: { x: { ...x!, scale: 1 / 16 }, target: y! },
 *   epochs: 2,
 *   batchSize: 32,
 * });
 * assert(epochs[1]!.trainLoss < epochs[0]!.trainLoss);
 * assert(evaluationParams["layers.0.weight"]!.shape.join() === "16,64");
 * ```
 */
export async function fit(given: FitOptions): Promise<FitResult> {
  checkOptions("fit", given, FIT_OPTIONS);
  const { opened, trained } = parted(given);
  const model = preparedOf(given.model, given);
  await using trainer = new OpenedTrainer({ ...opened, model, programs: 1 }, "fit");
  const { onEpoch, optimizer, ...others } = trained;
  const onPoint = onEpoch && ((record: EpochRecord) => onEpoch(record));
  const options = { ...others, ...(onPoint === undefined ? {} : { onPoint }) };
  const result = isMinimizer(optimizer)
    ? await trainer.minimize(checkedFullBatch(given, { method: optimizer, model, options }))
    : await trainer.train({ ...options, optimizer });
  return displayedTraining({ ...result, leftOut: model.leftOut, warnings: model.warnings });
}

/** The options of the one training. */
type Trained = Omit<TrainOptions, "onPoint" | "optimizer"> & Pick<FitOptions, "onEpoch" | "optimizer">;

/** Parts the options into those of the trainer and those of its one training. */
function parted(
  given: FitOptions,
): { opened: TrainerOptions; trained: Trained } {
  const [opened, trained] = [true, false].map((own) =>
    Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(OPENED, name) === own))
  );
  return { opened: opened as unknown as TrainerOptions, trained: trained as unknown as Trained };
}
