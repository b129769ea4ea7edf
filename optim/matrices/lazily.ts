/**
 * Work that a rule does at some updates only.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import type { Expr } from "../language/mod.ts";

/** Work on whole tensors for {@linkcode lazily}: how the host does it, and how a graph does. */
export interface LazyWork {
  /** Its name, and all that it depends on besides its operands. */
  readonly name: string;
  /** The operands. */
  readonly args: readonly Expr[];
  /** Computes the result on the host. */
  readonly host: (...args: readonly (Float32Array | Float64Array)[]) => Float32Array | Float64Array;
  /** Writes the work into a graph. */
  readonly graph: (g: Graph, ...args: readonly Value[]) => Value;
}

/**
 * Returns the result of the work where a scalar is not 0, else `before`. The work is done only where it is needed.
 *
 * @example
 * ```ts
 * import { lazily } from "./lazily.ts";
 * import { perParameter } from "../language/mod.ts";
 * import { optimizer } from "../optimizer.ts";
 * import { assertEquals } from "@std/assert";
 * // The step is the gradient of the last even update.
 * const rule = perParameter({ held: 0 }, ({ g, held }, at) => {
 *   const even = at("even", ({ t }) => (t % 2 === 0 ? 1 : 0));
 *   const next = lazily(even, held, { name: "hold", args: [g], host: (x) => x!.slice(), graph: (b, x) => b.neg(b.neg(x!)) });
 *   return { u: next, held: next };
 * });
 * const opt = optimizer({ name: "held", rule });
 * const params = { w: Float64Array.of(0) };
 * let state = opt.init(params);
 * const steps = [5, 6, 7].map((g) => {
 *   const [updates, next] = opt.update({ w: Float64Array.of(g) }, state, params);
 *   state = next;
 *   return updates.w[0];
 * });
 * assertEquals(steps, [0, 6, 6]);
 * ```
 */
export function lazily(flag: Expr, before: Expr, { name, args, host, graph }: LazyWork): Expr {
  return {
    op: "whole",
    name: `lazily ${name}`,
    args: [flag, before, ...args],
    shape: before.shape,
    host: (chosen, kept, ...rest) => chosen![0] === 0 ? kept!.slice() : host(...rest),
    graph: (g, chosen, kept, ...rest) => {
      return g.if(asCondition(g, chosen!), (then) => [graph(then, ...rest)], () => [kept!])[0]!;
    },
  };
}

/**
 * Returns whether a scalar that the host gives is not 0. In float64, which WebGPU leaves to the processor: there the choice
 * between branches is made, so nothing is fetched for it.
 */
export function asCondition(g: Graph, flag: Value): Value {
  return g.greater(g.abs(g.cast(flag, { to: "float64" })), 0);
}
