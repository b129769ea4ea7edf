/**
 * `lenet` and `cifar10`: networks on images.
 *
 * @module
 */
import {
  cifarnet,
  type Data,
  type DataSet,
  densenet,
  encodeModel,
  lenet,
  mlp,
  type Model,
  readCifar10,
  readMnist,
  resnet,
  takeExamples,
  vgg,
  withLoss,
  withWeights,
} from "../../../mod.ts";
import {
  accuracyOf,
  chosenNetworks,
  compare,
  type Comparison,
  loadedOptimizers,
  type Network,
  percentText,
  scheduleOption,
  sizeOfParameters,
  type Trained,
  trainedTensors,
} from "../../lab/mod.ts";
import { fileName, UsageError } from "../../console/mod.ts";
import { byComparison, type Claim, lines, type Outcome, type Plot } from "../../report/mod.ts";
import type { Context, Experiment } from "../../run/mod.ts";
import { type CatalogName, dataFolder, howToFetch } from "../../fetch/mod.ts";
import { noteFilesOf } from "../../inputs/mod.ts";
import { listOption, numberOption, ownOptions } from "../../cli/mod.ts";
import { leastBy } from "../../statistics/mod.ts";

/** A network that an experiment knows. */
interface Entry {
  readonly make: (seed: number) => Model;
  readonly learningRates?: Readonly<Record<string, number>>;
}

/** An experiment on images. */
interface ImageExperiment {
  readonly name: string;
  readonly data: string;
  /** What `fetch` calls the data. */
  readonly set: CatalogName;
  readonly summary: string;
  readonly load: (
    folder: string,
    options: { onFile: (path: string) => Promise<void> },
  ) => Promise<{ train: DataSet; test: DataSet }>;
  /** From bytes to about zero mean and unit variance. */
  readonly pixels: { readonly scale: number; readonly shift: number };
  readonly networks: Readonly<Record<string, Entry>>;
  readonly defaults: { models: readonly string[]; optimizer: string; epochs: number; batchSize: number };
  readonly claims: (results: readonly ImageResult[]) => Claim[];
}

interface ImageResult extends Trained {
  readonly testLoss: number;
  readonly testAccuracy: number;
}

const share = {
  text: "share of the training images to use, above 0 and up to 1; all by default",
  range: { text: "a number above 0 and up to 1", test: (v: number) => v > 0 && v <= 1 },
};

const OPTIONS = {
  model: listOption("A,B", "networks to train"),
  schedule: scheduleOption,
  share: numberOption("X", share),
};

function imageExperiment(spec: ImageExperiment): Experiment {
  const { defaults } = spec;
  const names = Object.keys(spec.networks);
  const model = listOption(
    "A,B",
    `networks to train, of ${names.join(", ")}; ${defaults.models.join(",")} by default`,
  );
  return {
    summary: spec.summary,
    defaults: `${defaults.epochs} epochs, batches of ${defaults.batchSize}; ${
      defaults.models.join(", ")
    } with ${defaults.optimizer}`,
    options: { ...OPTIONS, model },
    async prepare(options) {
      const own = ownOptions(OPTIONS, options);
      const models = chosenNetworks(own.model, { all: names, defaults: defaults.models });
      const optimizers = await loadedOptimizers(options, [defaults.optimizer]);
      const folder = dataFolder(spec.set, options);
      if (folder === undefined) {
        throw new UsageError(
          `${spec.name} needs the folder that holds the files of ${spec.data}: ${howToFetch(spec.set)}`,
        );
      }
      const { train, test } = await spec.load(folder, { onFile: noteFilesOf(spec.set) });
      const used = takeShare(train, own.share ?? 1);
      const inputs = ({ inputs: { x, y } }: DataSet): Data => ({ x: { ...x, ...spec.pixels }, target: y });
      const chosen = models.map((name): Network => {
        const { make, learningRates } = spec.networks[name]!;
        const model = withLoss(make(options.seed), { loss: "cross-entropy" });
        return { name, model, ...(learningRates ? { learningRates } : {}) };
      });
      const settings = {
        optimizers,
        networks: chosen,
        train: inputs(used),
        evaluate: { test: inputs(test) },
        metrics: ["loss", "accuracy"],
        epochs: options.epochs ?? defaults.epochs,
        batchSize: options.batchSize ?? defaults.batchSize,
        chunk: options.chunk ?? 32,
        schedule: own.schedule ?? "cosine",
        evaluationBatchSize: 500,
      };
      return (context) => run(spec, { settings, context });
    },
  };
}

/** The first examples of a set, as many as a share of it. */
function takeShare(set: DataSet, share: number): DataSet {
  const all = set.inputs.x.shape[0]!;
  const count = Math.max(1, Math.round(share * all));
  return count === all ? set : takeExamples(set, Array.from({ length: count }, (_, i) => i));
}

async function run(
  spec: ImageExperiment,
  { settings, context }: { settings: Comparison; context: Context },
): Promise<Outcome> {
  const scores = ({ metrics }: Trained["epochs"][number]) => ({
    testLoss: metrics.test!.loss!,
    testAccuracy: accuracyOf(metrics.test!),
  });
  const trained = await compare(settings, { context, scores }, ["testLoss", "testAccuracy"]);
  const results = trained.map((r): ImageResult => ({ ...r, ...scores(r.epochs.at(-1)!) }));
  const best = leastBy(results, (r) => -r.testAccuracy);
  const { seed } = context.options;
  const bytes = (r: ImageResult) => {
    const untrained = spec.networks[r.network]!.make(seed);
    return encodeModel(withWeights(untrained, trainedTensors(r), { partial: true }));
  };
  const { epochs, batchSize, chunk, schedule } = settings;
  const label = (
    r: Trained,
  ) => (settings.optimizers.length === 1 ? r.network : `${r.network}, ${r.optimizer}`);
  return {
    runs: results.map((r) => ({
      model: r.network,
      optimizer: r.optimizer,
      learningRate: r.learningRate,
      seed,
      epochs,
      steps: r.steps,
      parameters: sizeOfParameters(r),
      trainLoss: r.epochs.at(-1)!.trainLoss,
      testLoss: r.testLoss,
      testAccuracy: r.testAccuracy,
      seconds: r.seconds,
    })),
    config: { epochs, batchSize, chunk, schedule, examples: settings.train.target!.shape[0] },
    files: [
      { name: "model.onnx", content: bytes(best) },
      ...(results.length > 1
        ? results.map((r) => ({
          name: `models/${fileName(label(r).replace(", ", "-"))}.onnx`,
          content: bytes(r),
        }))
        : []),
    ],
    tables: [{
      header: [
        "model",
        "parameters",
        "optimizer",
        "learning rate",
        "steps",
        "train loss",
        "test loss",
        "test accuracy",
        "seconds",
      ],
      rows: results.map((r) => [
        r.network,
        String(sizeOfParameters(r)),
        r.optimizer,
        String(r.learningRate),
        String(r.steps),
        r.epochs.at(-1)!.trainLoss.toFixed(4),
        r.testLoss.toFixed(4),
        percentText(r.testAccuracy),
        r.seconds.toFixed(1),
      ]),
      note: "The training loss is the mean over the batches of the last epoch, each before its update.",
    }],
    plots: plots(results, { data: spec.data, label }),
    claims: spec.claims(results),
  };
}

function plots(
  results: readonly ImageResult[],
  { data, label }: { data: string; label: (r: Trained) => string },
): Plot[] {
  const points = (y: (e: Trained["epochs"][number]) => number) =>
    results.flatMap((r) => r.epochs.map((e) => ({ x: e.epoch, y: y(e), line: label(r) })));
  return [
    lines(points((e) => e.trainLoss), {
      name: "loss",
      title: `${data}: training loss`,
      x: "epoch",
      y: "mean loss of the epoch's batches",
      log: true,
      marks: true,
    }),
    lines(points((e) => 100 * e.metrics.test!.accuracy!), {
      name: "accuracy",
      title: `${data}: test accuracy`,
      x: "epoch",
      y: "test accuracy, %",
      marks: true,
    }),
  ];
}

/** LeNet on MNIST, held against a multi-layer perceptron where that is asked for. */
export const lenetExperiment: Experiment = imageExperiment({
  name: "lenet",
  data: "MNIST",
  set: "mnist",
  summary: "LeNet, and other networks, on MNIST (needs --data-dir)",
  load: readMnist,
  pixels: { scale: 1 / 255 / 0.3081, shift: -0.1307 / 0.3081 },
  networks: {
    lenet: { make: (seed) => lenet({ seed }), learningRates: { adam: 3e-3 } },
    "lenet-caffe": {
      make: (seed) => lenet({ channels: [20, 50], hidden: [500], padding: 0, seed }),
      learningRates: { adam: 2e-3 },
    },
    mlp: { make: (seed) => mlp({ inputs: 784, hidden: [1000], outputs: 10, seed }) },
  },
  defaults: { models: ["lenet"], optimizer: "adam", epochs: 3, batchSize: 32 },
  claims(results) {
    const net = results.find((r) => r.network.startsWith("lenet"));
    if (net === undefined) return [];
    return [{
      claim: "LeNet classifies 99% of MNIST's test images after three epochs.",
      verdict: byComparison(net.testAccuracy >= 0.99 && net.epochs.length <= 3),
      evidence: `${percentText(net.testAccuracy)} after ${net.epochs.length} epochs with ${net.optimizer}. ` +
        "Test: at least 99%, after three epochs or fewer.",
    }];
  },
});

/** Networks on CIFAR-10. */
export const cifar10Experiment: Experiment = imageExperiment({
  name: "cifar10",
  data: "CIFAR-10",
  set: "cifar-10",
  summary: "a ResNet against an MLP, and other networks, on CIFAR-10 (needs --data-dir)",
  load: readCifar10,
  pixels: { scale: 1 / 255 / 0.25, shift: -0.47 / 0.25 },
  networks: {
    mlp: { make: (seed) => mlp({ inputs: 3072, hidden: [512], outputs: 10, seed }) },
    resnet: { make: (seed) => resnet({ depth: 8, seed }), learningRates: { adam: 3e-3, momentum: 0.05 } },
    "resnet-32": { make: (seed) => resnet({ seed }), learningRates: { adam: 3e-3, momentum: 0.05 } },
    cifarnet: { make: (seed) => cifarnet({ seed }) },
    vgg: { make: (seed) => vgg({ seed }) },
    "vgg-small": {
      make: (seed) => vgg({ blocks: [[16, 16], [32, 32], [64, 64]], hidden: 128, seed }),
      learningRates: { adam: 3e-3 },
    },
    densenet: { make: (seed) => densenet({ layers: 4, seed }), learningRates: { adam: 3e-3 } },
    "densenet-40": { make: (seed) => densenet({ seed }), learningRates: { adam: 3e-3 } },
  },
  defaults: { models: ["mlp", "resnet"], optimizer: "adam", epochs: 5, batchSize: 64 },
  claims(results) {
    const mlp = results.find((r) => r.network === "mlp");
    const net = results.find((r) => r.network.startsWith("resnet"));
    if (net === undefined) return [];
    const losses = net.epochs.map((e) => e.trainLoss);
    return [
      {
        claim: "A ResNet trains stably: the training loss falls in every epoch.",
        verdict: byComparison(losses.every((l, i) => Number.isFinite(l) && (i === 0 || l < losses[i - 1]!))),
        evidence: `${losses.map((l) => l.toFixed(3)).join(", ")}. Test: each below the one before.`,
      },
      ...(mlp === undefined ? [] : [{
        claim: "A ResNet beats an MLP.",
        verdict: byComparison(net.testAccuracy > mlp.testAccuracy),
        evidence: `test accuracy ${percentText(net.testAccuracy)} with ${
          sizeOfParameters(net)
        } parameters against ${percentText(mlp.testAccuracy)} with ${sizeOfParameters(mlp)}`,
      }]),
    ];
  },
});
