import { equal, perParameter, where } from "../language/mod.ts";
import { type Transform, transform } from "../optimizer.ts";

/**
 * Replaces each NaN of the updates by 0; infinities stay.
 *
 * ```text
 * u = 0 where g is NaN, else g
 * ```
 *
 * To leave out the whole update instead, see `applyIfFinite`.
 *
 * State: none; Optax keeps which tensors had one.
 *
 * Elsewhere: Optax `zero_nans`: the same.
 *
 * @example
 * ```ts
 * import { zeroNans } from "./zero_nans.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = zeroNans();
 * const params = { w: Float64Array.of(0, 0) };
 * const [updates] = opt.update({ w: Float64Array.of(NaN, 2) }, opt.init(params), params);
 * assertEquals(updates.w, Float64Array.of(0, 2));
 * ```
 *
 * @see Optax `zero_nans`.
 */
export function zeroNans(): Transform {
  // NaN is the number that does not equal itself.
  const rule = perParameter({}, ({ g }) => ({ u: where(equal(g, g), g, 0) }));
  return transform({ name: "zeroNans", rule });
}
