/**
 * An ONNX model of one's own: a small convolutional network with a shortcut, built operator by operator.
 *
 * The graph checks operators and infers shapes while it is built. The model goes through the bytes of a file, is trained,
 * and comes out as a file again, for any runtime that reads ONNX.
 *
 * Run: deno run --allow-ffi --allow-read --allow-env --allow-sys examples/own_model.ts
 *
 * @module
 */
import {
  adam,
  buildModel,
  digits,
  encodeModel,
  fit,
  Graph,
  heNormal,
  type Model,
  openSession,
  parseModel,
  printModel,
  split,
  takeExamples,
  tensor,
  type Value,
  withLoss,
  withWeights,
  zeros,
} from "../mod.ts";

/** Builds the network: images `[N, 8, 8]` to the scores of ten classes. */
export function network(channels = 12): Model {
  const g = new Graph({ name: "shortcut" });
  const conv = (x: Value, name: string, inputs: number) => {
    const shape = [channels, inputs, 3, 3];
    const weight = g.initializer(`${name}.weight`, heNormal(shape, { seed: 1, name }));
    const bias = g.initializer(`${name}.bias`, zeros([channels], { seed: 1, name }));
    return g.conv(x, weight, bias, { kernel_shape: [3, 3], pads: [1, 1, 1, 1] });
  };
  const image = g.unsqueeze(g.input("x", "float32", ["N", 8, 8]), [1]);
  const first = g.relu(conv(image, "first", 1));
  const second = g.relu(g.add(first, conv(g.relu(conv(first, "second", channels)), "third", channels)));
  const pooled = g.flatten(g.maxPool(second, { kernel_shape: [2, 2], strides: [2, 2] })[0]);
  const head = g.initializer("head.weight", heNormal([10, 16 * channels], { seed: 1, name: "head" }));
  g.output(
    g.gemm(pooled, head, g.initializer("head.bias", zeros([10], { seed: 1, name: "head" })), { transB: 1 }),
    "scores",
  );
  return buildModel(g);
}

/** Trains the network, and returns its accuracy, its size, and what the written file says of the first test images. */
export async function run({ epochs = 8 } = {}) {
  const read = parseModel(encodeModel(network()));
  const { train, test } = split(digits(), { fractions: { test: 0.2 }, seed: 1 });
  const inputs = ({ inputs: { x, y } }: typeof train) => ({ x: { ...x, scale: 1 / 16 }, target: y });
  const { state, epochs: records } = await fit({
    model: withLoss(read, { loss: "cross-entropy" }),
    optimizer: adam({ learningRate: 2e-3 }),
    train: inputs(train),
    evaluate: { test: inputs(test) },
    metrics: ["accuracy"],
    epochs,
    batchSize: 32,
  });
  const file = encodeModel(withWeights(read, state.params));
  const five = takeExamples(test, [0, 1, 2, 3, 4]).inputs;
  await using session = await openSession(file);
  const x = tensor(Float32Array.from(five.x.data as Uint8Array, (v) => v / 16), [5, 8, 8]);
  const scores = (await session.run({ x })).scores!.data as Float32Array;
  const guesses = Array.from({ length: 5 }, (_, i) => {
    const row = scores.subarray(10 * i, 10 * i + 10);
    return row.indexOf(Math.max(...row));
  });
  const accuracy = records.at(-1)!.metrics.test!.accuracy!;
  return {
    accuracy,
    bytes: file.length,
    guesses,
    labels: Array.from(five.y.data, Number),
    text: printModel(read),
  };
}

if (import.meta.main) {
  const { accuracy, bytes, guesses, labels, text } = await run();
  console.log(text.split("\n").slice(0, 16).join("\n"));
  console.log(`test accuracy ${(100 * accuracy).toFixed(1)} %, file of ${bytes} bytes`);
  console.log(`labels ${labels.join(" ")}, guesses of the file ${guesses.join(" ")}`);
}
