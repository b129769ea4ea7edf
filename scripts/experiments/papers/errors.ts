/**
 * Test errors in percent, as the papers report them, for decisions.
 *
 * @module
 */
import { type Asked, numbers, type Quantity, SMALLEST } from "../../decision/mod.ts";

/** Returns test errors in percent as a quantity: the lower the better, compared in points. */
export function percentErrors({ effect = SMALLEST.accuracy }: Asked): Quantity {
  return numbers("points", { better: "lower", smallest: effect });
}
