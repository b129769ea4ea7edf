import { checkOptions, type OptionNames } from "../options/mod.ts";
import { buildModel, Graph, type Model } from "../onnx/mod.ts";
import { activate, type Activation, dense } from "./dense.ts";
import { heNormal, lecunNormal } from "./initializers.ts";
import { checkCounts, conv, maxPool2 } from "./layers.ts";

/** Options of {@linkcode lenet}. */
export interface LenetOptions {
  /** Channels, height and width of an image; `[1, 28, 28]` by default. */
  image?: readonly [channels: number, height: number, width: number];
  /** Channels of the two convolutions; `[6, 16]` by default. */
  channels?: readonly [number, number];
  /** Units of the hidden dense layers; `[120, 84]` by default. */
  hidden?: readonly number[];
  /** Zeros around the image; 2 by default, which makes 28 the 32 of the paper. */
  padding?: number;
  /** Classes; 10 by default. */
  outputs?: number;
  /** The function after each layer; `"relu"` by default, where the paper has a scaled tanh. */
  activation?: Activation;
  /** The seed of the weights, an integer from 0 to 2^53 - 1; 0 by default. */
  seed?: number;
}

const LENET_OPTIONS = {
  image: false,
  channels: false,
  hidden: false,
  padding: false,
  outputs: false,
  activation: false,
  seed: false,
} satisfies OptionNames<LenetOptions>;

/**
 * Builds LeNet-5 with max-pooling: an ONNX model from `x`, float32 `[N, 1, 28, 28]`, to `y`, float32 `[N, 10]`. By
 * default 61,706 parameters:
 *
 * ```text
 * conv1 5x5  [N,  6, 28, 28]   pool [N,  6, 14, 14]
 * conv2 5x5  [N, 16, 10, 10]   pool [N, 16,  5,  5]
 * fc1 [N, 120]   fc2 [N, 84]   fc3 [N, 10]
 * ```
 *
 * `channels: [20, 50], hidden: [500], padding: 0` is the LeNet that Caffe made the usual one, of 431,080.
 *
 * @throws {RangeError} when a size is not an integer of at least 1, or the image too small for two convolutions.
 *
 * @example
 * ```ts
 * import { lenet } from "./lenet.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(lenet().graph!.initializer[0]!.dims, [6n, 1n, 5n, 5n]);
 * ```
 *
 * @see LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document recognition, 1998.
 */
export function lenet(options: LenetOptions = {}): Model {
  checkOptions("lenet", options, LENET_OPTIONS);
  const { image = [1, 28, 28], channels = [6, 16], hidden = [120, 84], padding = 2, outputs = 10 } = options;
  const { activation = "relu", seed = 0 } = options;
  checkCounts({ image, channels, hidden, outputs });
  const sides = image.slice(1).map((side) => Math.floor((Math.floor((side + 2 * padding - 4) / 2) - 4) / 2));
  if (!sides.every((s) => s >= 1)) {
    throw new RangeError(
      `image must leave a pixel after two convolutions and pools, got [${image.join(", ")}]`,
    );
  }
  const initializer = activation === "relu" ? heNormal : lecunNormal;
  const g = new Graph({ name: "lenet" });
  let x = g.input("x", "float32", ["N", ...image]);
  [image[0], ...channels].slice(0, 2).forEach((inputs, i) => {
    const layer = { channels: [inputs, channels[i]!] as const, kernel: 5, padding: i === 0 ? padding : 0 };
    x = maxPool2(
      g,
      activate(g, conv(g, x, { name: `conv${i + 1}`, ...layer, seed, initializer }), activation),
    );
  });
  x = g.flatten(x, { axis: 1 });
  const sizes = [channels[1] * sides[0]! * sides[1]!, ...hidden, outputs];
  sizes.slice(1).forEach((units, i) => {
    const last = i === hidden.length;
    const size = [sizes[i]!, units] as const;
    x = dense(g, x, { name: `fc${i + 1}`, size, seed, initializer: last ? lecunNormal : initializer });
    if (!last) x = activate(g, x, activation);
  });
  g.output(x, "y");
  return buildModel(g);
}
