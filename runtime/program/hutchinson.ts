/**
 * Estimates of the Hessian's diagonal within a step.
 *
 * @module
 */
import { backward, forward, type StraightThrough, type Target } from "../../autodiff/mod.ts";
import type { Graph, Value } from "../../onnx/mod.ts";
import { sizeOf } from "../../onnx/tensor/mod.ts";
import type { ParamSpec } from "../../optim/language/mod.ts";
import type { Noise } from "../../optim/graph/mod.ts";
import { normal } from "../../random/mod.ts";

/**
 * Returns the directions of each step's estimates: standard normal numbers, one for each element of each parameter; zeros
 * at steps whose estimates the rule does not read.
 *
 * @param options.interval of how many steps the first is read
 * @param options.clock the slot that counts the steps; by default the optimizer's own count
 */
export function hessianProbes(
  parameters: Readonly<Record<string, ParamSpec>>,
  { seed, interval, clock = null }: { seed: number; interval: number; clock?: string | null },
): Noise[] {
  return Object.entries(parameters).map(([name, { shape }]) => {
    const [stream, length] = [`hessian/${name}`, sizeOf(shape)];
    const at = (step: number) =>
      step % interval === 0 ? normal({ seed, stream, step }, length) : new Float32Array(length);
    return { name: stream, shape, clock, at };
  });
}

/**
 * Writes Hutchinson's estimate of the Hessian's diagonal, `z * H z`: the derivative of the gradient along `z`.
 *
 * @param straight the straight-through gradient of rounding, if the first pass used it
 * @throws {MissingRuleError} when the first pass uses an operator that has no rule.
 *
 * @see Liu et al.: Sophia, 2023, Algorithm 1.
 */
export function hutchinson(
  g: Graph,
  { grads, params, probes, target, straight }:
    & Readonly<Record<"grads" | "params" | "probes", Readonly<Record<string, Value>>>>
    & { readonly target?: Target; readonly straight?: StraightThrough },
): Record<string, Value> {
  const names = Object.keys(params);
  const products = straight === undefined
    ? forward(g, {
      directions: names.map((n) => ({ value: params[n]!, tangent: probes[n]! })),
      of: names.map((n) => grads[n]!),
      ...(target === undefined ? {} : { target }),
    })
    : again(g, { grads, params, probes, straight, ...(target === undefined ? {} : { target }) });
  return Object.fromEntries(names.map((n, i) => [n, g.mul(probes[n]!, products[i]!)]));
}

/** Writes the gradient of `g'z`, by the rules of straight-through gradients, which have no derivative along a direction. */
function again(
  g: Graph,
  { grads, params, probes, target, straight }: Parameters<typeof hutchinson>[1] & {
    readonly straight: StraightThrough;
  },
): Value[] {
  const names = Object.keys(params);
  const parts = names.map((n) => g.reduceSum(g.mul(grads[n]!, probes[n]!), null, { keepdims: 0 }));
  const along = parts.length === 1 ? parts[0]! : g.sum(parts);
  return backward(g, {
    seeds: [{ value: along, cotangent: g.constant(1, along.dtype) }],
    wrt: names.map((n) => params[n]!),
    ...(target === undefined ? {} : { target }),
    own: straight.rules,
    constants: straight.constants,
  });
}
