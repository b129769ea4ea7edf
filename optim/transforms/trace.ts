import { type Declarations, flag } from "../../options/mod.ts";
import { add, mul, perParameter } from "../language/mod.ts";
import { type Transform, transform } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions } from "../scheduled.ts";

/** Options of {@linkcode trace}. */
export interface TraceOptions {
  /** Share of the trace that is kept: in [0, 1), or a schedule. */
  decay: Hyperparameter;
  /** Whether to look ahead along the trace. `false` by default. */
  nesterov?: boolean;
}

export const TRACE_OPTIONS = {
  decay: { kind: "number", range: "in [0, 1)", schedule: true, required: true },
  nesterov: flag(),
} satisfies Declarations<TraceOptions>;

/**
 * Replaces updates by their decaying sum: momentum as a link of a chain.
 *
 * ```text
 * b = decay b + g
 * u = b                          Nesterov: g + decay b
 * ```
 *
 * @throws {RangeError} when the decay is out of its range.
 *
 * @example
 * ```ts
 * import { trace } from "./trace.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = trace({ decay: 0.5 });
 * const params = { w: Float64Array.of(0) };
 * const [, state] = opt.update({ w: Float64Array.of(1) }, opt.init(params), params);
 * assertEquals(opt.update({ w: Float64Array.of(1) }, state, params)[0].w[0], 1.5);
 * ```
 *
 * @see Optax `trace`.
 */
export function trace(options: TraceOptions): Transform {
  const { decay, nesterov } = ruleOptions("trace", options, TRACE_OPTIONS);
  const rule = perParameter({ b: 0 }, ({ g, b }, at) => {
    const kept = inStep(at, "decay", decay);
    const next = add(mul(kept, b), g);
    return { u: nesterov ? add(g, mul(kept, next)) : next, b: next };
  });
  return transform({ name: "trace", rule, hyperparameters: { decay, nesterov } });
}
