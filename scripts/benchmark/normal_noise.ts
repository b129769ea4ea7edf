/**
 * Noise within a model: fresh in each step of a training, given in evaluation.
 *
 * @module
 */
import { type Graph, tensorOf, type Value } from "../../mod.ts";

/** Weights of the random signs that make a number: eight sums of four bits. */
const WEIGHTS = Array.from({ length: 8 }, () => [1, 2, 4, 8]).flat();

/** The deviation of the weighted sum of signs: the root of 8 (1 + 4 + 16 + 64). */
const DEVIATION = Math.sqrt(WEIGHTS.reduce((sum, w) => sum + w * w, 0));

/**
 * Adds nearly normal noise `[N, size]`: in a training program fresh numbers of mean 0 and deviation 1 in each step, in
 * evaluation those of `evaluated`.
 *
 * A number is the sum of eight uniform ones of 16 levels, so it is at most 4.6 and its kurtosis is 2.85, that of a normal
 * one 3. Its 32 bits are a mask of dropout, which drops half of some ones: the host draws it from the seed and the step, so
 * the noise is the same on each device, for any chunk, and after a resume. The sum of integers is exact.
 *
 * @param evaluated `[N, size]`, as an input of the model
 */
export function normalNoise(g: Graph, evaluated: Value, size: number): Value {
  const bits = WEIGHTS.length;
  const count = g.shape(evaluated, { start: 0, end: 1 });
  const sizes = tensorOf([size, bits], "int64");
  // In a training 2 or 0, in evaluation 1.
  const kept = g.dropout(g.expand(g.constant(1), g.concat([count, sizes], { axis: 0 })), 0.5)[0];
  const signs = g.sub(kept, 1);
  const drawn = g.mul(g.matMul(signs, tensorOf(WEIGHTS)), 1 / DEVIATION);
  const [first] = g.split(signs, tensorOf([1, bits - 1], "int64"), { axis: -1, outputs: 2 });
  const training = g.reshape(g.mul(first, first), [-1, size]);
  return g.add(drawn, g.mul(g.sub(1, training), evaluated));
}
