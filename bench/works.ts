/**
 * The table of works.
 *
 * @module
 */
import {
  type DataTensor,
  digits,
  lenet,
  mlp,
  type Model,
  randomBits,
  recurrentLanguageModel,
  resnet,
  tensor,
  transformer,
  vgg,
  withLoss,
} from "../mod.ts";
import { depthwiseNetwork } from "./networks.ts";
import { exported } from "./exported.ts";
import { has } from "./subjects.ts";
import type { Hardware, Work } from "./work.ts";

/** Returns random integers below `limit`: the time does not depend on what is learned. */
function numbers(stream: string, { count, limit }: { count: number; limit: number }): number[] {
  return Array.from(randomBits({ seed: 1, stream }, count), (b) => b % limit);
}

/** Returns random images and classes. */
function images(shape: readonly number[], examples: number): Readonly<Record<string, DataTensor>> {
  const size = shape.reduce((a, b) => a * b, 1);
  const bytes = Uint8Array.from(numbers("x", { count: examples * size, limit: 256 }));
  return {
    x: { ...tensor(bytes, [examples, ...shape]), scale: 1 / 255 },
    target: tensor(BigInt64Array.from(numbers("y", { count: examples, limit: 10 }), BigInt)),
  };
}

/** Returns the handwritten digits as images of one channel. */
function digitImages(): Readonly<Record<string, DataTensor>> {
  const { x, y } = digits().inputs;
  return { x: { ...x!, shape: [x!.shape[0]!, 1, 8, 8], scale: 1 / 16 }, target: y! };
}

/** Returns windows of random tokens, and the next token of each. */
function windows(length: number, vocabulary: number): Readonly<Record<string, DataTensor>> {
  const examples = 500;
  const all = (stream: string) =>
    tensor(
      BigInt64Array.from(numbers(stream, { count: examples * length, limit: vocabulary }), BigInt),
      [examples, length],
    );
  return { tokens: all("x"), target: all("y") };
}

function classifier(model: Model): Model {
  return withLoss(model, { loss: "cross-entropy" });
}

function languageModel(model: Model): Model {
  return withLoss(model, { loss: "cross-entropy", classes: "last" });
}

/** Returns a perceptron on images of 784 bytes; without hidden units it is logistic regression. */
function perceptron(hidden: number, batchSize: number): Work {
  const sizes = hidden === 0 ? [784, 10] : [784, hidden, 10];
  return {
    name: `${hidden === 0 ? "logistic" : "mlp"} ${sizes.join("-")} b${batchSize}`,
    architecture: { kind: "mlp", sizes },
    batchSize,
    model: () => classifier(mlp({ inputs: 784, hidden: hidden === 0 ? [] : [hidden], outputs: 10, seed: 1 })),
    data: () => images([784], 10_000),
  };
}

const DEPTH = 32;
const DEPTHWISE = { channels: 64, pairs: 2 };
const WORDS = 10_000;
const LSTM = { hidden: 200, layers: 2 };
const GPT = { vocabulary: 1000, layers: 4, width: 128, heads: 4, context: 64 };
const LARGE_GPT = { vocabulary: 8000, layers: 6, width: 512, heads: 8, context: 256 };

/** All works, in the order of the table. */
export const WORKS: readonly Work[] = [
  perceptron(0, 128),
  perceptron(256, 32),
  perceptron(256, 128),
  perceptron(1000, 128),
  {
    name: "lenet b64",
    architecture: { kind: "lenet", sizes: [] },
    batchSize: 64,
    model: () => classifier(lenet({ seed: 1 })),
    data: () => images([1, 28, 28], 10_000),
  },
  {
    name: "resnet-8 digits b64",
    architecture: { kind: "resnet", sizes: [8] },
    batchSize: 64,
    model: () => classifier(resnet({ image: [1, 8, 8], depth: 8, seed: 1 })),
    data: digitImages,
  },
  {
    name: "depthwise b64",
    architecture: { kind: "depthwise", sizes: [DEPTHWISE.pairs] },
    batchSize: 64,
    slow: true,
    model: () => classifier(depthwiseNetwork(DEPTHWISE)),
    data: () => images([3, 32, 32], 1000),
  },
  {
    name: "vgg block b64",
    architecture: { kind: "vgg", sizes: [2] },
    batchSize: 64,
    slow: true,
    model: () => classifier(vgg({ blocks: [[64, 64]], hidden: 64, dropout: [0, 0, 0], seed: 1 })),
    data: () => images([3, 32, 32], 1000),
  },
  {
    name: `resnet-${DEPTH} b64`,
    architecture: { kind: "resnet", sizes: [DEPTH] },
    batchSize: 64,
    slow: true,
    // Weights times 1 + 1e-7 z, z standard normal: in ten steps up to 0.01 with sgd and 0.003 with Adam; whole runtimes differ by more.
    amplified: 0.05,
    model: () => classifier(resnet({ depth: DEPTH, seed: 1 })),
    data: () => images([3, 32, 32], 1000),
  },
  {
    name: `lstm ${LSTM.layers}x${LSTM.hidden} T35 b20, ${WORDS} words`,
    architecture: { kind: "lstm", sizes: [LSTM.layers, LSTM.hidden] },
    batchSize: 20,
    slow: true,
    model: () =>
      languageModel(
        recurrentLanguageModel({ vocabulary: WORDS, embedding: LSTM.hidden, ...LSTM, seed: 1 }),
      ),
    data: () => windows(35, WORDS),
  },
  {
    name: `transformer ${GPT.layers}x${GPT.width} T${GPT.context} b16`,
    architecture: { kind: "transformer", sizes: [GPT.layers, GPT.heads] },
    batchSize: 16,
    slow: true,
    model: () => languageModel(transformer({ ...GPT, seed: 1 })),
    data: () => windows(GPT.context, GPT.vocabulary),
  },
  {
    name: `transformer ${LARGE_GPT.layers}x${LARGE_GPT.width} T${LARGE_GPT.context} b32`,
    architecture: { kind: "transformer", sizes: [LARGE_GPT.layers, LARGE_GPT.heads] },
    batchSize: 32,
    slow: true,
    accelerator: true,
    model: () => languageModel(transformer({ ...LARGE_GPT, seed: 1 })),
    data: () => windows(LARGE_GPT.context, LARGE_GPT.vocabulary),
  },
  {
    name: "distilbert T128 b8",
    architecture: { kind: "distilbert", sizes: [] },
    batchSize: 8,
    large: true,
    optimizers: ["adamw"],
    needs: has("torch", "transformers", "onnxscript"),
    checked: [1, 2],
    model: () => exported("distilbert"),
    data: () => ({
      x: tensor(
        BigInt64Array.from(numbers("x", { count: 64 * 128, limit: 30_522 }), BigInt),
        [64, 128],
      ),
      target: tensor(BigInt64Array.from(numbers("y", { count: 64, limit: 2 }), BigInt)),
    }),
  },
  {
    name: "resnet-18 224x224 b8",
    architecture: { kind: "resnet18", sizes: [] },
    batchSize: 8,
    large: true,
    optimizers: ["momentum", "adamw"],
    needs: has("torch", "torchvision", "onnxscript"),
    checked: [1, 2],
    model: () => exported("resnet18"),
    data: () => images([3, 224, 224], 32),
  },
];

/** What `--work` calls all works that PyTorch exports. */
const LARGE = "large";

/**
 * Returns the works to measure: those whose names contain one of the texts, however slow they are. Without texts, all but
 * the large ones and, on the CPU, those for accelerators; in a quick run without the slow ones.
 *
 * @throws {RangeError} naming a text that is in no name.
 */
export function chosenWorks(
  texts: readonly string[] | undefined,
  { quick, device = "cpu" }: { quick: boolean } & Partial<Pick<Hardware, "device">>,
): Work[] {
  if (texts === undefined) {
    return WORKS.filter((w) => !w.large && !(quick && w.slow) && !(device === "cpu" && w.accelerator));
  }
  const called = ({ name, large }: Work, text: string) => name.includes(text) || (large && text === LARGE);
  for (const text of texts) {
    if (!WORKS.some((w) => called(w, text))) {
      throw new RangeError(
        `--work ${text} is in no name of ${WORKS.map((w) => w.name).join("; ")}, nor is it ${LARGE}`,
      );
    }
  }
  return WORKS.filter((w) => texts.some((text) => called(w, text)));
}

/**
 * Returns works with another number of examples per step, which their names tell; of those that become the same one. Without
 * a number they stay as they are.
 */
export function withBatchSize(works: readonly Work[], batchSize: number | undefined): readonly Work[] {
  if (batchSize === undefined) return works;
  const changed = works.map((work) => ({
    ...work,
    batchSize,
    name: work.name.replace(/\bb\d+\b/, `b${batchSize}`),
  }));
  return [...new Map(changed.map((work) => [work.name, work])).values()];
}
