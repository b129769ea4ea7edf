import { glorotUniform, Graph, type Model } from "../../../../mod.ts";
import { classified } from "./classified.ts";
import { truncatedGlorotNormal } from "./initial.ts";
import { conv, dense, maxPool, sideOf } from "./layers.ts";
import { standardized } from "./standardized.ts";

/** Options of {@linkcode threeConvNetwork}; the sizes of DeepOBS by default. */
export interface ThreeConvOptions {
  readonly seed: number;
  /** Height and width of an image; 32 by default. */
  readonly side?: number;
  /** Channels of the convolutions; `[64, 96, 128]` by default. */
  readonly channels?: readonly [number, number, number];
  /** Units of the hidden dense layers; `[512, 256]` by default. */
  readonly hidden?: readonly [number, number];
}

/** The factor of DeepOBS's L2 term. */
const L2 = 0.002;

/**
 * Builds DeepOBS's 3c3d with its loss: convolutions of 5 x 5 and 3 x 3 without padding and of 3 x 3 with it, each followed by
 * ReLU and a maximum over 3 x 3 pixels at every second one, two dense layers with ReLU, and ten classes; 895,210 parameters
 * by default.
 */
export function threeConvNetwork(
  { seed, side = 32, channels = [64, 96, 128], hidden = [512, 256] }: ThreeConvOptions,
): Model {
  const convolution = { seed, weight: truncatedGlorotNormal };
  const pool = { kernel: 3, stride: 2 };
  const g = new Graph({ name: "3c3d" });
  let x = standardized(g, g.input("x", "float32", ["N", 3, side, side]));
  [3, channels[0], channels[1]].forEach((inputs, i) => {
    const sizes = {
      channels: [inputs, channels[i]!] as const,
      kernel: i === 0 ? 5 : 3,
      padding: i === 2 ? "same" as const : "valid" as const,
    };
    x = maxPool(g, g.relu(conv(g, x, { ...convolution, ...sizes, name: `conv${i + 1}` })), pool);
  });
  const sizes = [channels[2] * sideOf(x, "3c3d") ** 2, ...hidden, 10];
  x = g.flatten(x, { axis: 1 });
  sizes.slice(1).forEach((units, i) => {
    const size = [sizes[i]!, units] as const;
    x = dense(g, x, { seed, weight: glorotUniform, name: `fc${i + 1}`, size });
    if (i < hidden.length) x = g.relu(x);
  });
  return classified(g, x, { l2: L2 });
}
