/**
 * Initial values of TensorFlow's layers.
 *
 * @module
 */
import { fans, type Initializer, tensor, truncatedNormalOf } from "../../../../mod.ts";

/** Returns an initializer that fills the shape with a number. */
export function constant(value: number): Initializer {
  return (shape) => tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value), shape);
}

/** The standard deviation of a standard normal variable that is drawn again beyond 2. */
const TRUNCATED_STD = 0.8796256610342398;

/**
 * Returns numbers that are normal within two deviations, with variance 2 / (fanIn + fanOut) after the truncation: Keras's
 * `glorot_normal`.
 */
export const truncatedGlorotNormal: Initializer = (shape, draw) => {
  const { fanIn, fanOut } = fans(shape);
  return truncatedNormalOf(Math.sqrt(2 / (fanIn + fanOut)) / TRUNCATED_STD)(shape, draw);
};
