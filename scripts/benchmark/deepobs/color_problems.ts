/**
 * DeepOBS's classifiers of color images: CIFAR-10.
 *
 * @module
 */
import type { Data, DataSet, Model } from "../../../mod.ts";
import type { StudyTask } from "../../lab/mod.ts";
import { requiredFolder, SOURCES } from "../../lab/tasks/mod.ts";
import type { Problem } from "../problem.ts";
import { type ImageSet, imageTask } from "./image_data.ts";
import { threeConvNetwork } from "./networks/three_conv.ts";

/** The facts about a classifier of color images. */
interface ColorClassifier extends Pick<Problem, "name" | "title" | "about" | "set" | "batchSize" | "epochs"> {
  readonly model: (seed: number) => Model;
  readonly read: (dataDir: string | undefined) => Promise<ImageSet>;
}

function classifier({ model, read, ...facts }: ColorClassifier): Problem {
  return {
    ...facts,
    metric: "accuracy",
    load: async ({ dataDir, published }) => colorTask(await read(dataDir), { model, published }),
  };
}

/**
 * Returns the task of training on color images. This is the place for the augmentation of the training batches, among the
 * options of the trainer.
 */
function colorTask(
  set: ImageSet,
  { model, published }: { model: (seed: number) => Model; published: boolean | undefined },
): StudyTask {
  return imageTask(set, { model, inputs: bytes, published, trainer: { evaluationBatchSize: 250 } });
}

/** Returns pixels from 0 to 255, which the networks standardize, and labels as targets. */
function bytes({ inputs: { x, y } }: DataSet): Data {
  return { x, target: y } as Data;
}

/** The departures of all classifiers of color images, for their descriptions. */
const NO_AUGMENTATION =
  "Departure: DeepOBS augments the training images (crops, brightness, saturation, contrast, and flips of " +
  "CIFAR), this does not; so it is not to be set beside published runs.";

/** 3c3d on CIFAR-10. */
export const cifar103c3d: Problem = classifier({
  name: "cifar10_3c3d",
  title: "3c3d on CIFAR-10",
  about:
    "Convolutions of 5 x 5, 3 x 3 (no padding) and 3 x 3 (padded) with 64, 96 and 128 channels, each with ReLU and 3 x 3 " +
    "max-pooling of stride 2, dense layers of 512 and 256 with ReLU, ten classes; Glorot weights (normal within two deviations " +
    "for convolutions, uniform for dense layers), biases 0. All losses include an L2 term of 0.002 / 2 by the squares of the " +
    `weights. Each image is standardized. ${NO_AUGMENTATION}`,
  set: "deepobs-small",
  batchSize: 128,
  epochs: 100,
  model: (seed) => threeConvNetwork({ seed }),
  async read(dataDir) {
    const files = "the files of CIFAR-10's binary version";
    return await SOURCES["cifar-10"].read(
      requiredFolder("cifar-10", { dataDir, who: "cifar10_3c3d", files }),
    ) as ImageSet;
  },
});
