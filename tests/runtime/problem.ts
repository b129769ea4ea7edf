/**
 * A small classification problem for the tests: bytes for features, as images are stored.
 *
 * @module
 */
import { mlp } from "../../models/dense.ts";
import { withLoss } from "../../models/loss.ts";
import type { Model } from "../../onnx/mod.ts";
import { randomBits } from "../../random/random_bits.ts";
import type { DataTensor } from "../../runtime/program/mod.ts";

/** Examples, features and classes. */
export const SIZE = { examples: 50, features: 12, classes: 3 } as const;

/** A perceptron followed by a cross-entropy, small enough for many runs. */
export function model(seed = 1): Model {
  const { features, classes } = SIZE;
  return withLoss(mlp({ inputs: features, hidden: [8], outputs: classes, activation: "tanh", seed }), {
    loss: "cross-entropy",
  });
}

/** Random images and labels that depend on them. */
export function data(seed = 1): Record<string, DataTensor> {
  const { examples, features, classes } = SIZE;
  const x = Uint8Array.from(randomBits({ seed, stream: "x" }, examples * features), (b) => b >>> 24);
  const target = BigInt64Array.from(
    { length: examples },
    (_, i) => BigInt(Math.floor(x[i * features]! * classes / 256)),
  );
  return {
    x: { dtype: "uint8", shape: [examples, 3, 4], data: x, scale: 1 / 255 },
    target: { dtype: "int64", shape: [examples], data: target },
  };
}
