import { buildModel, Graph, type Model, truncatedNormalOf, withLoss } from "../../../../mod.ts";
import { constant } from "./initial.ts";
import { conv, dense, maxPool, sideOf } from "./layers.ts";

/** Options of {@linkcode twoConvNetwork}; the sizes of DeepOBS by default. */
export interface TwoConvOptions {
  readonly seed: number;
  /** Height and width of an image; 28 by default. */
  readonly side?: number;
  /** Channels of the convolutions; `[32, 64]` by default. */
  readonly channels?: readonly [number, number];
  /** Units of the hidden dense layer; 1024 by default. */
  readonly hidden?: number;
}

/**
 * Builds DeepOBS's 2c2d with its loss: two convolutions of 5 x 5, each followed by ReLU and a maximum over 2 x 2 pixels, a
 * dense layer with ReLU, and ten classes; 3,274,634 parameters by default.
 */
export function twoConvNetwork(
  { seed, side = 28, channels = [32, 64], hidden = 1024 }: TwoConvOptions,
): Model {
  const layer = { seed, weight: truncatedNormalOf(0.05), bias: constant(0.05) };
  const pool = { kernel: 2, stride: 2 };
  const g = new Graph({ name: "2c2d" });
  let x = g.input("x", "float32", ["N", 1, side, side]);
  [1, channels[0]].forEach((inputs, i) => {
    const sizes = { channels: [inputs, channels[i]!] as const, kernel: 5 };
    x = maxPool(g, g.relu(conv(g, x, { ...layer, ...sizes, name: `conv${i + 1}` })), pool);
  });
  const flat = channels[1] * sideOf(x, "2c2d") ** 2;
  const h = g.relu(dense(g, g.flatten(x, { axis: 1 }), { ...layer, name: "fc1", size: [flat, hidden] }));
  g.output(dense(g, h, { ...layer, name: "fc2", size: [hidden, 10] }), "y");
  return withLoss(buildModel(g), { loss: "cross-entropy" });
}
