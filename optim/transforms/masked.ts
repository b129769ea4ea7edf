import { checkUpdater } from "../check_optimizer.ts";
import { checkNamed } from "../common.ts";
import { perParameter } from "../language/mod.ts";
import { checkFunction, naming, partition } from "../nesting/mod.ts";
import { type Combined, combined, transform, type Updater } from "../optimizer.ts";

/**
 * A rule for some parameters; the others' gradients pass through as they are.
 *
 * @param inner the rule
 * @param mask which parameters it is for, by name
 *
 * @example
 * ```ts
 * import { masked } from "./masked.ts";
 * import { clip } from "./clip.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = masked(clip(1), (name) => name === "w");
 * const params = { w: Float64Array.of(0), bias: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(9), bias: Float64Array.of(9) }, opt.init(params), params);
 * assertEquals([updates.w[0], updates.bias[0]], [1, 9]);
 * ```
 *
 * @see Optax `masked`.
 */
export function masked<T extends Updater>(inner: T, mask: (name: string) => boolean): Combined<T> {
  checkUpdater("masked: the rule inside", inner);
  checkFunction("masked: mask", mask, "whether the rule is for a parameter");
  const pass = transform({ name: "pass", rule: perParameter({}, ({ g }) => ({ u: g })) });
  const name = `masked ${inner.name}`;
  const { rule } = partition({ inner, pass }, (name) => (mask(name) ? "inner" : "pass"), {
    name,
    mayBeEmpty: ["inner", "pass"],
  });
  return combined([inner], {
    name,
    like: inner,
    rule: naming(
      rule,
      (names) => checkNamed("masked: mask", { names, chosen: mask, remedy: "or leave the rule out" }),
    ),
  });
}
