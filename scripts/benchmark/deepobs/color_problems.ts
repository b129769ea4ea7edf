/**
 * DeepOBS's classifiers of color images: CIFAR-10, CIFAR-100 and street view house numbers.
 *
 * @module
 */
import { type Data, type DataSet, horizontalFlip, randomCrop, readCifar100, readSvhn } from "../../../mod.ts";
import { noteFilesOf } from "../../inputs/mod.ts";
import { requiredFolder, SOURCES } from "../../lab/tasks/mod.ts";
import type { Problem } from "../problem.ts";
import type { ImageSet } from "./image_data.ts";
import { type ImageFacts, imageProblem } from "./image_problem.ts";
import { allConvNetwork } from "./networks/all_conv.ts";
import { threeConvNetwork } from "./networks/three_conv.ts";
import { wideResnetNetwork } from "./networks/wide_resnet.ts";
import { ownFolder } from "./own_folder.ts";
import { rowsOf } from "./task_of_parts.ts";

/** Returns pixels from 0 to 255, which the networks standardize, and labels as targets. */
function bytes({ inputs: { x, y } }: DataSet): Data {
  return { x, target: y } as Data;
}

function classifier(facts: Omit<ImageFacts, "metric" | "inputs">): Problem {
  return imageProblem({ ...facts, metric: "accuracy", inputs: bytes });
}

/** Crops as DeepOBS takes them: windows of 32 of an image of 36. */
const CROP = randomCrop({ padding: 2 });

/** The departures of all classifiers of color images, for their descriptions. */
const OF_AUGMENTATION =
  "Departure: DeepOBS also changes saturation and contrast of the training images at random, this does not (it changes the " +
  "brightness too, which the standardization takes back); so it is not to be set beside published runs.";

/** 3c3d on CIFAR-10. */
export const cifar103c3d: Problem = classifier({
  name: "cifar10_3c3d",
  title: "3c3d on CIFAR-10",
  about:
    "Convolutions of 5 x 5, 3 x 3 (no padding) and 3 x 3 (padded) with 64, 96 and 128 channels, each with ReLU and 3 x 3 " +
    "max-pooling of stride 2, dense layers of 512 and 256 with ReLU, ten classes; Glorot weights (normal within two deviations " +
    "for convolutions, uniform for dense layers), biases 0. All losses include an L2 term of 0.002 / 2 by the squares of the " +
    `weights. Training images are cropped from a border of 2 and flipped; each is standardized. ${OF_AUGMENTATION}`,
  set: "deepobs-small",
  batchSize: 128,
  epochs: 100,
  augment: [CROP, horizontalFlip()],
  model: (seed) => threeConvNetwork({ seed }),
  async read(dataDir) {
    const files = "the files of CIFAR-10's binary version";
    return await SOURCES["cifar-10"].read(
      requiredFolder("cifar-10", { dataDir, who: "cifar10_3c3d", files }),
    ) as ImageSet;
  },
});

/** All-CNN-C on CIFAR-100. */
export const cifar100AllConv: Problem = classifier({
  name: "cifar100_allcnnc",
  title: "All-CNN-C on CIFAR-100",
  about:
    "Nine convolutions with ReLU, the last one too: 3 x 3 with 96, 96, 96 (stride 2), 192, 192, 192 (stride 2), 192 (no " +
    "padding) channels, 1 x 1 with 192 and 100, whose means over the pixels are the scores; dropout of 0.2 of the pixels and of " +
    "0.5 after the third and the sixth; Glorot's weights (normal within two deviations), biases 0.1. All losses include an L2 " +
    "term of 0.0005 / 2 by the squares of the weights. Training images are cropped from a border of 2 and flipped; each is " +
    "standardized. Departure: DeepOBS's reader takes the class " +
    `for the first byte of the pixels and leaves out the last one, this does not. ${OF_AUGMENTATION}`,
  set: "deepobs-large",
  batchSize: 256,
  epochs: 350,
  augment: [CROP, horizontalFlip()],
  model: (seed) => allConvNetwork({ seed }),
  async read(dataDir) {
    const files = "train.bin and test.bin of CIFAR-100's binary version";
    const folder = ownFolder(dataDir, { who: "cifar100_allcnnc", files });
    return await readCifar100(folder, { onFile: noteFilesOf("cifar-100") });
  },
});

/** The training images that DeepOBS keeps of 73,257. */
const SVHN_TRAIN = 64_000;

/** Wide ResNet 16-4 on street view house numbers. */
export const svhnWideResnet: Problem = classifier({
  name: "svhn_wrn164",
  title: "Wide ResNet 16-4 on SVHN",
  about:
    "A residual network with 16, 64, 128 and 256 channels and two units a stage, batch normalization (running statistics keep " +
    "0.9) and ReLU before each convolution; Glorot's uniform weights, biases 0; the first 64,000 of 73,257 training images, as " +
    "DeepOBS's preparation takes them. All losses include an L2 term of 0.0005 / 2 by the squares of the weights of convolutions " +
    "and of the dense layer. Training images are cropped from a border of 2; each is standardized. Departure: running " +
    "variances divide by the number of pixels, " +
    `TensorFlow's by one less. ${OF_AUGMENTATION}`,
  set: "deepobs-large",
  batchSize: 128,
  epochs: 160,
  augment: [CROP],
  model: (seed) => wideResnetNetwork({ seed }),
  async read(dataDir) {
    const files = "train_32x32.mat and test_32x32.mat of SVHN";
    const folder = ownFolder(dataDir, { who: "svhn_wrn164", files });
    const { train, test } = await readSvhn(folder, { onFile: noteFilesOf("svhn") });
    return { train: rowsOf(train, { start: 0, count: SVHN_TRAIN }), test };
  },
});
