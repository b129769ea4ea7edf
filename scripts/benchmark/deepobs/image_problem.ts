/**
 * Problems on images.
 *
 * @module
 */
import type { Augmentation } from "../../../mod.ts";
import type { Problem } from "../problem.ts";
import { type ImageSet, imageTask, type ImageTaskOptions } from "./image_data.ts";

/** The facts about a problem on images. */
export interface ImageFacts extends Omit<Problem, "load">, Pick<ImageTaskOptions, "model" | "inputs"> {
  /** The augmentation of the training images; none by default. */
  readonly augment?: readonly Augmentation[];
  /** Reads the images. @throws {UsageError} if no folder has their files. */
  readonly read: (dataDir: string | undefined) => Promise<ImageSet>;
}

/** Returns the problem of training on images. */
export function imageProblem({ model, inputs, augment, read, ...facts }: ImageFacts): Problem {
  const task = {
    model,
    inputs,
    ...(facts.metric === "loss" ? { metrics: ["loss"] as const } : {}),
    trainer: { evaluationBatchSize: 250, ...(augment === undefined ? {} : { augment: { x: augment } }) },
  };
  return {
    ...facts,
    load: async ({ dataDir, published }) => imageTask(await read(dataDir), { ...task, published }),
  };
}
