/**
 * Training programs of the networks of the zoo, of small sizes, as a GPU runs them, with a fixed batch.
 *
 * @module
 */
import {
  adam,
  cifarnet,
  densenet,
  lamb,
  lenet,
  linear,
  mlp,
  type Model,
  momentum,
  muon,
  type Optimizer,
  recurrentLanguageModel,
  resnet,
  sam,
  sgd,
  sophia,
  swats,
  trainingModel,
  transformer,
  vgg,
  withLoss,
} from "../../../mod.ts";
import { STATISTICS } from "../../../runtime/program/training_types.ts";

const WORDS = 12;
const BATCH = 6;

/** A network, and the shape of a batch of its examples: images or features, or tokens, of which each has a label. */
interface Network {
  readonly model: () => Model;
  readonly batch: readonly number[];
  readonly tokens?: boolean;
}

const languageModel = (cell: "lstm" | "gru" | "rnn"): Network => ({
  model: () => recurrentLanguageModel({ vocabulary: WORDS, cell, hidden: 9, embedding: 6 }),
  batch: [BATCH, 5],
  tokens: true,
});

/** The networks of `models`. */
export const NETWORKS: Readonly<Record<string, Network>> = {
  mlp: { model: () => mlp({ inputs: 20, hidden: [8], outputs: 10 }), batch: [BATCH, 20] },
  logistic: { model: () => linear({ inputs: 20, outputs: 10 }), batch: [BATCH, 20] },
  lenet: { model: () => lenet({ image: [1, 16, 16], hidden: [20] }), batch: [BATCH, 1, 16, 16] },
  vgg: {
    model: () => vgg({ image: [3, 8, 8], blocks: [[6], [8, 8]], hidden: 12 }),
    batch: [BATCH, 3, 8, 8],
  },
  "resnet-8": { model: () => resnet({ image: [3, 8, 8], depth: 8, width: 6 }), batch: [BATCH, 3, 8, 8] },
  densenet: { model: () => densenet({ image: [3, 8, 8], layers: 2, growth: 6 }), batch: [BATCH, 3, 8, 8] },
  cifarnet: {
    model: () => cifarnet({ image: [3, 8, 8], channels: 6, hidden: [9, 8] }),
    batch: [BATCH, 3, 8, 8],
  },
  transformer: {
    model: () => transformer({ vocabulary: WORDS, context: 8, width: 12, layers: 2, heads: 2 }),
    batch: [BATCH, 7],
    tokens: true,
  },
  lstm: languageModel("lstm"),
  gru: languageModel("gru"),
  rnn: languageModel("rnn"),
};

/** The optimizers, each at a learning rate that no test depends on. */
export const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => sgd({ learningRate: 0.01 }),
  momentum: () => momentum({ learningRate: 0.01 }),
  adam: () => adam({ learningRate: 0.01 }),
  muon: () => muon({ learningRate: 0.01 }),
  lamb: () => lamb({ learningRate: 0.01 }),
  sam: () => sam(sgd({ learningRate: 0.01 })),
  swats: () => swats({ learningRate: 0.01 }),
  sophia: () => sophia({ learningRate: 0.01 }),
};

/** Returns the model of one step, or of a loop over steps, with or without all that the command line reports of it. */
export function programOf(
  network: string,
  { optimizer, reports = false, form = "steps" }: {
    optimizer: string;
    reports?: boolean;
    form?: "scan" | "steps";
  },
): Model {
  const { model, batch, tokens = false } = NETWORKS[network]!;
  const withTargets = withLoss(model(), { loss: "cross-entropy", ...(tokens ? { classes: "last" } : {}) });
  const x = withTargets.graph!.input[0]!.name;
  return trainingModel({
    model: withTargets,
    optimizer: OPTIMIZERS[optimizer]!(),
    inputs: {
      [x]: { dtype: tokens ? "int64" : "float32", shape: [100, ...batch.slice(1)] },
      target: { dtype: "int64", shape: tokens ? [100, ...batch.slice(1)] : [100] },
    },
    target: "gpu",
    form,
    batchSize: BATCH,
    ...(reports ? { statistics: STATISTICS, metrics: ["accuracy"] } : {}),
  }).model;
}
