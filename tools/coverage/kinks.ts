/**
 * The results of the rules where a function has no derivative: at kinks, ties and poles. `docs/coverage.md` is generated
 * from this table, and a test checks every example against the rules.
 *
 * @module
 */

/** Numbers of an operand: a scalar or a vector. */
export type Numbers = number | readonly number[];

/** One point at which an operator has no derivative, and its gradient there. */
export interface Kink {
  /** The point, in words. */
  readonly at: string;
  /** The gradient, in words. */
  readonly gives: string;
  /** The different result of PyTorch, and why it differs. */
  readonly unlikeTorch?: string;
  /** The float operands of an example; integer operands are in `fixed`. */
  readonly inputs: readonly Numbers[];
  /** Integer operands after them, which get no gradient. */
  readonly fixed?: readonly (readonly number[])[];
  /** Shapes of the first operands; those of their numbers by default. */
  readonly shapes?: readonly (readonly number[])[];
  /** The operator set of the example, if the usual one lacks the operator. */
  readonly opset?: number;
  /** Attributes of the example. */
  readonly attributes?: Readonly<Record<string, number | string | readonly number[]>>;
  /** The gradient of the sum of the first result, by operand; `null` for operands without a gradient. */
  readonly gradients: readonly (Numbers | null)[];
}

const flat = (at = "everywhere"): Kink => ({
  at,
  gives: "0",
  inputs: [[-0.5, 0, 1]],
  gradients: [[0, 0, 0]],
});

const ZERO = "0; the gradient of the gradient is NaN";

/** Kinks by operator. */
export const KINKS: Readonly<Record<string, readonly Kink[]>> = {
  Abs: [{ at: "0", gives: "0", inputs: [[0, -2]], gradients: [[0, -1]] }],
  Acos: [{ at: "-1 and 1", gives: "-infinity", inputs: [[-1, 1]], gradients: [[-Infinity, -Infinity]] }],
  Acosh: [{ at: "1", gives: "infinity", inputs: [[1]], gradients: [[Infinity]] }],
  Asin: [{ at: "-1 and 1", gives: "infinity", inputs: [[-1, 1]], gradients: [[Infinity, Infinity]] }],
  Atanh: [{ at: "-1 and 1", gives: "infinity", inputs: [[-1, 1]], gradients: [[Infinity, Infinity]] }],
  Attention: [{
    at: "a query that sees no key",
    gives: "0, like the result",
    inputs: [[1, 2], [1, 0, 0, 1], [3, 4, 5, 6], [-Infinity, -Infinity]],
    shapes: [[1, 1, 1, 2], [1, 1, 2, 2], [1, 1, 2, 2], [1, 2]],
    opset: 23,
    gradients: [[0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0]],
  }],
  Ceil: [flat()],
  Celu: [{ at: "0", gives: "1", inputs: [[0]], attributes: { alpha: 0.5 }, gradients: [[1]] }],
  Clip: [
    {
      at: "a bound",
      gives: "0 to the operand, 1 to the bound",
      unlikeTorch: "`clamp` with tensors as bounds gives half to each",
      inputs: [[-1, 0.5, 2], -1, 2],
      gradients: [[0, 1, 0], 1, 1],
    },
    {
      at: "bounds that cross",
      gives: "1 to the upper bound",
      inputs: [[0, 5], 3, 2],
      gradients: [[0, 0], 0, 2],
    },
    {
      at: "bounds that are equal",
      gives: "1 to one of them",
      inputs: [[1, 2, 3], 2, 2],
      gradients: [[0, 0, 0], 1, 2],
    },
  ],
  Elu: [{
    at: "0",
    gives: "alpha",
    inputs: [[0]],
    attributes: { alpha: 0.5 },
    gradients: [[0.5]],
  }],
  Floor: [flat()],
  GlobalLpPool: [{
    at: "a norm of 0",
    gives: ZERO,
    inputs: [[0, 0]],
    shapes: [[1, 1, 2]],
    gradients: [[0, 0]],
  }],
  GlobalMaxPool: [{
    at: "ties",
    gives: "1 to the first",
    inputs: [[1, 3, 3]],
    shapes: [[1, 1, 3]],
    gradients: [[0, 1, 0]],
  }],
  GridSample: [{
    at: "the border, with padding border or reflection",
    gives: "0 to the grid",
    inputs: [[1, 2, 4], [-1, 0, 0, 0, 1, 0]],
    shapes: [[1, 1, 1, 3], [1, 1, 3, 2]],
    attributes: { padding_mode: "border", align_corners: 1 },
    gradients: [[1, 1, 1], [0, 0, 2, 0, 0, 0]],
  }],
  HardSigmoid: [{
    at: "where it saturates at 0 or 1",
    gives: "0",
    inputs: [[-2, 2]],
    attributes: { alpha: 0.25 },
    gradients: [[0, 0]],
  }],
  HardSwish: [{ at: "-3 and 3", gives: "0 and 1", inputs: [[-3, 3]], gradients: [[0, 1]] }],
  Hardmax: [flat()],
  LeakyRelu: [{ at: "0", gives: "alpha", inputs: [[0]], attributes: { alpha: 0.25 }, gradients: [[0.25]] }],
  Log: [{ at: "0", gives: "infinity", inputs: [[0]], gradients: [[Infinity]] }],
  LpNormalization: [{
    at: "a norm of 0",
    gives: "0",
    unlikeTorch: "`normalize` divides by its eps there, which gives 1e12",
    inputs: [[0, 0]],
    gradients: [[0, 0]],
  }],
  LpPool: [{
    at: "a norm of 0",
    gives: ZERO,
    inputs: [[0, 0]],
    shapes: [[1, 1, 2]],
    attributes: { kernel_shape: [2] },
    gradients: [[0, 0]],
  }],
  Max: [{
    at: "ties",
    gives: "equal shares; an operand that is listed twice gets two",
    inputs: [[3, 1], [3, 1], [3, 0]],
    gradients: [[1 / 3, 0.5], [1 / 3, 0.5], [1 / 3, 0]],
  }],
  MaxPool: [{
    at: "ties",
    gives: "1 to the first",
    inputs: [[3, 3, 1, 1]],
    shapes: [[1, 1, 4]],
    attributes: { kernel_shape: [2], strides: [2] },
    gradients: [[1, 0, 1, 0]],
  }],
  Min: [{ at: "ties", gives: "equal shares", inputs: [[3, 1], [3, 2]], gradients: [[0.5, 1], [0.5, 0]] }],
  Mod: [{
    at: "a jump",
    gives: "1 to the dividend, minus the whole quotient to the divisor",
    inputs: [[4], [2]],
    attributes: { fmod: 1 },
    gradients: [[1], [-2]],
  }],
  NegativeLogLikelihoodLoss: [{
    at: "all targets ignored",
    gives: "0, also of a mean, which is itself NaN",
    inputs: [[1, 2, 3, 4]],
    shapes: [[2, 2]],
    fixed: [[1, 1]],
    attributes: { ignore_index: 1 },
    gradients: [[0, 0, 0, 0]],
  }],
  PRelu: [{
    at: "0",
    gives: "the slope, and 0 to the slope",
    inputs: [[0], [0.25]],
    gradients: [[0.25], [0]],
  }],
  Pow: [
    {
      at: "an exponent of 0",
      gives: "0 to the base, also at 0",
      inputs: [[0, 2], [0, 0]],
      gradients: [[0, 0], [0, Math.LN2]],
    },
    {
      at: "a base of 0",
      gives: "0 to an exponent of 0 or more",
      inputs: [[0, 0], [0, 2]],
      gradients: [[0, 0], [0, 0]],
    },
    {
      at: "a base of 0",
      gives: "infinity to the base for exponents between 0 and 1",
      inputs: [[0], [0.5]],
      gradients: [[Infinity], [0]],
    },
  ],
  Reciprocal: [{ at: "0", gives: "-infinity", inputs: [[0]], gradients: [[-Infinity]] }],
  ReduceL1: [{ at: "0", gives: "0", inputs: [[0, -2]], gradients: [[0, -1]] }],
  ReduceL2: [{ at: "a norm of 0", gives: ZERO, inputs: [[0, 0]], gradients: [[0, 0]] }],
  ReduceLogSum: [{
    at: "a sum of 0",
    gives: "infinity",
    inputs: [[0, 0]],
    gradients: [[Infinity, Infinity]],
  }],
  ReduceMax: [{ at: "ties", gives: "equal shares", inputs: [[3, 3, 1]], gradients: [[0.5, 0.5, 0]] }],
  ReduceMin: [{ at: "ties", gives: "equal shares", inputs: [[3, 1, 1]], gradients: [[0, 0.5, 0.5]] }],
  ReduceProd: [
    { at: "a factor of 0", gives: "the product of the others", inputs: [[0, 2, 3]], gradients: [[6, 0, 0]] },
    { at: "several factors of 0", gives: "0", inputs: [[0, 2, 0]], gradients: [[0, 0, 0]] },
  ],
  Relu: [{ at: "0", gives: "0", inputs: [[0]], gradients: [[0]] }],
  Round: [flat()],
  Selu: [{
    at: "0",
    gives: "gamma alpha",
    inputs: [[0]],
    attributes: { alpha: 0.5, gamma: 1.5 },
    gradients: [[0.75]],
  }],
  Shrink: [{ at: "lambd, on either side", gives: "0", inputs: [[-0.5, 0.5]], gradients: [[0, 0]] }],
  Sign: [flat()],
  Softmax: [{
    at: "-infinity for all",
    gives: "NaN, like the result; 0 where a Where selects another value",
    inputs: [[-Infinity, -Infinity]],
    gradients: [[NaN, NaN]],
  }],
  SoftmaxCrossEntropyLoss: [{
    at: "all targets ignored",
    gives: "0, also of a mean, which is itself NaN",
    inputs: [[1, 2, 3, 4]],
    shapes: [[2, 2]],
    fixed: [[-1, -1]],
    attributes: { ignore_index: -1 },
    gradients: [[0, 0, 0, 0]],
  }],
  Sqrt: [{ at: "0", gives: "infinity", inputs: [[0]], gradients: [[Infinity]] }],
  ThresholdedRelu: [{ at: "alpha", gives: "0", inputs: [[1]], gradients: [[0]] }],
  TopK: [{
    at: "ties",
    gives: "1 to the chosen elements",
    inputs: [[3, 3, 1]],
    fixed: [[1]],
    gradients: [[1, 0, 0]],
  }],
};
