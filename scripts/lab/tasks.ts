/**
 * Tasks that experiments train on: data sets with their splits, and models for them.
 *
 * @module
 */
import {
  breastCancer,
  buildModel,
  type Data,
  type DataSet,
  dense,
  digits,
  featureStatistics,
  Graph,
  heNormal,
  iris,
  mlp,
  type MnistName,
  readMnist,
  readTable,
  split,
  standardize,
  withLoss,
  zeros,
} from "../../mod.ts";
import type { Options, Scale } from "../cli/mod.ts";
import { UsageError } from "../console/mod.ts";
import { dataFolder, howToFetch } from "../fetch/mod.ts";
import { INPUTS, noteFilesOf } from "../inputs/mod.ts";
import type { StudyTask } from "./study.ts";

/** A data set in parts, split in the same way for all seeds of a study: `x` and `target` each. */
export interface Parts {
  /** What it is, for titles. */
  readonly name: string;
  readonly features: number;
  readonly classes: number;
  /** Whether the features are the pixels of a square image. */
  readonly image: boolean;
  readonly train: Data;
  /** What rates are chosen by. */
  readonly validation: Data;
  /** The examples that results are reported for. */
  readonly test: Data;
}

/** The embedded digits at the default scale; MNIST at the paper's. @throws {UsageError} without a folder of MNIST. */
export function partsAt(scale: Scale, { dataDir }: Pick<Options, "dataDir">): Promise<Parts> {
  if (scale === "default") return Promise.resolve(digitsParts());
  const folder = dataFolder("mnist", { dataDir });
  if (folder === undefined) {
    throw new UsageError(
      `--scale paper needs the folder that holds MNIST's four IDX files: ${howToFetch("mnist")}`,
    );
  }
  return mnistParts("MNIST", { set: "mnist", folder });
}

/** Data sets by name. */
export const DATA_SETS = ["digits", "iris", "breast-cancer", "mnist", "fashion-mnist"] as const;

/** A data set by name, the digits by default; or a table of one's own. @throws {UsageError} when it takes more to find it. */
export async function partsOf(
  { name, file, dataDir }: {
    name: typeof DATA_SETS[number] | undefined;
    file: string | undefined;
    dataDir: string | undefined;
  },
): Promise<Parts> {
  if (file !== undefined) {
    if (name !== undefined) throw new UsageError("--data and --data-file cannot both be given");
    const table = await readTable(file);
    await INPUTS.note(file, { kind: "data" });
    return tableParts(file.slice(file.lastIndexOf("/") + 1), table);
  }
  switch (name) {
    case undefined:
    case "digits":
      return digitsParts();
    case "iris":
      return tableParts("iris", iris());
    case "breast-cancer":
      return tableParts("breast cancer", breastCancer());
    case "mnist":
    case "fashion-mnist": {
      const folder = dataFolder(name, { dataDir });
      if (folder === undefined) {
        throw new UsageError(
          `--data ${name} needs the folder that holds its four IDX files: ${howToFetch(name)}`,
        );
      }
      return await mnistParts(name, { set: name, folder });
    }
  }
}

/** Shares of examples held out. */
const HELD_OUT = { validation: 0.2, test: 0.2 };

/** The digits: 1,079 to train on, 359 each for validation and test. */
function digitsParts(): Parts {
  const parts = split(digits(), { fractions: HELD_OUT, seed: 0, stratify: true });
  // Pixels are counts from 0 to 16.
  const inputs = (set: DataSet) => scaled(set, 16);
  return { name: "UCI digits", features: 64, classes: 10, image: true, ...each(parts, inputs) };
}

async function mnistParts(
  name: string,
  { set, folder }: { set: MnistName; folder: string },
): Promise<Parts> {
  const { train: all, test } = await readMnist(folder, { name: set, onFile: noteFilesOf(set) });
  const { train, validation } = split(all, { counts: { validation: 10_000 }, seed: 0, stratify: true });
  const inputs = (set: DataSet) => scaled(set, 255);
  return { name, features: 784, classes: 10, image: true, ...each({ train, validation, test }, inputs) };
}

/** A table, its columns standardized by the training part. */
function tableParts(name: string, set: DataSet): Parts {
  const { classes } = set;
  if ((classes ?? 0) < 2) throw new UsageError(`${name} must hold two or more classes, holds one`);
  const parts = split(set, { fractions: HELD_OUT, seed: 0, stratify: true });
  const statistics = featureStatistics(parts.train, { over: "each" });
  const inputs = (part: DataSet) => {
    const { x, y } = standardize(part, statistics).inputs;
    return { x, target: y } as Data;
  };
  return { name, features: set.inputs.x!.shape[1]!, classes: classes!, image: false, ...each(parts, inputs) };
}

function each(parts: Record<"train" | "validation" | "test", DataSet>, inputs: (set: DataSet) => Data) {
  return { train: inputs(parts.train), validation: inputs(parts.validation), test: inputs(parts.test) };
}

function scaled(set: DataSet, largest: number): Data {
  return { x: { ...set.inputs.x!, scale: 1 / largest }, target: set.inputs.y! } as Data;
}

/** A perceptron on the parts, with some hidden units or none. */
export function perceptron(
  { features, classes, train, validation, test }: Parts,
  hidden: readonly number[],
): StudyTask {
  return {
    model(seed) {
      const model = mlp({ inputs: features, hidden: [...hidden], outputs: classes, seed });
      return withLoss(model, { loss: "cross-entropy" });
    },
    train,
    evaluate: { train, validation, test },
  };
}

/**
 * A small convolutional network on the parts, whose images are square: two convolutions of 3 x 3 with ReLU, each halved by
 * max-pooling, and a linear layer.
 */
export function convolutional({ features, classes, train, validation, test }: Parts): StudyTask {
  const side = Math.sqrt(features);
  return {
    model(seed) {
      const g = new Graph({ name: "cnn" });
      let x = g.reshape(g.input("x", "float32", ["N", features]), [-1, 1, side, side]);
      let size = side;
      let channels = 1;
      for (const [i, width] of [8, 16].entries()) {
        const name = `layers.${i}.weight`;
        const weight = g.initializer(name, heNormal([width, channels, 3, 3], { seed, name }));
        const bias = g.initializer(`layers.${i}.bias`, zeros([width], { seed, name: `layers.${i}.bias` }));
        x = g.relu(g.conv(x, weight, bias, { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }));
        x = g.maxPool(x, { kernel_shape: [2, 2], strides: [2, 2] })[0]!;
        size = Math.floor(size / 2);
        channels = width;
      }
      const flat = g.reshape(x, [-1, channels * size * size]);
      g.output(dense(g, flat, { name: "layers.2", size: [channels * size * size, classes], seed }), "y");
      return withLoss(buildModel(g), { loss: "cross-entropy" });
    },
    train,
    evaluate: { train, validation, test },
  };
}
