import { checkOptions, type OptionNames } from "../options/mod.ts";
import { buildModel, Graph, type Model } from "../onnx/mod.ts";
import { dense } from "./dense.ts";
import { heNormal } from "./initializers.ts";
import { checkCounts, checkRatio, conv, dropout, maxPool2 } from "./layers.ts";

/** Options of {@linkcode cifarnet}. */
export interface CifarnetOptions {
  /** Channels, height and width of an image; `[3, 32, 32]` by default. */
  image?: readonly [channels: number, height: number, width: number];
  /** Channels of both convolutions; 64 by default. */
  channels?: number;
  /** Units of the two dense layers; `[384, 192]` by default. */
  hidden?: readonly [number, number];
  /** Classes; 10 by default. */
  outputs?: number;
  /** Share of the units of the dense layers that are dropped; 0.5 by default. */
  dropout?: number;
  /** The seed of the weights, an integer from 0 to 2^53 - 1; 0 by default. */
  seed?: number;
}

const CIFARNET_OPTIONS = {
  image: false,
  channels: false,
  hidden: false,
  outputs: false,
  dropout: false,
  seed: false,
} satisfies OptionNames<CifarnetOptions>;

/**
 * Builds CIFARNET as Reddi, Kale and Kumar describe it: an ONNX model from `x`, float32 `[N, 3, 32, 32]`, to `y`,
 * float32 `[N, 10]`. By default 1,803,594 parameters:
 *
 * ```text
 * conv1 6x6  [N, 64, 32, 32]   pool, normalize [N, 64, 16, 16]
 * conv2 6x6  [N, 64, 16, 16]   normalize, pool [N, 64,  8,  8]
 * fc1 [N, 384]   fc2 [N, 192]   fc3 [N, 10]
 * ```
 *
 * The paper leaves the rest open; the order of the layers and the local response normalization (over 9 channels,
 * `alpha` 1e-3 of their mean square, `beta` 0.75) are those of TensorFlow's tutorial on CIFAR-10, which it follows.
 *
 * @throws {RangeError} when a size is not an integer of at least 1, or the image has less than 4 pixels a side.
 *
 * @example
 * ```ts
 * import { cifarnet } from "./cifarnet.ts";
 * import { assertEquals } from "@std/assert";
 * const model = cifarnet({ channels: 4, hidden: [8, 8], dropout: 0 });
 * assertEquals(model.graph!.node.filter((n) => n.opType === "LRN").length, 2);
 * ```
 *
 * @see Reddi, Kale, Kumar: On the convergence of Adam and beyond, 2018, section 5.
 */
export function cifarnet(options: CifarnetOptions = {}): Model {
  checkOptions("cifarnet", options, CIFARNET_OPTIONS);
  const { image = [3, 32, 32], channels = 64, hidden = [384, 192], outputs = 10, seed = 0 } = options;
  const ratio = options.dropout ?? 0.5;
  checkCounts({ image, channels, hidden, outputs });
  checkRatio("dropout", ratio);
  const [height, width] = image.slice(1).map((side) => Math.floor(Math.floor(side / 2) / 2)) as [
    number,
    number,
  ];
  if (height < 1 || width < 1) {
    throw new RangeError(`image must be of 4 by 4 pixels or more, got [${image.join(", ")}]`);
  }
  const g = new Graph({ name: "cifarnet" });
  const lrn = { size: 9, alpha: 1e-3, beta: 0.75, bias: 1 };
  const x = g.input("x", "float32", ["N", ...image]);
  const first = g.relu(conv(g, x, { name: "conv1", channels: [image[0], channels], kernel: 6, seed }));
  const pooled = g.lrn(maxPool2(g, first), lrn);
  const second = g.relu(conv(g, pooled, { name: "conv2", channels: [channels, channels], kernel: 6, seed }));
  const flat = g.flatten(maxPool2(g, g.lrn(second, lrn)), { axis: 1 });
  const layer = (name: string, size: readonly [number, number]) => ({
    name,
    size,
    seed,
    initializer: heNormal,
  });
  const h1 = g.relu(dense(g, flat, layer("fc1", [channels * height * width, hidden[0]])));
  const h2 = g.relu(dense(g, dropout(g, h1, ratio), layer("fc2", hidden)));
  g.output(dense(g, dropout(g, h2, ratio), { name: "fc3", size: [hidden[1], outputs], seed }), "y");
  return buildModel(g);
}
