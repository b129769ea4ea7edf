import { checkOptions, type OptionNames } from "../options/mod.ts";
import { buildModel, Graph, type Model, type Value } from "../onnx/mod.ts";
import { dense } from "./dense.ts";
import { batchNorm, channelMeans, checkCounts, conv } from "./layers.ts";

/** Options of {@linkcode resnet}. */
export interface ResnetOptions {
  /** Channels, height and width of an image; `[3, 32, 32]` by default. */
  image?: readonly [channels: number, height: number, width: number];
  /** Layers with weights: 6 n + 2 for n blocks a stage; 32 by default. */
  depth?: number;
  /** Channels of the first stage; the second and third have twice and four times as many. 16 by default. */
  width?: number;
  /** Classes; 10 by default. */
  outputs?: number;
  /**
   * Whether blocks add their input; `true` by default. `false` leaves the shortcuts out: the plain network that the paper
   * compares with, which has the same parameters.
   */
  shortcuts?: boolean;
  /** The seed of the weights, an integer from 0 to 2^53 - 1; 0 by default. */
  seed?: number;
}

const RESNET_OPTIONS = {
  image: false,
  depth: false,
  width: false,
  outputs: false,
  shortcuts: "flag",
  seed: false,
} satisfies OptionNames<ResnetOptions>;

/**
 * Builds a residual network for small images, in the form that He et al. use for CIFAR-10: an ONNX model from `x`,
 * float32 `[N, 3, 32, 32]`, to `y`, float32 `[N, 10]`. ResNet-32 has 464,154 parameters.
 *
 * ```text
 * conv 3x3            [N, 16, 32, 32]
 * stage 1, n blocks   [N, 16, 32, 32]
 * stage 2, n blocks   [N, 32, 16, 16]
 * stage 3, n blocks   [N, 64,  8,  8]
 * mean over pixels, dense   [N, 10]
 * ```
 *
 * A block is convolution, batch normalization, ReLU, convolution, batch normalization, the sum with its input, ReLU. Where
 * the channels double, the input is taken at every second pixel and filled up with channels of zeros, half of them
 * before it (the paper's option A, without parameters).
 *
 * @throws {RangeError} when `depth` is not 6 n + 2, or a size no integer of at least 1.
 *
 * @example
 * ```ts
 * import { resnet } from "./resnet.ts";
 * import { assertEquals } from "@std/assert";
 * const model = resnet({ depth: 8, width: 4 });
 * assertEquals(model.graph!.node.filter((n) => n.opType === "Conv").length, 7);
 * ```
 *
 * @see He, Zhang, Ren, Sun: Deep residual learning for image recognition, 2016, section 4.2.
 */
export function resnet(options: ResnetOptions = {}): Model {
  checkOptions("resnet", options, RESNET_OPTIONS);
  const { image = [3, 32, 32], depth = 32, width = 16, outputs = 10, shortcuts = true, seed = 0 } = options;
  checkCounts({ image, width, outputs });
  if (!(Number.isInteger(depth) && depth >= 8 && depth % 6 === 2)) {
    throw new RangeError(`depth must be 6 n + 2, such as 8, 20, 32 or 44, got ${depth}`);
  }
  const blocks = (depth - 2) / 6;
  const g = new Graph({ name: `${shortcuts ? "resnet" : "plain"}${depth}` });
  const layer = (x: Value, name: string, [inputs, outputs, stride]: readonly [number, number, number]) => {
    const y = conv(g, x, {
      name: `${name}.conv`,
      channels: [inputs, outputs],
      stride,
      padding: 1,
      bias: false,
      seed,
    });
    return batchNorm(g, y, { name: `${name}.norm`, channels: outputs });
  };
  let x = g.relu(layer(g.input("x", "float32", ["N", ...image]), "stem", [image[0], width, 1]));
  let inputs = width;
  [width, 2 * width, 4 * width].forEach((channels, s) => {
    for (let b = 0; b < blocks; b++) {
      const name = `stage${s + 1}.${b + 1}`;
      const stride = s > 0 && b === 0 ? 2 : 1;
      const h = g.relu(layer(x, `${name}.1`, [inputs, channels, stride]));
      const y = layer(h, `${name}.2`, [channels, channels, 1]);
      const shortcut = () => stride === 1 ? x : halved(g, x, channels - inputs);
      x = g.relu(shortcuts ? g.add(y, shortcut()) : y);
      inputs = channels;
    }
  });
  g.output(dense(g, channelMeans(g, x), { name: "fc", size: [inputs, outputs], seed }), "y");
  return buildModel(g);
}

/** Returns every second pixel of `x` `[N, C, H, W]`, with as many channels of zeros more. */
function halved(g: Graph, x: Value, more: number): Value {
  const small = g.slice(x, [0, 0], [2 ** 31 - 1, 2 ** 31 - 1], [2, 3], [2, 2]);
  const before = Math.floor(more / 2);
  return g.pad(small, [0, before, 0, 0, 0, more - before, 0, 0]);
}
