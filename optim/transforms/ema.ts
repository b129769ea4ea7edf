import { type Declarations, flag } from "../../options/mod.ts";
import { mul, perParameter } from "../language/mod.ts";
import { type Transform, transform } from "../optimizer.ts";
import { average } from "../rules/moments.ts";
import { type Hyperparameter, ruleOptions, valueAt } from "../scheduled.ts";

/** Options of {@linkcode ema}. */
export interface EmaOptions {
  /** Share of the average that is kept: in [0, 1), or a schedule. */
  decay: Hyperparameter;
  /** Whether to correct for the start at zero. `true` by default. */
  debias?: boolean;
}

export const EMA_OPTIONS = {
  decay: { kind: "number", range: "in [0, 1)", schedule: true, required: true },
  debias: flag(true),
} satisfies Declarations<EmaOptions>;

/**
 * Replaces updates by their exponential moving average.
 *
 * ```text
 * m = decay m + (1 - decay) g
 * u = m / (1 - decay^t)            without debias: m
 * ```
 *
 * For an average of parameters see `averaged`.
 *
 * @throws {RangeError} when the decay is out of its range.
 *
 * @example
 * ```ts
 * import { ema } from "./ema.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = ema({ decay: 0.9 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 3, 1e-12);
 * ```
 *
 * @see Optax `ema`.
 */
export function ema(options: EmaOptions): Transform {
  const { decay, debias } = ruleOptions("ema", options, EMA_OPTIONS);
  const rule = perParameter({ m: 0 }, (slots, at) => {
    const m = average(slots.m, slots.g, decay, { at, name: "decay" });
    return { u: debias ? mul(at("correction", ({ t }) => 1 / (1 - valueAt(decay, t) ** t)), m) : m, m };
  });
  return transform({ name: "ema", rule, hyperparameters: { decay, debias } });
}
