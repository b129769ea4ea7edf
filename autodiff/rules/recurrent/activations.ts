/**
 * The activation functions that recurrent layers name.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../../onnx/mod.ts";

/** A function of one operand, element by element. */
export interface Activation {
  /** Its name in the specification, in lower case: layers may spell it as they like. */
  readonly name: string;
  /** y = f(x). */
  readonly of: (g: Graph, x: Value) => Value;
  /** f'(x), from the result where that says enough; a scalar where it is the same for all x. */
  readonly slope: (g: Graph, y: Value, x: Value) => Value;
}

type Build = (alpha: number, beta: number) => Omit<Activation, "name">;

interface Entry {
  /** The defaults of alpha and beta; one that the function does not have is left out. */
  readonly defaults: readonly number[];
  readonly build: Build;
}

/** ONNX names the functions and their parameters; the defaults are those of ONNX Runtime. */
const TABLE: Readonly<Record<string, Entry>> = {
  affine: {
    defaults: [1, 0],
    build: (alpha, beta) => ({
      of: (g, x) => g.add(g.mul(x, alpha), beta),
      slope: (g, y) => g.constant(alpha, y.dtype),
    }),
  },
  elu: {
    defaults: [1],
    build: (alpha) => ({
      of: (g, x) => g.where(g.greater(x, 0), x, g.mul(g.sub(g.exp(x), 1), alpha)),
      slope: (g, y, x) => g.where(g.greater(x, 0), 1, g.add(y, alpha)),
    }),
  },
  hardsigmoid: {
    defaults: [0.2, 0.5],
    build: (alpha, beta) => ({
      of: (g, x) => g.hardSigmoid(x, { alpha, beta }),
      slope: (g, y) => g.where(g.and(g.greater(y, 0), g.less(y, 1)), g.constant(alpha, y.dtype), 0),
    }),
  },
  leakyrelu: {
    defaults: [0.01],
    build: (alpha) => ({
      of: (g, x) => g.where(g.greater(x, 0), x, g.mul(x, alpha)),
      slope: (g, y, x) => g.where(g.greater(x, 0), g.constant(1, y.dtype), alpha),
    }),
  },
  relu: {
    defaults: [],
    build: () => ({
      of: (g, x) => g.relu(x),
      slope: (g, y) => g.where(g.greater(y, 0), g.constant(1, y.dtype), 0),
    }),
  },
  scaledtanh: {
    defaults: [1, 1],
    build: (alpha, beta) => ({
      of: (g, x) => g.mul(g.tanh(g.mul(x, beta)), alpha),
      slope: (g, y) => g.sub(alpha * beta, g.mul(g.mul(y, y), beta / alpha)),
    }),
  },
  sigmoid: {
    defaults: [],
    build: () => ({ of: (g, x) => g.sigmoid(x), slope: (g, y) => g.mul(y, g.sub(1, y)) }),
  },
  softplus: {
    defaults: [],
    build: () => ({ of: (g, x) => g.softplus(x), needsOperand: true, slope: (g, _, x) => g.sigmoid(x) }),
  },
  softsign: {
    defaults: [],
    build: () => ({
      of: (g, x) => g.softsign(x),
      // 1 / (1 + |x|) = 1 - |y|.
      slope(g, y) {
        const d = g.sub(1, g.abs(y));
        return g.mul(d, d);
      },
    }),
  },
  tanh: {
    defaults: [],
    build: () => ({ of: (g, x) => g.tanh(x), slope: (g, y) => g.sub(1, g.mul(y, y)) }),
  },
  thresholdedrelu: {
    defaults: [1],
    build: (alpha) => ({
      of: (g, x) => g.thresholdedRelu(x, { alpha }),
      slope: (g, y, x) => g.where(g.greater(x, alpha), g.constant(1, y.dtype), 0),
    }),
  },
};

/**
 * Returns the activations of a recurrent layer, those of its second direction after those of its first. The lists of
 * alphas and betas hold entries only for the functions that have one, in order.
 *
 * @param usual the names in one direction where the layer gives none
 * @throws {TypeError} for a name that ONNX does not have.
 */
export function activationsOf(
  node: Node,
  { usual, directions }: { usual: readonly string[]; directions: number },
): Activation[] {
  const given = node.attributes.get("activations");
  const names = given?.type === "STRINGS"
    ? given.value
    : Array.from({ length: directions }, () => usual).flat();
  const alphas = [...node.floats("activation_alpha") ?? []];
  const betas = [...node.floats("activation_beta") ?? []];
  return names.map((name) => {
    const key = name.toLowerCase();
    const entry = Object.hasOwn(TABLE, key) ? TABLE[key] : undefined;
    if (entry === undefined) {
      throw new TypeError(
        `${node}: the gradient is implemented for activations ${
          Object.keys(TABLE).join(", ")
        }; got '${name}'`,
      );
    }
    const [alpha = 0, beta = 0] = entry.defaults;
    return {
      name: key,
      ...entry.build(
        (entry.defaults.length > 0 ? alphas.shift() : undefined) ?? alpha,
        (entry.defaults.length > 1 ? betas.shift() : undefined) ?? beta,
      ),
    };
  });
}
