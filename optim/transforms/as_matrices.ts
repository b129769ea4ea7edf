import { choice, type Declarations, filledOptions } from "../../options/mod.ts";
import { checkUpdater } from "../check_optimizer.ts";
import { each, type Expr, type Exprs, type ParamSpec } from "../language/mod.ts";
import { Nested } from "../nesting/mod.ts";
import { type Combined, combined, type Updater } from "../optimizer.ts";

type Shape = ParamSpec["shape"];

/** Options of {@linkcode asMatrices}. */
export interface AsMatricesOptions {
  /** The axis of the outputs, which stays: the first, or the last. `"first"` by default. */
  outputs?: "first" | "last";
}

export const AS_MATRICES_OPTIONS = {
  outputs: choice(["first", "last"], "first"),
} satisfies Declarations<AsMatricesOptions>;

/**
 * Gives a rule the kernels of convolutions as matrices: the outputs by all else.
 *
 * ```text
 * [out, in, height, width] is [out, in height width] for the rule inside;  outputs "last": [height width in, out]
 * ```
 *
 * Parameters of fewer than three dimensions stay as they are. `asMatrices(muon())` is Muon for kernels, which `muon` alone
 * leaves to its other rule; ONNX's kernels have their outputs first. For `muon({ form: "optax" })` the rows of a matrix are
 * inputs: there, give kernels with their outputs last, or `adjust: "match-rms-adamw"`, which treats both sides alike.
 *
 * State: the inner rule's, in the shapes of the matrices.
 *
 * Elsewhere: PyTorch's `Muon` refuses kernels. Optax `contrib.muon` takes such shapes as `muon_weight_dimension_numbers`: the
 * same. Jordan's `muon.py` makes the same matrices, but scales the step of a kernel by its height and width.
 *
 * @param inner the optimizer or transform that gets matrices
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { asMatrices } from "./as_matrices.ts";
 * import { muon } from "../rules/muon.ts";
 * import { tensor } from "../../onnx/mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * // These coefficients converge: the step becomes orthogonal, rows of length 1.
 * const settings = { coefficients: [1.875, -1.25, 0.375] as const, steps: 30 };
 * const opt = asMatrices(muon({ learningRate: 1, weightDecay: 0, ...settings }));
 * const params = { w: tensor(new Float64Array(4), [1, 1, 2, 2]) };
 * const grads = { w: tensor(Float64Array.of(2, 2, 2, 2), [1, 1, 2, 2]) };
 * const [updates] = opt.update(grads, opt.init(params), params);
 * assertAlmostEquals(Number(updates.w.data[3]), -0.5, 1e-6);
 * ```
 *
 * @see Jordan et al.: Muon: An optimizer for hidden layers in neural networks, 2024.
 */
export function asMatrices<T extends Updater>(inner: T, options: AsMatricesOptions = {}): Combined<T> {
  checkUpdater("asMatrices: the rule inside", inner);
  const { outputs } = filledOptions("asMatrices", options, AS_MATRICES_OPTIONS);
  const nested = new Nested(inner.rule, "inner");
  const matrix = (shape: Shape): Shape => {
    if (shape.length < 3) return shape;
    const [first, last] = [shape[0]!, shape.at(-1)!];
    return outputs === "first" ? [first, product(shape.slice(1))] : [product(shape.slice(0, -1)), last];
  };
  const matrices = (of: Exprs) => each(Object.keys(of), (p) => reshaped(of[p]!, matrix(of[p]!.shape)));
  const back = (of: Exprs, like: Exprs) => each(Object.keys(of), (p) => reshaped(of[p]!, like[p]!.shape));
  const specs = (params: Readonly<Record<string, ParamSpec>>) =>
    Object.fromEntries(
      Object.entries(params).map(([p, spec]) => [p, { ...spec, shape: matrix(spec.shape) }]),
    );
  return combined([inner], {
    name: `asMatrices ${inner.name}`,
    hyperparameters: { inner, outputs },
    like: inner,
    rule: {
      ...nested.traits,
      ...nested.statistics,
      slots: (params, buffers) => nested.slots(specs(params), buffers),
      update(inputs) {
        const { params } = inputs;
        const seen = { ...inputs, hessians: matrices(inputs.hessians) };
        const result = nested.update(seen, { grads: matrices(inputs.grads), params: matrices(params) });
        const { updates, home } = result;
        return {
          ...result,
          updates: back(updates, params),
          ...(home === undefined ? {} : { home: back(home, params) }),
        };
      },
      ...(inner.rule.evaluation === undefined ? {} : {
        evaluation: ({ params, state }) =>
          back(nested.evaluation({ params: matrices(params), state }), params),
      }),
    },
  });
}

function product(sizes: Shape): number {
  return sizes.reduce((a, b) => a * b, 1);
}

/** Returns the elements in another shape. */
function reshaped(x: Expr, shape: Shape): Expr {
  if (x.shape.join() === shape.join()) return x;
  return {
    op: "whole",
    name: `reshape ${shape.join()}`,
    args: [x],
    shape,
    host: (a) => a!.slice(),
    graph: (g, a) => g.reshape(a!, [...shape]),
  };
}
