/**
 * Networks of the works that the library does not build.
 *
 * @module
 */
import {
  batchNorm,
  buildModel,
  channelMeans,
  conv,
  dense,
  Graph,
  heNormal,
  type Model,
  type Value,
} from "../mod.ts";

/** The sizes of a network of depthwise convolutions. */
export interface DepthwiseOptions {
  /** Channels throughout. */
  channels: number;
  /** Pairs of a depthwise and a pointwise convolution. */
  pairs: number;
}

/**
 * Builds a small network like MobileNet for images `[N, 3, 32, 32]`: a 3x3 convolution, then pairs of a depthwise 3x3 and
 * a pointwise convolution, each with batch normalization and ReLU, all at full resolution; the mean over pixels and ten
 * classes.
 *
 * @see Howard et al.: MobileNets: Efficient convolutional neural networks for mobile vision applications, 2017.
 */
export function depthwiseNetwork({ channels, pairs }: DepthwiseOptions): Model {
  const g = new Graph({ name: "depthwise" });
  const seed = 1;
  const finish = (x: Value, name: string) => g.relu(batchNorm(g, x, { name: `${name}.norm`, channels }));
  const full = (x: Value, name: string, size: { inputs: number; kernel: number }) => {
    const { inputs, kernel } = size;
    const layer = { name: `${name}.conv`, channels: [inputs, channels] as const, kernel, bias: false, seed };
    return finish(conv(g, x, layer), name);
  };
  const depthwise = (x: Value, name: string) => {
    const key = `${name}.conv.weight`;
    const w = g.initializer(key, heNormal([channels, 1, 3, 3], { seed, name: key }));
    return finish(g.conv(x, w, null, { kernel_shape: [3, 3], pads: [1, 1, 1, 1], group: channels }), name);
  };
  let x = full(g.input("x", "float32", ["N", 3, 32, 32]), "stem", { inputs: 3, kernel: 3 });
  for (let i = 1; i <= pairs; i++) {
    x = depthwise(x, `pair${i}.depthwise`);
    x = full(x, `pair${i}.pointwise`, { inputs: channels, kernel: 1 });
  }
  g.output(dense(g, channelMeans(g, x), { name: "fc", size: [channels, 10], seed }), "y");
  return buildModel(g);
}
