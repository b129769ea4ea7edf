import { channelMeans, dropout, Graph, type Model } from "../../../../mod.ts";
import { classified } from "./classified.ts";
import { constant, truncatedGlorotNormal } from "./initial.ts";
import { conv } from "./layers.ts";
import { standardized } from "./standardized.ts";

/** Options of {@linkcode allConvNetwork}; the sizes of DeepOBS by default. */
export interface AllConvOptions {
  readonly seed: number;
  /** Height and width of an image; 32 by default. */
  readonly side?: number;
  /** Channels of the first three convolutions, and of the others but the last; `[96, 192]` by default. */
  readonly channels?: readonly [number, number];
  /** Classes; 100 by default. */
  readonly classes?: number;
  /** Shares that are dropped: of the pixels, and before each of the two further parts; `[0.2, 0.5]` by default. */
  readonly dropped?: readonly [number, number];
}

/** The factor of DeepOBS's L2 term. */
const L2 = 5e-4;

/**
 * Builds All-CNN-C with its loss, as DeepOBS has it: nine convolutions with ReLU, the last one too, whose means over the pixels
 * are the scores; the third and the sixth go by two pixels in place of pooling, the seventh has no padding. By default
 * 1,387,108 parameters.
 *
 * @see Springenberg, Dosovitskiy, Brox, Riedmiller: Striving for simplicity: the all convolutional net, 2015.
 */
export function allConvNetwork(
  { seed, side = 32, channels: [narrow, wide] = [96, 192], classes = 100, dropped = [0.2, 0.5] }:
    AllConvOptions,
): Model {
  const shared = { seed, weight: truncatedGlorotNormal, bias: constant(0.1) };
  const g = new Graph({ name: "all_cnn_c" });
  let x = dropout(g, standardized(g, g.input("x", "float32", ["N", 3, side, side])), dropped[0]);
  let inputs = 3;
  let count = 0;
  const layer = (outputs: number, sizes: { kernel?: number; stride?: number; padding?: "valid" } = {}) => {
    const channels = [inputs, outputs] as const;
    x = g.relu(conv(g, x, { ...shared, name: `conv${++count}`, kernel: 3, ...sizes, channels }));
    inputs = outputs;
  };
  for (const outputs of [narrow, wide]) {
    layer(outputs);
    layer(outputs);
    layer(outputs, { stride: 2 });
    x = dropout(g, x, dropped[1]);
  }
  layer(wide, { padding: "valid" });
  layer(wide, { kernel: 1 });
  layer(classes, { kernel: 1 });
  return classified(g, channelMeans(g, x), { l2: L2 });
}
