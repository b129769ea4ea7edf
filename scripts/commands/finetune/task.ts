/**
 * The task of `finetune`: a model, its examples, and the optimizer.
 *
 * @module
 */
import { required } from "../../../options/mod.ts";
import { type Augmented, augmented, type Options, ownOptions } from "../../cli/mod.ts";
import { UsageError } from "../../console/mod.ts";
import { SUBJECTS } from "../../inputs/mod.ts";
import { loadedOptimizers, type NamedOptimizer } from "../../lab/mod.ts";
import { type Examples, type OwnTask, readOwnTask } from "../../lab/own/mod.ts";
import { DEFAULTS, OPTIONS } from "./options.ts";

/** A model, its examples, and how it is trained. */
export interface Task extends OwnTask {
  readonly optimizer: NamedOptimizer;
  readonly batchSize: number;
  /** Steps from one measurement of the curvature to the next; `undefined` without. */
  readonly watchCurvature: number | undefined;
  /** The augmentation of images, and the smoothing of labels. */
  readonly augmented: Augmented;
}

/** Reads and checks everything that the options name. @throws {UsageError} for what cannot be trained. */
export async function readTask(options: Options): Promise<Task> {
  const own = ownOptions(OPTIONS, options);
  const optimizers = await loadedOptimizers(options, [DEFAULTS.optimizer]);
  if (optimizers.length > 1) {
    throw new UsageError(`finetune takes one optimizer, got ${optimizers.map((o) => o.name).join(", ")}`);
  }
  const task = await readOwnTask(own, "finetune");
  if (own["watch-curvature"] !== undefined && task.quantization === "straight-through") {
    throw new UsageError(
      "--watch-curvature needs a loss with a Hessian: leave out --quantization straight-through, whose gradients are none of a function",
    );
  }
  const { train, validation, test } = task;
  SUBJECTS.noteData([...own.train ?? [], ...own.test ?? []].join(","), {
    train: train.data,
    ...(validation === undefined ? {} : { validation: validation.data }),
    ...(test === undefined ? {} : { test: test.data }),
  });
  return {
    ...task,
    optimizer: required(optimizers, 0, "optimizer"),
    watchCurvature: own["watch-curvature"],
    batchSize: batchSizeOf(task.train, options.batchSize),
    augmented: augmented(own, { train: train.data, loss: task.loss, name: (own.train ?? []).join(",") }),
  };
}

/** Returns the model's batch size if it is fixed. */
function batchSizeOf({ fixed, count }: Examples, asked: number | undefined): number {
  if (fixed !== undefined && asked !== undefined && asked !== fixed) {
    throw new UsageError(
      `--batch-size must be ${fixed}, the number of examples that the model takes at a time, got ${asked}`,
    );
  }
  return fixed ?? asked ?? Math.min(DEFAULTS.batchSize, count);
}
