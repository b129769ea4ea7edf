import { checkOptions, type OptionNames } from "../options/mod.ts";
import { buildModel, Graph, type Model, type Value } from "../onnx/mod.ts";
import { dense } from "./dense.ts";
import { batchNorm, channelMeans, checkCounts, checkRatio, conv, dropout } from "./layers.ts";

/** Options of {@linkcode densenet}. */
export interface DensenetOptions {
  /** Channels, height and width of an image, the sides divisible by 4; `[3, 32, 32]` by default. */
  image?: readonly [channels: number, height: number, width: number];
  /** Layers of each of the three blocks; 12 by default, which is the DenseNet of depth 40. */
  layers?: number;
  /** Channels that a layer adds; 12 by default. */
  growth?: number;
  /** Whether a layer first narrows to four times `growth` channels with a 1x1 convolution; `false` by default. */
  bottleneck?: boolean;
  /** Share of the channels that is kept between blocks, in (0, 1]; 1 by default. */
  compression?: number;
  /** Share of the outputs of a convolution that is dropped; 0 by default. */
  dropout?: number;
  /** Classes; 10 by default. */
  outputs?: number;
  /** The seed of the weights, an integer from 0 to 2^53 - 1; 0 by default. */
  seed?: number;
}

const DENSENET_OPTIONS = {
  image: false,
  layers: false,
  growth: false,
  bottleneck: "flag",
  compression: false,
  dropout: false,
  outputs: false,
  seed: false,
} satisfies OptionNames<DensenetOptions>;

/**
 * Builds a densely connected network for small images: an ONNX model from `x`, float32 `[N, 3, 32, 32]`, to `y`,
 * float32 `[N, 10]`. By default (depth 40, growth 12) 1,019,722 parameters; with
 * `layers: 16, bottleneck: true, compression: 0.5` the DenseNet-BC of depth 100, of 769,162.
 *
 * Each layer sees the outputs of all before it in its block, concatenated: batch normalization, ReLU, 3x3 convolution to
 * `growth` channels. Between blocks, a 1x1 convolution and a 2x2 average pooling; the first convolution has 16 channels,
 * or twice `growth` with a bottleneck.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { densenet } from "./densenet.ts";
 * import { assertEquals } from "@std/assert";
 * const model = densenet({ layers: 2, growth: 4 });
 * // The first convolution, two in each of three blocks, and two between them.
 * assertEquals(model.graph!.node.filter((n) => n.opType === "Conv").length, 1 + 3 * 2 + 2);
 * ```
 *
 * @see Huang, Liu, van der Maaten, Weinberger: Densely connected convolutional networks, 2017.
 */
export function densenet(options: DensenetOptions = {}): Model {
  checkOptions("densenet", options, DENSENET_OPTIONS);
  const { image = [3, 32, 32], layers = 12, growth = 12, bottleneck = false, outputs = 10, seed = 0 } =
    options;
  const { compression = 1, dropout: ratio = 0 } = options;
  checkCounts({ image, layers, growth, outputs });
  checkRatio("dropout", ratio);
  if (!(compression > 0 && compression <= 1)) {
    throw new RangeError(`compression must be in (0, 1], got ${compression}`);
  }
  if (image.slice(1).some((side) => side % 4 !== 0)) {
    throw new RangeError(`image must have sides divisible by 4, got [${image.join(", ")}]`);
  }
  const g = new Graph({ name: "densenet" });
  /** Batch normalization, ReLU, convolution. */
  const layer = (x: Value, name: string, [inputs, outputs, kernel]: readonly [number, number, number]) => {
    const h = g.relu(batchNorm(g, x, { name: `${name}.norm`, channels: inputs }));
    const y = conv(g, h, { name: `${name}.conv`, channels: [inputs, outputs], kernel, bias: false, seed });
    return dropout(g, y, ratio);
  };
  let channels = bottleneck ? 2 * growth : 16;
  const stem = { name: "stem.conv", channels: [image[0], channels] as const, bias: false, seed };
  let x = conv(g, g.input("x", "float32", ["N", ...image]), stem);
  for (let b = 1; b <= 3; b++) {
    for (let l = 1; l <= layers; l++) {
      const name = `block${b}.${l}`;
      const narrow = bottleneck ? layer(x, `${name}.1`, [channels, 4 * growth, 1]) : x;
      const from = bottleneck ? 4 * growth : channels;
      x = g.concat([x, layer(narrow, bottleneck ? `${name}.2` : name, [from, growth, 3])], { axis: 1 });
      channels += growth;
    }
    if (b < 3) {
      const kept = Math.floor(compression * channels);
      x = g.averagePool(layer(x, `transition${b}`, [channels, kept, 1]), {
        kernel_shape: [2, 2],
        strides: [2, 2],
      });
      channels = kept;
    }
  }
  const last = g.relu(batchNorm(g, x, { name: "norm", channels }));
  g.output(dense(g, channelMeans(g, last), { name: "fc", size: [channels, outputs], seed }), "y");
  return buildModel(g);
}
