import { batchNorm, channelMeans, glorotUniform, Graph, type Model, type Value } from "../../../../mod.ts";
import { classified } from "./classified.ts";
import { conv, dense } from "./layers.ts";
import { standardized } from "./standardized.ts";

/** Options of {@linkcode wideResnetNetwork}; the sizes of DeepOBS's Wide ResNet 16-4 by default. */
export interface WideResnetOptions {
  readonly seed: number;
  /** Height and width of an image, divisible by 4; 32 by default. */
  readonly side?: number;
  /** Channels of the first convolution; 16 by default. */
  readonly stem?: number;
  /** The factor on the channels of the three stages, at least 2; 4 by default. */
  readonly widening?: number;
  /** Residual units of a stage; 2 by default. */
  readonly units?: number;
}

/** The factor of DeepOBS's L2 term. */
const L2 = 5e-4;

/**
 * Builds a wide residual network with its loss, as DeepOBS has it: a convolution, three stages of residual units with
 * batch normalization and ReLU before each convolution, and ten classes. The first unit of a stage has a convolution of
 * 1 x 1 beside it, from the normalized input. By default 2,748,890 parameters, without the running statistics.
 *
 * @see Zagoruyko, Komodakis: Wide residual networks, 2016.
 */
export function wideResnetNetwork(
  { seed, side = 32, stem = 16, widening = 4, units = 2 }: WideResnetOptions,
): Model {
  const g = new Graph({ name: "wide_resnet" });
  const layer = (
    x: Value,
    name: string,
    [inputs, outputs, kernel, stride]: readonly [number, number, number, number],
  ) =>
    conv(g, x, {
      name,
      channels: [inputs, outputs],
      kernel,
      stride,
      biased: false,
      seed,
      weight: glorotUniform,
    });
  const active = (x: Value, name: string, channels: number) => g.relu(batchNorm(g, x, { name, channels }));
  let x = standardized(g, g.input("x", "float32", ["N", 3, side, side]));
  x = layer(x, "stem", [3, stem, 3, 1]);
  let inputs = stem;
  [1, 2, 4].forEach((factor, s) => {
    const outputs = factor * stem * widening;
    for (let u = 1; u <= units; u++) {
      const name = `stage${s + 1}.${u}`;
      const stride = s > 0 && u === 1 ? 2 : 1;
      const before = active(x, `${name}.norm1`, inputs);
      const shortcut = u === 1 ? layer(before, `${name}.shortcut`, [inputs, outputs, 1, stride]) : x;
      const h = layer(before, `${name}.conv1`, [inputs, outputs, 3, stride]);
      const y = layer(active(h, `${name}.norm2`, outputs), `${name}.conv2`, [outputs, outputs, 3, 1]);
      x = g.add(y, shortcut);
      inputs = outputs;
    }
  });
  const means = channelMeans(g, active(x, "norm", inputs));
  const scores = dense(g, means, { name: "fc", size: [inputs, 10], seed, weight: glorotUniform });
  return classified(g, scores, { l2: L2 });
}
