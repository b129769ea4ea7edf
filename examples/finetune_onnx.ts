// %% [markdown]
// # Fine-tune an ONNX model
//
// A model in a file `.onnx`, from PyTorch or any other exporter, is read, described, trained further on examples of another kind,
// and written back. Here the file comes from a training on scanned digits; the new images come from another scanner: on a gray
// ground, with less contrast and with noise. Only 100 of them have labels.

// %%
import {
  adam,
  type DataSet,
  describeModel,
  digits,
  fit,
  type FitOptions,
  mlp,
  readModel,
  split,
  takeExamples,
  tensor,
  withLoss,
  withWeights,
  writeModel,
} from "../mod.ts";
import { lines, table } from "../plots/mod.ts";
import { normal } from "../random/mod.ts";

// %%
const { train, test } = split(digits(), { fractions: { test: 0.3 }, seed: 1, stratify: true });

/** Returns the images with pixels from 0 to 1. */
function inputs({ inputs: { x, y } }: DataSet) {
  return { x: tensor(Float32Array.from(x.data as Uint8Array, (v) => v / 16), x.shape), target: y };
}

/** Returns the images as the other scanner gives them: on gray, with 40 % of the contrast, and noise. */
function scanned(set: DataSet) {
  const { x, target } = inputs(set);
  const noise = normal({ seed: 7, stream: set.name }, x.data.length);
  const pixels = Float32Array.from(noise, (n, i) => 0.3 + 0.4 * Number(x.data[i]) + 0.1 * n);
  return { x: tensor(pixels, x.shape), target };
}

// %% [markdown]
// ## The file
//
// In practice it exists already. This cell trains a network on the first scanner's images and writes it.

// %%
const folder = await Deno.makeTempDir();
const network = (seed: number) => mlp({ inputs: 64, hidden: [48, 48], outputs: 10, seed });
const first = await fit({
  model: withLoss(network(1), { loss: "cross-entropy" }),
  optimizer: adam({ learningRate: 3e-3 }),
  train: inputs(train),
  evaluate: { "first scanner": inputs(test), "other scanner": scanned(test) },
  metrics: ["loss", "accuracy"],
  epochs: 20,
  batchSize: 32,
});
await writeModel(`${folder}/first.onnx`, withWeights(network(1), first.state.params));
export const before = first.epochs.at(-1)!.metrics["other scanner"]!.accuracy!;
first;

// %% [markdown]
// ## Read and describe
//
// `describeModel` lists what can be trained, and why something cannot.

// %%
const model = await readModel(`${folder}/first.onnx`);
const { parameters } = describeModel(model);
table(
  parameters.map(({ name, dtype, shape, constant }) => ({
    name,
    type: dtype,
    shape: `[${shape.join(", ")}]`,
    trained: constant === undefined ? "yes" : `no: ${constant}`,
  })),
  { title: "Parameters of the file" },
);

// %% [markdown]
// ## Three ways to train
//
// From random weights, the last layer alone, and all layers from the weights of the file.

// %%
const few = scanned(takeExamples(train, Array.from({ length: 100 }, (_, i) => i)));
const held = scanned(test);
const ways: Record<string, Pick<FitOptions, "model" | "parameters">> = {
  "from scratch": { model: withLoss(network(2), { loss: "cross-entropy" }) },
  "last layer alone": {
    model: withLoss(model, { loss: "cross-entropy" }),
    parameters: ["layers.2.weight", "layers.2.bias"],
  },
  "all layers": { model: withLoss(model, { loss: "cross-entropy" }) },
};
export const accuracies: Record<string, number[]> = {};
let best = first;
for (const [name, way] of Object.entries(ways)) {
  best = await fit({
    ...way,
    optimizer: adam({ learningRate: 3e-3 }),
    train: few,
    evaluate: { test: held },
    metrics: ["accuracy"],
    epochs: 30,
    batchSize: 10,
  });
  accuracies[name] = best.epochs.map(({ metrics }) => metrics.test!.accuracy!);
}
lines(accuracies, {
  title: "Accuracy on images of the other scanner",
  x: "epoch",
  y: "test accuracy",
  series: true,
  references: [{ y: before, label: "as in the file" }],
});

// %% [markdown]
// ## Write the result
//
// The last way trained all layers. The file holds a plain ONNX model, without loss and gradient, for any runtime.

// %%
await writeModel(`${folder}/adapted.onnx`, withWeights(model, best.state.params));
export const written = await readModel(`${folder}/adapted.onnx`);
await Deno.remove(folder, { recursive: true });
written;
