import type { Declarations } from "../../options/mod.ts";
import { COMMON_OPTIONS, type CommonOptions, decaying, penalized, rate, share, shrunk } from "../common.ts";
import { mul, perParameter, sign } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, ruleOptions } from "../scheduled.ts";
import { average } from "./moments.ts";

/** Options of {@linkcode lion}. */
export interface LionOptions extends CommonOptions {
  /** Share of the average in the direction: in [0, 1), or a schedule. 0.9 by default. */
  beta1?: Hyperparameter;
  /** Share of the average that is kept: in [0, 1), or a schedule. 0.99 by default. */
  beta2?: Hyperparameter;
  /** The share of the parameter that one update subtracts, times the rate, `lambda`: at least 0, or a schedule. 0 by default. */
  weightDecay?: Hyperparameter;
}

export const LION_OPTIONS = {
  ...COMMON_OPTIONS,
  learningRate: rate(1e-4),
  beta1: share(0.9),
  beta2: share(0.99),
} satisfies Declarations<LionOptions>;

/**
 * Lion: the sign of a momentum, with decoupled weight decay.
 *
 * ```text
 * u = -eta (sign(beta1 m + (1 - beta1) g) + lambda w)
 * m = beta2 m + (1 - beta2) g
 * ```
 *
 * State: `m` of the parameter's shape: 4 bytes a float32 parameter. Default rate 1e-4.
 *
 * Elsewhere: PyTorch has none. Optax `lion`: its default decay is 1e-3.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { lion } from "./lion.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = lion({ learningRate: 0.25 });
 * const params = { w: Float64Array.of(0, 0) };
 * const [updates] = opt.update({ w: Float64Array.of(3, -0.1) }, opt.init(params), params);
 * assertEquals(updates.w, Float64Array.of(-0.25, 0.25));
 * ```
 *
 * @see Chen et al.: Symbolic discovery of optimization algorithms, 2023, Program 1.
 */
export function lion(options: LionOptions = {}): Optimizer {
  const o = { ...ruleOptions("lion", options, LION_OPTIONS), decoupledWeightDecay: true };
  const rule = perParameter({ m: 0 }, (slots, at, name) => {
    const { w, m } = slots;
    const g = penalized(slots.g, w, { ...o, at, name });
    const direction = sign(average(m, g, o.beta1, { at, name: "beta1" }));
    const u = mul(at("rate", (s) => -s.learningRate), direction);
    return { u: shrunk(u, w, { ...o, at, name }), m: average(m, g, o.beta2, { at, name: "beta2" }) };
  });
  return optimizer({
    name: "lion",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
