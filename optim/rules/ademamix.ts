import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { decaying, penalized, shrunk } from "../common.ts";
import { add, div, mul, perParameter, square, type StepInfo } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { scheduled } from "../scheduled.ts";
import { adamRoot, adamSettings, average, MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";

/** Options of {@linkcode ademamix}. */
export interface AdemamixOptions extends MomentOptions {
  /** Share of the slow average that is kept: in [0, 1), or a schedule. 0.9999 by default. */
  beta3?: number | ((count: number) => number);
  /** Weight of the slow average: at least 0, or a schedule. 5 by default. */
  alpha?: number | ((count: number) => number);
}

const ADEMAMIX_OPTIONS = { ...MOMENT_OPTIONS, beta3: false, alpha: false } satisfies OptionNames<
  AdemamixOptions
>;

/**
 * AdEMAMix: Adam with a second, much slower average of the gradients added to its first moment.
 *
 * ```text
 * m, v as in Adam
 * s = beta3 s + (1 - beta3) g
 * u = -eta (m_hat + alpha s) / (sqrt(v_hat) + epsilon)
 * ```
 *
 * The slow average is not corrected for its start. The paper raises `alpha` and `beta3` over the first steps: give schedules.
 *
 * State: `m`, `s` and `v` of the parameter's shape: 12 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: PyTorch has none. Optax `contrib.ademamix`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { ademamix } from "./ademamix.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = ademamix({ learningRate: 0.1, beta3: 0.5, alpha: 2 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.1 * (1 + 2 * 0.5), 1e-8);
 * ```
 *
 * @see Pagliardini, Ablin, Grangier: The AdEMAMix optimizer: Better, faster, older, 2024, Algorithm 1.
 */
export function ademamix(options: AdemamixOptions = {}): Optimizer {
  checkOptions("ademamix", options, ADEMAMIX_OPTIONS);
  const { learningRate = 1e-3, beta3 = 0.9999, alpha = 5 } = options;
  const slowKept = scheduled("ademamix: beta3", beta3, "in [0, 1)");
  const slowWeight = scheduled("ademamix: alpha", alpha, "a finite number of at least 0");
  const settings = adamSettings(options);
  const { beta1, beta2 } = settings;
  const rule = perParameter({ m: 0, s: 0, v: 0 }, (slots, at, name) => {
    const { w } = slots;
    const g = penalized(slots.g, w, { ...options, name });
    const m = average(slots.m, g, beta1);
    const s = add(
      mul(at("kept", (step) => slowKept(step.t - 1)), slots.s),
      mul(at("fresh", (step) => 1 - slowKept(step.t - 1)), g),
    );
    const v = average(slots.v, square(g), beta2);
    const root = (step: StepInfo) => -step.learningRate * Math.sqrt(1 - beta2 ** step.t);
    const fast = mul(at("fast", (step) => root(step) / (1 - beta1 ** step.t)), m);
    const slow = mul(at("slow", (step) => root(step) * slowWeight(step.t - 1)), s);
    const u = div(add(fast, slow), adamRoot(v, { ...settings, at }));
    return { u: shrunk(u, w, { ...options, name, at }), m, s, v };
  });
  return optimizer({ name: "ademamix", learningRate, rule: decaying(rule, options) });
}
