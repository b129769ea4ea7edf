/**
 * How far the loss rises within a small distance.
 *
 * @module
 */
import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import type { CurvatureOperator } from "./operator.ts";
import { norm, plus } from "./vectors.ts";

/** The distance, and how it is measured. */
export interface SharpnessOptions {
  /** The distance: above 0; 0.05 by default, as for SAM. */
  rho?: number;
  /** Whether each parameter's distance counts relative to its size, as for adaptive SAM; `false` by default. */
  adaptive?: boolean;
}

const SHARPNESS_OPTIONS = { rho: false, adaptive: "flag" } satisfies OptionNames<SharpnessOptions>;

/**
 * Returns how far the loss rises by a step of length `rho` along the gradient, which is what SAM lowers: `L(w + e) - L(w)`
 * with `e = rho g / |g|`; adaptive, `e = rho w^2 g / |w g|` element by element.
 *
 * @throws {RangeError} when an option is out of its range, or the gradient is 0.
 *
 * @example
 * ```ts
 * import { curvatureOperator } from "./operator.ts";
 * import { samSharpness } from "./sharpness.ts";
 * import { mlp, tensor, withLoss } from "../mod.ts";
 * import { assert } from "@std/assert";
 * const model = withLoss(mlp({ inputs: 2, hidden: [], outputs: 1 }), { loss: "mse" });
 * const data = { x: tensor(Float32Array.of(1, 0, 0, 2), [2, 2]), target: tensor(Float32Array.of(1, 1), [2, 1]) };
 * await using hessian = await curvatureOperator({ model, data });
 * assert(await samSharpness(hessian) > 0);
 * ```
 *
 * @see Foret et al.: Sharpness-aware minimization for efficiently improving generalization, 2021; Kwon et al.: ASAM, 2021.
 */
export async function samSharpness(
  operator: CurvatureOperator,
  options: SharpnessOptions = {},
): Promise<number> {
  checkOptions("samSharpness", options, SHARPNESS_OPTIONS);
  const { rho = 0.05, adaptive = false } = options;
  checkNumber("rho", rho, "a finite number above 0");
  const { loss, gradient } = await operator.gradient();
  const { point } = operator;
  const seen = adaptive ? gradient.map((g, i) => g * Math.abs(point[i]!)) : gradient;
  const length = norm(seen);
  if (!(length > 0)) throw new RangeError("the gradient is 0, so that it names no direction");
  const step = adaptive ? seen.map((g, i) => g * Math.abs(point[i]!)) : gradient;
  return await operator.loss(plus(point, step, rho / length)) - loss;
}
