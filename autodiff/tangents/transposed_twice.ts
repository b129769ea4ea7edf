/**
 * The tangent of any operator that has a reverse rule.
 *
 * @module
 */
import { isFloat, type Value } from "../../onnx/mod.ts";
import { backward } from "../backward.ts";
import { Site, zerosLike } from "../site.ts";
import { unbroadcast } from "../unbroadcast.ts";
import { type TangentRule, total } from "./site.ts";

/**
 * Differentiates the reverse rule: the cotangents that it returns are linear in those that it is given, `dx = J' dy`, so
 * the gradient of `sum(dx t)` with respect to `dy` is the tangent `J t`, whatever `dy` is.
 */
export const transposedTwice: TangentRule = (s) => {
  const { g, node, tangents, all, needed, reverse, target } = s;
  const seen = node.outputs.map((y) => (y !== null && needed.has(y) && isFloat(y.dtype) ? y : null));
  // A value of its own for each output: nothing else may depend on it, not even equal zeros.
  const cotangents = seen.map((y) =>
    y === null ? null : g.emit("Identity", [zerosLike(g, y)], { share: false })[0]!
  );
  const parts: [cotangent: Value, tangent: Value][] = [];
  const add = (v: Value, dv: Value) => {
    const t = all.get(v);
    if (t !== undefined) parts.push([unbroadcast(g, dv, v), t]);
  };
  const site = new Site(g, node, cotangents, tangents.map((t) => t !== null), {
    target,
    composites: false,
    wants: (v) => all.has(v),
    add,
    backward: (graph, options) => backward(graph, { ...options, target }),
  });
  const returned = reverse!(site);
  node.inputs.forEach((x, i) => {
    const [dx, t] = [returned[i] ?? null, tangents[i] ?? null];
    if (x !== null && dx !== null && t !== null) parts.push([unbroadcast(g, dx, x), t]);
  });
  const given = cotangents.filter((v) => v !== null);
  const found = parts.map(([value, cotangent]) =>
    backward(g, { seeds: [{ value, cotangent }], wrt: given, target })
  );
  return cotangents.map((dy) => {
    if (dy === null) return null;
    const at = given.indexOf(dy);
    return total(g, found.map((f) => f[at]!));
  });
};
