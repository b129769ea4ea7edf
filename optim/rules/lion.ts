import { checkNumber, checkOptions, type OptionNames } from "../../options/mod.ts";
import { checkCommon, COMMON_OPTIONS, type CommonOptions, decaying, penalized, shrunk } from "../common.ts";
import { mul, perParameter, sign } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { average } from "./moments.ts";

/** Options of {@linkcode lion}. */
export interface LionOptions extends CommonOptions {
  /** Share of the average in the direction: in [0, 1). 0.9 by default. */
  beta1?: number;
  /** Share of the average that is kept: in [0, 1). 0.99 by default. */
  beta2?: number;
  /** The share of the parameter that one update subtracts, times the rate, `lambda`: at least 0. 0 by default. */
  weightDecay?: number;
}

const LION_OPTIONS = { ...COMMON_OPTIONS, beta1: false, beta2: false } satisfies OptionNames<LionOptions>;

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
  checkOptions("lion", options, LION_OPTIONS);
  const { learningRate = 1e-4, beta1 = 0.9, beta2 = 0.99 } = options;
  checkCommon(options);
  checkNumber("beta1", beta1, "in [0, 1)");
  checkNumber("beta2", beta2, "in [0, 1)");
  const decoupled = { ...options, decoupledWeightDecay: true };
  const rule = perParameter({ m: 0 }, (slots, at, name) => {
    const { w, m } = slots;
    const g = penalized(slots.g, w, { ...decoupled, name });
    const u = mul(at("rate", (s) => -s.learningRate), sign(average(m, g, beta1)));
    return { u: shrunk(u, w, { ...decoupled, name, at }), m: average(m, g, beta2) };
  });
  return optimizer({ name: "lion", learningRate, rule: decaying(rule, options) });
}
