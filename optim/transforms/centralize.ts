import { mean, perParameter, sub } from "../language/mod.ts";
import { type Transform, transform } from "../optimizer.ts";

/**
 * Gradient centralization: subtracts from each output's gradient its mean.
 *
 * ```text
 * u = g - mean(g over all dimensions but the first)            vectors and scalars as they are
 * ```
 *
 * @example
 * ```ts
 * import { centralize } from "./centralize.ts";
 * import { tensor } from "../../onnx/mod.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = centralize();
 * const params = { w: tensor(new Float64Array(4), [2, 2]) };
 * const [updates] = opt.update({ w: tensor(Float64Array.of(1, 3, 5, 5), [2, 2]) }, opt.init(params), params);
 * assertEquals(updates.w.data, Float64Array.of(-1, 1, 0, 0));
 * ```
 *
 * @see Yong, Huang, Hua, Zhang: Gradient centralization: A new optimization technique for deep neural networks, 2020,
 * equation 1. Optax `centralize`.
 */
export function centralize(): Transform {
  const rule = perParameter({}, ({ g }) => ({
    u: g.shape.length < 2 ? g : sub(g, mean(g, g.shape.slice(1).map((_, i) => i + 1))),
  }));
  return transform({ name: "centralize", rule });
}
