import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { decaying, penalized, shrunk } from "../common.ts";
import { abs, add, div, max, mul, perParameter } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { adamSettings, average, MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";

/** Options of {@linkcode adamax}. */
export type AdamaxOptions = Omit<MomentOptions, "epsilonRoot">;

const { epsilonRoot: _, ...INHERITED } = MOMENT_OPTIONS;
const ADAMAX_OPTIONS = { ...INHERITED } satisfies OptionNames<AdamaxOptions>;

/**
 * AdaMax: Adam with the greatest recent gradient instead of the root mean square.
 *
 * ```text
 * m = beta1 m + (1 - beta1) g
 * v = max(beta2 v, |g| + epsilon)
 * u = -eta / (1 - beta1^t) m / v
 * ```
 *
 * The paper has no epsilon; here it is inside the maximum, as in PyTorch and Optax.
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter. Default rate 2e-3.
 *
 * Elsewhere: PyTorch `Adamax`, Optax `adamax`: the same. Optax `adamaxw` is `decoupledWeightDecay`.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { adamax } from "./adamax.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = adamax({ learningRate: 0.1 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(-7) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 0.1, 1e-8);
 * ```
 *
 * @see Kingma, Ba: Adam: A method for stochastic optimization, 2015, Algorithm 2.
 */
export function adamax(options: AdamaxOptions = {}): Optimizer {
  checkOptions("adamax", options, ADAMAX_OPTIONS);
  const { learningRate = 2e-3 } = options;
  const { beta1, beta2, epsilon } = adamSettings(options);
  const rule = perParameter({ m: 0, v: 0 }, (slots, at, name) => {
    const { w } = slots;
    const g = penalized(slots.g, w, { ...options, name });
    const m = average(slots.m, g, beta1);
    const v = max(mul(beta2, slots.v), add(abs(g), epsilon));
    const rate = at("rate", (s) => -s.learningRate / (1 - beta1 ** s.t));
    return { u: shrunk(div(mul(rate, m), v), w, { ...options, name, at }), m, v };
  });
  return optimizer({ name: "adamax", learningRate, rule: decaying(rule, options) });
}
