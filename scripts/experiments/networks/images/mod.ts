/**
 * `lenet` and `cifar10`: networks on images.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import {
  AUGMENT_OPTIONS,
  augmented,
  type Described,
  listOption,
  namesOption,
  numberOption,
  type Options,
  ownOptions,
} from "../../../cli/mod.ts";
import { chosenNetworks, type CourseDefaults, courseOf, loadedOptimizers } from "../../../lab/mod.ts";
import {
  classifierOf,
  type NetworkName,
  type Pixels,
  readParts,
  type SourceName,
} from "../../../lab/tasks/mod.ts";
import type { Claim } from "../../../report/mod.ts";
import { type Experiment, experiment } from "../../../run/mod.ts";
import { cifar10Claims, lenetClaims } from "./claims.ts";
import type { Data } from "./data.ts";
import { measure, type Setup } from "./measure.ts";
import { page } from "./page.ts";

/** A network of an experiment, with learning rates that replace those of the table. */
interface Entry {
  readonly network: NetworkName;
  readonly learningRates?: Readonly<Record<string, number>>;
}

/** An experiment on images. */
interface ImageExperiment {
  readonly name: string;
  readonly summary: string;
  readonly data: SourceName;
  /** Maps bytes to about zero mean and unit variance. */
  readonly pixels: Pixels;
  readonly networks: Readonly<Record<string, Entry>>;
  readonly defaults: { models: readonly string[]; optimizer: string; epochs: number; batchSize: number };
  readonly examples: NonNullable<Described["examples"]>;
  readonly claims: (data: Data) => Claim[];
}

/** The share of the training images that is held out for validation. */
const VALIDATION = 0.1;

const share = {
  text: "share of the training images to use, above 0 and up to 1; all by default",
  range: { text: "a number above 0 and up to 1", test: (v: number) => v > 0 && v <= 1 },
};

/** The schedule of the learning rate by default. */
const COURSE: CourseDefaults = { schedule: "cosine" };

const OPTIONS = {
  model: listOption("A,B", "networks to train"),
  share: numberOption("X", share),
  ...AUGMENT_OPTIONS,
};

function imageExperiment(spec: ImageExperiment): Experiment {
  const { summary, examples, defaults, claims } = spec;
  const model = namesOption(
    Object.keys(spec.networks),
    `networks to train, of ${Object.keys(spec.networks).join(", ")}; ${defaults.models.join(",")} by default`,
  );
  return experiment({
    summary,
    examples,
    defaults: `${defaults.epochs} epochs, batches of ${defaults.batchSize}; ${
      defaults.models.join(", ")
    } with ${defaults.optimizer}`,
    options: { ...OPTIONS, model },
    prepare: (options) => prepare(spec, options),
    measure,
    claims,
    page,
  });
}

/** Reads the images, and makes the networks. */
async function prepare(spec: ImageExperiment, options: Options): Promise<Setup> {
  const { networks, defaults } = spec;
  const own = ownOptions(OPTIONS, options);
  const models = chosenNetworks(own.model, { all: Object.keys(networks), defaults: defaults.models });
  const optimizers = await loadedOptimizers(options, [defaults.optimizer], COURSE);
  const split = { pixels: spec.pixels, share: own.share ?? 1, validation: VALIDATION, seed: options.seed };
  const parts = await readParts(spec.data, split, { dataDir: options.dataDir, who: spec.name });
  const classifiers = Object.fromEntries(
    models.map((name) => [name, classifierOf(parts, required(networks, name, "network").network)]),
  );
  const { trainer, texts } = augmented(own, { train: parts.train, name: parts.name });
  return {
    data: parts.name,
    classes: parts.classes,
    classifiers,
    augmented: texts,
    settings: {
      ...trainer,
      optimizers,
      networks: models.map((name) => {
        const { learningRates } = required(networks, name, "network");
        const model = required(classifiers, name, "network").model(options.seed);
        return { name, model, ...(learningRates ? { learningRates } : {}) };
      }),
      train: parts.train,
      evaluate: { validation: parts.validation, test: parts.test },
      metrics: ["loss", "accuracy"],
      epochs: options.epochs ?? defaults.epochs,
      batchSize: options.batchSize ?? defaults.batchSize,
      chunk: options.chunk ?? 32,
      course: courseOf(options, COURSE).texts,
      evaluationBatchSize: 500,
    },
  };
}

/** LeNet on MNIST, compared with a multi-layer perceptron if `--model` names one. */
export const lenetExperiment = imageExperiment({
  name: "lenet",
  data: "mnist",
  summary: "LeNet, and other networks, on MNIST (needs --data-dir)",
  pixels: { scale: 1 / 255 / 0.3081, shift: -0.1307 / 0.3081 },
  networks: {
    lenet: { network: "lenet", learningRates: { adam: 3e-3 } },
    "lenet-caffe": { network: "lenet-caffe", learningRates: { adam: 2e-3 } },
    mlp: { network: "mlp-1000" },
  },
  defaults: { models: ["lenet"], optimizer: "adam", epochs: 3, batchSize: 32 },
  examples: [
    ["--data-dir data/mnist", "with the four IDX files in a folder; fetch mnist downloads them"],
    ["--model lenet,mlp --share 0.1 --epochs 1", "two networks on a tenth of the images"],
  ],
  claims: lenetClaims,
});

/** Networks on CIFAR-10. */
export const cifar10Experiment = imageExperiment({
  name: "cifar10",
  data: "cifar-10",
  summary: "a ResNet against an MLP, and other networks, on CIFAR-10 (needs --data-dir)",
  pixels: { scale: 1 / 255 / 0.25, shift: -0.47 / 0.25 },
  networks: {
    mlp: { network: "mlp-512" },
    resnet: { network: "resnet-8", learningRates: { adam: 3e-3, momentum: 0.05 } },
    "resnet-32": { network: "resnet-32", learningRates: { adam: 3e-3, momentum: 0.05 } },
    cifarnet: { network: "cifarnet" },
    vgg: { network: "vgg" },
    "vgg-small": { network: "vgg-small", learningRates: { adam: 3e-3 } },
    densenet: { network: "densenet", learningRates: { adam: 3e-3 } },
    "densenet-40": { network: "densenet-40", learningRates: { adam: 3e-3 } },
  },
  defaults: { models: ["mlp", "resnet"], optimizer: "adam", epochs: 5, batchSize: 64 },
  examples: [
    [
      "--data-dir data/cifar-10 --share 0.1 --epochs 1",
      "on a tenth of the images; fetch cifar-10 downloads them",
    ],
    [
      "--model resnet-32 --optimizer 'sgd(momentum=0.9)' --augment crop4,flip",
      "one network, with augmentation",
    ],
  ],
  claims: cifar10Claims,
});
