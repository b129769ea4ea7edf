/**
 * Dense layers and the networks made of them alone.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../options/mod.ts";
import { buildModel, Graph, type Model, type Value } from "../onnx/mod.ts";
import { heNormal, type Initializer, lecunNormal, zeros } from "./initializers.ts";
import { parameter } from "./parameter.ts";

/** Functions between layers. */
export type Activation = "relu" | "tanh" | "sigmoid" | "gelu" | "elu" | "softplus" | "identity";

/** Options of {@linkcode dense}. */
export interface DenseOptions {
  /** The layer's name; its parameters are `<name>.weight` and `<name>.bias`. */
  name: string;
  /** Number of inputs and of outputs, at least 1. */
  size: readonly [inputs: number, outputs: number];
  /** The seed of the weights. */
  seed: number;
  /** Initial weights; `lecunNormal` by default. */
  initializer?: Initializer;
  /** Whether there is a bias, initially zero; `true` by default. */
  bias?: boolean;
}

const DENSE_OPTIONS = {
  name: true,
  size: true,
  seed: true,
  initializer: "function",
  bias: "flag",
} satisfies OptionNames<DenseOptions>;

/**
 * Adds a dense layer, `x W' + b`, with `W` of shape `[outputs, inputs]` as in PyTorch.
 *
 * @param x `[N, inputs]`; the parameters have its element type
 * @returns `[N, outputs]`
 *
 * @example
 * ```ts
 * import { Graph } from "../onnx/mod.ts";
 * import { dense } from "./dense.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const x = g.input("x", "float32", ["N", 64]);
 * assertEquals(dense(g, x, { name: "fc", size: [64, 10], seed: 1 }).shape, ["N", 10]);
 * assertEquals(g.initializers.get("fc.weight")!.value.shape, [10, 64]);
 * ```
 */
export function dense(g: Graph, x: Value, options: DenseOptions): Value {
  checkOptions("dense", options, DENSE_OPTIONS);
  const { name, size: [inputs, outputs], seed, initializer = lecunNormal, bias = true } = options;
  const weight = parameter(g, x, { name: `${name}.weight`, shape: [outputs, inputs], seed, initializer });
  const b = bias
    ? parameter(g, x, { name: `${name}.bias`, shape: [outputs], seed, initializer: zeros })
    : null;
  return g.gemm(x, weight, b, { transB: 1 });
}

/**
 * Adds an activation function. `"identity"` adds nothing.
 *
 * @example
 * ```ts
 * import { Graph } from "../onnx/mod.ts";
 * import { activate } from "./dense.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const x = g.input("x", "float32", ["N", 64]);
 * assertEquals(activate(g, x, "tanh").producer?.opType, "Tanh");
 * assertEquals(activate(g, x, "identity"), x);
 * ```
 */
export function activate(g: Graph, x: Value, activation: Activation): Value {
  return activation === "identity" ? x : g[activation](x);
}

/** Options of {@linkcode mlp}. */
export interface MlpOptions {
  /** Features of an example, at least 1. */
  inputs: number;
  /** Units of each hidden layer; `[]` leaves one linear layer. */
  hidden: readonly number[];
  /** Outputs: classes, or values to predict. */
  outputs: number;
  /** The function after each hidden layer; `"relu"` by default. */
  activation?: Activation;
  /** The seed of the weights, an integer from 0 to 2^53 - 1; 0 by default. */
  seed?: number;
  /** Initial weights; by default `heNormal` before a ReLU and `lecunNormal` elsewhere. */
  initializer?: Initializer;
  /** The element type of input, parameters and output; `"float32"` by default. */
  dtype?: "float32" | "float64";
}

const MLP_OPTIONS = {
  inputs: true,
  hidden: true,
  outputs: true,
  activation: false,
  seed: false,
  initializer: "function",
  dtype: ["float32", "float64"],
} satisfies OptionNames<MlpOptions>;

/**
 * Builds a multi-layer perceptron: an ONNX model from `x`, `[N, inputs]`, to `y`, `[N, outputs]`, of float32 or float64. Layer
 * `i` has the parameters `layers.i.weight` `[out, in]` and `layers.i.bias` `[out]`.
 *
 * @throws {RangeError} when a size is not an integer of at least 1.
 *
 * @example
 * ```ts
 * import { mlp } from "./dense.ts";
 * import { assertEquals } from "@std/assert";
 * const model = mlp({ inputs: 64, hidden: [32], outputs: 10, seed: 1 });
 * assertEquals(model.graph!.initializer.map((t) => t.dims.map(Number)), [[32, 64], [32], [10, 32], [10]]);
 * ```
 */
export function mlp(options: MlpOptions): Model {
  checkOptions("mlp", options, MLP_OPTIONS);
  const { inputs, hidden, outputs, activation = "relu", seed = 0, dtype = "float32" } = options;
  if (!Array.isArray(hidden)) {
    throw new TypeError(`hidden must be a list of widths, one a layer, got ${String(hidden)}`);
  }
  const sizes = [inputs, ...hidden, outputs];
  for (const n of sizes) {
    if (!(Number.isInteger(n) && n >= 1)) {
      throw new RangeError(
        `inputs, hidden and outputs must be integers of at least 1, got [${sizes.join(", ")}]`,
      );
    }
  }
  const g = new Graph({ name: "mlp" });
  let x = g.input("x", dtype, ["N", inputs]);
  sizes.slice(1).forEach((units, i) => {
    const last = i === hidden.length;
    const initializer = options.initializer ?? (!last && activation === "relu" ? heNormal : lecunNormal);
    x = dense(g, x, { name: `layers.${i}`, size: [sizes[i]!, units], seed, initializer });
    if (!last) x = activate(g, x, activation);
  });
  g.output(x, "y");
  return buildModel(g);
}

/** Options of {@linkcode linear}. */
export interface LinearOptions {
  /** Features of an example, at least 1. */
  inputs: number;
  /** Classes, or values to predict, at least 1; 1 by default. */
  outputs?: number;
  /** The element type of input, parameters and output; `"float32"` by default. */
  dtype?: "float32" | "float64";
}

const LINEAR_OPTIONS = {
  inputs: true,
  outputs: false,
  dtype: ["float32", "float64"],
} satisfies OptionNames<LinearOptions>;

/**
 * Builds a linear model from `x` `[N, inputs]` to `y` `[N, outputs]`, its weights zero: with a squared error it is
 * linear regression, with a cross-entropy logistic regression, both convex, so that no random start is needed.
 *
 * @throws {RangeError} when a size is not an integer of at least 1.
 *
 * @example
 * ```ts
 * import { linear } from "./dense.ts";
 * import { assertEquals } from "@std/assert";
 * const [weight, bias] = linear({ inputs: 3 }).graph!.initializer;
 * assertEquals([weight!.dims, bias!.dims], [[1n, 3n], [1n]]);
 * ```
 */
export function linear(options: LinearOptions): Model {
  checkOptions("linear", options, LINEAR_OPTIONS);
  const { inputs, outputs = 1, dtype = "float32" } = options;
  return mlp({ inputs, hidden: [], outputs, initializer: zeros, dtype });
}
