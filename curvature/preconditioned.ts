/**
 * A matrix as an optimizer with its own scale for each parameter sees it.
 *
 * @module
 */
import type { LinearOperator } from "./operator.ts";

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
