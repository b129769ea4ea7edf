import { buildModel, dropout, glorotUniform, Graph, type Model, type Value } from "../../../../mod.ts";
import { normalNoise } from "../../normal_noise.ts";
import { conv, type ConvLayer, convTranspose, dense, sideOf } from "./layers.ts";

/** Options of {@linkcode vaeNetwork}; the sizes of DeepOBS by default. */
export interface VaeOptions {
  readonly seed: number;
  /** Height and width of an image, divisible by 4; 28 by default. */
  readonly side?: number;
  /** Channels of all convolutions; 64 by default. */
  readonly channels?: number;
  /** Dimensions of the code; 8 by default. */
  readonly latent?: number;
  /** Units of the first dense layer of the decoder; 24 by default. */
  readonly hidden?: number;
  /** The share of the outputs of convolutions that is dropped; 0.2 by default. */
  readonly dropped?: number;
  /** Adds the noise of the code, from the input `noise`; fresh noise in each step of a training by default. */
  readonly noise?: (g: Graph, evaluated: Value, size: number) => Value;
}

/** The size and the step of all convolutions but their channels. */
const WINDOW = { kernel: 4, weight: glorotUniform };

/**
 * Builds DeepOBS's convolutional variational autoencoder with its loss; 10,151,489 parameters by default. The inputs are `x`
 * `[N, 28, 28]` from 0 to 1 and `noise` `[N, 8]` for evaluation; the outputs the images `y` and `loss`, the mean over
 * examples of the sum of squared errors and of the divergence of the code from a standard normal one.
 */
export function vaeNetwork(options: VaeOptions): Model {
  const { side = 28, latent = 8, noise = normalNoise } = options;
  if (side % 4 !== 0) throw new RangeError(`side must be divisible by 4, got ${side}`);
  const g = new Graph({ name: "vae" });
  const x = g.input("x", "float32", ["N", side, side]);
  const evaluated = g.input("noise", "float32", ["N", latent]);
  const { mean, logDeviation } = encoder(g, x, { ...options, side, latent });
  const z = g.add(mean, g.mul(noise(g, evaluated, latent), g.exp(logDeviation)));
  const y = decoder(g, z, { ...options, side, latent });
  const sum = (v: Value) => g.reduceSum(v, [1], { keepdims: 0 });
  const error = g.sub(y, g.flatten(x, { axis: 1 }));
  const variance = g.exp(g.mul(logDeviation, 2));
  const each = g.sub(g.add(g.mul(mean, mean), variance), g.add(g.mul(logDeviation, 2), 1));
  const losses = g.add(sum(g.mul(error, error)), g.mul(sum(each), 0.5));
  g.output(g.reshape(y, [-1, side, side]), "y");
  g.output(g.reduceMean(losses, null, { keepdims: 0 }), "loss");
  return buildModel(g);
}

/** The options with their defaults of the two halves. */
type Half = VaeOptions & { readonly side: number; readonly latent: number };

/** Adds the encoder: three convolutions, then the mean and the logarithm of the deviation of the code, `[N, latent]` each. */
function encoder(
  g: Graph,
  images: Value,
  { seed, side, latent, channels = 64, dropped = 0.2 }: Half,
): { mean: Value; logDeviation: Value } {
  let x = g.reshape(images, [-1, 1, side, side]);
  [2, 2, 1].forEach((stride, i) => {
    const layer: ConvLayer = {
      ...WINDOW,
      name: `encoder.conv${i + 1}`,
      channels: [i === 0 ? 1 : channels, channels],
      stride,
      seed,
    };
    x = dropout(g, g.leakyRelu(conv(g, x, layer), { alpha: 0.3 }), dropped);
  });
  const size = [channels * sideOf(x, "encoder") ** 2, latent] as const;
  const flat = g.flatten(x, { axis: 1 });
  const code = (name: string) =>
    dense(g, flat, { seed, weight: glorotUniform, name: `encoder.${name}`, size });
  return { mean: code("mean"), logDeviation: g.mul(code("log_deviation"), 0.5) };
}

/** Adds the decoder: two dense layers, three transposed convolutions, a dense layer of pixels, `[N, side * side]`. */
function decoder(
  g: Graph,
  z: Value,
  { seed, side, latent, channels = 64, hidden = 24, dropped = 0.2 }: Half,
): Value {
  const small = side / 4;
  const layer = (x: Value, name: string, size: readonly [number, number]) =>
    dense(g, x, { seed, weight: glorotUniform, name: `decoder.${name}`, size });
  const leaky = (x: Value) => g.leakyRelu(x, { alpha: 0.3 });
  const h = leaky(layer(leaky(layer(z, "fc1", [latent, hidden])), "fc2", [hidden, small * small]));
  let x = g.reshape(h, [-1, 1, small, small]);
  [2, 1, 1].forEach((stride, i) => {
    const sizes = {
      name: `decoder.conv${i + 1}`,
      channels: [i === 0 ? 1 : channels, channels] as const,
      stride,
    };
    x = g.relu(convTranspose(g, x, { ...WINDOW, ...sizes, seed }));
    if (i < 2) x = dropout(g, x, dropped);
  });
  const pixels = side * side;
  const flat = channels * (2 * small) ** 2;
  return g.sigmoid(layer(g.flatten(x, { axis: 1 }), "fc3", [flat, pixels]));
}
