/**
 * A matrix as an optimizer with its own scale for each parameter sees it.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../options/mod.ts";
import type { Tensor } from "../onnx/mod.ts";
import { flattenState, type OptimizerState } from "../optim/mod.ts";
import type { CurvatureOperator, LinearOperator } from "./operator.ts";

/**
 * Returns `P^-1/2 A P^-1/2` for a diagonal `P`: its largest eigenvalue is the sharpness that a rule sees which divides
 * gradients by `P`, such as Adam with `P = sqrt(v / (1 - beta2^t)) + epsilon`, times `1 - beta1^t` for the bias correction
 * of its momentum.
 *
 * @param diagonal the numbers of `P`, all above 0
 * @throws {RangeError} when the diagonal has another length, or a number that is not above 0.
 *
 * @example
 * ```ts
 * import { preconditioned } from "./preconditioned.ts";
 * import { assertEquals } from "@std/assert";
 * const apply = (v: ArrayLike<number>) => Promise.resolve(Float64Array.of(8 * v[0]!, 9 * v[1]!));
 * const seen = preconditioned({ dimension: 2, apply }, [4, 9]);
 * assertEquals([...await seen.apply([1, 1])], [2, 1]);
 * ```
 *
 * @see Cohen et al.: Adaptive gradient methods at the edge of stability, 2022.
 */
export function preconditioned(operator: LinearOperator, diagonal: ArrayLike<number>): LinearOperator {
  const { dimension } = operator;
  if (diagonal.length !== dimension) {
    throw new RangeError(`the diagonal must have ${dimension} numbers, got ${diagonal.length}`);
  }
  const roots = Float64Array.from(diagonal, (p, i) => {
    if (p > 0 && p < Infinity) return 1 / Math.sqrt(p);
    throw new RangeError(`the diagonal must be finite and above 0, number ${i} is ${p}`);
  });
  return {
    dimension,
    async apply(vector) {
      const product = await operator.apply(Float64Array.from(vector, (v, i) => v * roots[i]!));
      return product.map((v, i) => v * roots[i]!);
    },
  };
}

/** The hyper-parameters of Adam, where they are not its defaults. */
export interface AdamPreconditionerOptions {
  /** 0.9 by default. */
  beta1?: number;
  /** 0.999 by default. */
  beta2?: number;
  /** 1e-8 by default. */
  epsilon?: number;
}

const ADAM_OPTIONS = { beta1: false, beta2: false, epsilon: false } satisfies OptionNames<
  AdamPreconditionerOptions
>;

/**
 * Returns the diagonal that Adam (and AdamW) divides gradients by, from its state: `(1 - beta1^t) (sqrt(v / (1 - beta2^t)) +
 * epsilon)`. With a full batch the largest eigenvalue of the {@linkcode preconditioned} Hessian comes to `(2 + 2 beta1) /
 * ((1 - beta1) eta)`, which is `38 / eta` at `beta1 = 0.9`.
 *
 * @param state a state of `adam` or `adamw`, such as that of a {@linkcode CurvatureOperator}'s training
 * @throws {RangeError} when the state is that of another rule, or no update has been made.
 *
 * @example
 * ```ts
 * import { adamPreconditioner } from "./preconditioned.ts";
 * import { adam } from "../mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const rule = adam({ learningRate: 0.1 });
 * const params = { w: Float64Array.of(1, 2) };
 * const [, state] = rule.update({ w: Float64Array.of(3, 4) }, rule.init(params), params);
 * const tensors = { vector: (t: Record<string, { data: ArrayLike<unknown> }>) => Float64Array.from(t.w!.data as number[]) };
 * // After one update, v / (1 - beta2) is the squared gradient.
 * assertAlmostEquals(adamPreconditioner(tensors, state)[0]!, 0.1 * 3, 1e-8);
 * ```
 *
 * @see Cohen et al.: Adaptive gradient methods at the edge of stability, 2022.
 */
export function adamPreconditioner(
  operator: Pick<CurvatureOperator, "vector">,
  state: OptimizerState,
  options: AdamPreconditionerOptions = {},
): Float64Array {
  checkOptions("adamPreconditioner", options, ADAM_OPTIONS);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const second: Record<string, Tensor> = {};
  for (const [name, t] of Object.entries(flattenState(state))) {
    if (name.startsWith("v/")) second[name.slice(2)] = t;
  }
  const { count } = state;
  if (Object.keys(second).length === 0 || count < 1) {
    throw new RangeError("adamPreconditioner: the state must be that of adam or adamw after an update");
  }
  // The state holds the sum V = v / (1 - beta2).
  const scale = (1 - beta2) / (1 - beta2 ** count);
  return operator.vector(second).map((v) => (1 - beta1 ** count) * (Math.sqrt(scale * v) + epsilon));
}
