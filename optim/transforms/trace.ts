import { checkNumber, checkOptions, type OptionNames } from "../../options/mod.ts";
import { add, mul, perParameter } from "../language/mod.ts";
import { type Transform, transform } from "../optimizer.ts";

/** Options of {@linkcode trace}. */
export interface TraceOptions {
  /** Share of the trace that is kept: in [0, 1). */
  decay: number;
  /** Whether to look ahead along the trace. `false` by default. */
  nesterov?: boolean;
}

const TRACE_OPTIONS = { decay: true, nesterov: "flag" } satisfies OptionNames<TraceOptions>;

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
  checkOptions("trace", options, TRACE_OPTIONS);
  const { decay, nesterov = false } = options;
  checkNumber("decay", decay, "in [0, 1)");
  const rule = perParameter({ b: 0 }, ({ g, b }) => {
    const next = add(mul(decay, b), g);
    return { u: nesterov ? add(g, mul(decay, next)) : next, b: next };
  });
  return transform({ name: "trace", rule });
}
