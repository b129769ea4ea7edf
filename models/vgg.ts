import { checkOptions, type OptionNames } from "../options/mod.ts";
import { buildModel, Graph, type Model } from "../onnx/mod.ts";
import { dense } from "./dense.ts";
import { heNormal } from "./initializers.ts";
import { batchNorm, checkCounts, checkRatio, conv, dropout, maxPool2 } from "./layers.ts";

/** Options of {@linkcode vgg}. */
export interface VggOptions {
  /** Channels, height and width of an image, the sides divisible by 2 for each block; `[3, 32, 32]` by default. */
  image?: readonly [channels: number, height: number, width: number];
  /** For each block the channels of its convolutions; `VGG16` by default. */
  blocks?: readonly (readonly number[])[];
  /** Units of the hidden dense layer; 512 by default. */
  hidden?: number;
  /** Classes; 10 by default. */
  outputs?: number;
  /** Shares that are dropped: after a block's first convolution, after its others but the last, and of dense units. */
  dropout?: readonly [first: number, others: number, dense: number];
  /** The seed of the weights, an integer from 0 to 2^53 - 1; 0 by default. */
  seed?: number;
}

const VGG_OPTIONS = {
  image: false,
  blocks: false,
  hidden: false,
  outputs: false,
  dropout: false,
  seed: false,
} satisfies OptionNames<VggOptions>;

/** The thirteen convolutions of VGG's configuration D. */
export const VGG16: readonly (readonly number[])[] = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
];

/**
 * Builds VGG with batch normalization and dropout for small images, the network of Wilson et al.: an ONNX model from
 * `x`, float32 `[N, 3, 32, 32]`, to `y`, float32 `[N, 10]`. By default 14,991,946 parameters.
 *
 * Each block is a row of 3x3 convolution, batch normalization and ReLU, and ends with a 2x2 max-pooling; after five
 * of them `[N, 512, 1, 1]` is left, then a dense layer of 512 units with batch normalization, and the classes. Dropout is
 * 0.3 after the first convolution of the first block, 0.4 after all but the last of a block otherwise, 0.5 in the dense
 * part, as in Zagoruyko's network; `dropout` gives 0.3, 0.4 and 0.5 by default, `[0, 0, 0]` leaves it out.
 *
 * @throws {RangeError} when a size is not an integer of at least 1, or a side is not divisible.
 *
 * @example
 * ```ts
 * import { vgg } from "./vgg.ts";
 * import { assertEquals } from "@std/assert";
 * const model = vgg({ image: [3, 8, 8], blocks: [[4, 4], [8]], hidden: 16, dropout: [0, 0, 0] });
 * assertEquals(model.graph!.node.filter((n) => n.opType === "Conv").length, 3);
 * ```
 *
 * @see Simonyan, Zisserman: Very deep convolutional networks for large-scale image recognition, 2015.
 * @see Zagoruyko: 92.45% on CIFAR-10 in Torch, 2015; Wilson et al.: The marginal value of adaptive gradient methods, 2017.
 */
export function vgg(options: VggOptions = {}): Model {
  checkOptions("vgg", options, VGG_OPTIONS);
  const { image = [3, 32, 32], blocks = VGG16, hidden = 512, outputs = 10, seed = 0 } = options;
  const { dropout: shares = [0.3, 0.4, 0.5] } = options;
  checkCounts({ image, blocks: blocks.map((b) => b.length), channels: blocks.flat(), hidden, outputs });
  if (!Array.isArray(shares) || shares.length !== 3) {
    throw new RangeError(
      `dropout must be three shares, [first, others, dense], got ${JSON.stringify(shares)}`,
    );
  }
  for (const share of shares) checkRatio("dropout", share);
  const shrink = 2 ** blocks.length;
  if (image.slice(1).some((side) => side % shrink !== 0)) {
    throw new RangeError(
      `image must have sides divisible by ${shrink}, 2 for each block, got [${image.join(", ")}]`,
    );
  }
  const g = new Graph({ name: "vgg" });
  let x = g.input("x", "float32", ["N", ...image]);
  let inputs = image[0];
  blocks.forEach((channels, b) => {
    channels.forEach((outputs, c) => {
      const name = `block${b + 1}.${c + 1}`;
      x = conv(g, x, { name: `${name}.conv`, channels: [inputs, outputs], seed });
      x = g.relu(batchNorm(g, x, { name: `${name}.norm`, channels: outputs, epsilon: 1e-3 }));
      if (c < channels.length - 1) x = dropout(g, x, b === 0 ? shares[0] : shares[1]);
      inputs = outputs;
    });
    x = maxPool2(g, x);
  });
  x = dropout(g, g.flatten(x, { axis: 1 }), shares[2]);
  const flat = inputs * (image[1] / shrink) * (image[2] / shrink);
  x = dense(g, x, { name: "fc1", size: [flat, hidden], seed, initializer: heNormal });
  x = g.relu(batchNorm(g, x, { name: "norm", channels: hidden }));
  g.output(dense(g, dropout(g, x, shares[2]), { name: "fc2", size: [hidden, outputs], seed }), "y");
  return buildModel(g);
}
