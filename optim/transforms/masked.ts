import { checkOptimizer } from "../check_optimizer.ts";
import { checkNamed } from "../common.ts";
import { perParameter } from "../language/mod.ts";
import { checkFunction, naming, partition } from "../nesting/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";

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
export function masked(inner: Optimizer, mask: (name: string) => boolean): Optimizer {
  checkOptimizer("masked: the rule inside", inner);
  checkFunction("masked: mask", mask, "whether the rule is for a parameter");
  const pass = optimizer({ name: "pass", rule: perParameter({}, ({ g }) => ({ u: g })) });
  const parts = partition({ inner, pass }, (name) => (mask(name) ? "inner" : "pass"), {
    name: `masked ${inner.name}`,
    mayBeEmpty: ["inner", "pass"],
  });
  return naming(
    parts,
    (names) => checkNamed("masked: mask", { names, chosen: mask, remedy: "or leave the rule out" }),
  );
}
