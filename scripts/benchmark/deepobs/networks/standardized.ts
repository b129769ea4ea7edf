import type { Graph, Value } from "../../../../mod.ts";

/**
 * Adds the standardization of each image of `x` `[N, C, S, S]`: less its mean, divided by its standard deviation, which counts
 * as at least 1 / sqrt(C S S). It is part of the network, so that pixels stay bytes until a batch is gathered, and whatever
 * augments the pixels comes before it, as in DeepOBS.
 *
 * @see TensorFlow: `tf.image.per_image_standardization`.
 */
export function standardized(g: Graph, x: Value): Value {
  const pixels = x.shape!.slice(1).reduce<number>((product, d) => product * (d as number), 1);
  const mean = (v: Value) => g.reduceMean(v, [1, 2, 3], { keepdims: 1 });
  const centered = g.sub(x, mean(x));
  const deviation = g.sqrt(mean(g.mul(centered, centered)));
  return g.div(centered, g.max([deviation, g.constant(1 / Math.sqrt(pixels), "float32")]));
}
