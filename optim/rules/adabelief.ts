import { checkNumber, checkOptions, type OptionNames } from "../../options/mod.ts";
import { decaying, penalized, shrunk } from "../common.ts";
import { add, div, mul, perParameter, square, sub } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { adamRoot, adamSettings, average, MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";

/** Options of {@linkcode adabelief}. */
export interface AdabeliefOptions extends MomentOptions {
  /** Added to the root: at least 0. 1e-16 by default. */
  epsilon?: number;
  /** Added to the stored second moment at each update: at least 0. 1e-16 by default. */
  epsilonRoot?: number;
  /** Whether to look ahead as NAdam does. `false` by default. */
  nesterov?: boolean;
}

const ADABELIEF_OPTIONS = { ...MOMENT_OPTIONS, nesterov: "flag" } satisfies OptionNames<AdabeliefOptions>;

/**
 * AdaBelief: Adam that divides by the gradient's distance from its expectation instead of by its size.
 *
 * ```text
 * m = beta1 m + (1 - beta1) g
 * s = beta2 s + (1 - beta2) (g - m)^2 + epsilonRoot
 * u = -eta m_hat / (sqrt(s_hat) + epsilon)
 * ```
 *
 * State: `m` and `s` of the parameter's shape: 8 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: PyTorch has none. Optax `adabelief`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { adabelief } from "./adabelief.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = adabelief({ learningRate: 0.1 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * // g - m is 0.9 g at first, so the step is 1/0.9 of Adam's.
 * assertAlmostEquals(updates.w[0]!, -0.1 / 0.9, 1e-8);
 * ```
 *
 * @see Zhuang et al.: AdaBelief optimizer: Adapting stepsizes by the belief in observed gradients, 2020, Algorithm 2.
 */
export function adabelief(options: AdabeliefOptions = {}): Optimizer {
  checkOptions("adabelief", options, ADABELIEF_OPTIONS);
  const { learningRate = 1e-3, epsilon = 1e-16, epsilonRoot = 1e-16, nesterov = false } = options;
  const settings = adamSettings({ ...options, epsilon, epsilonRoot: 0 });
  checkNumber("epsilonRoot", epsilonRoot, "a finite number of at least 0");
  const { beta1, beta2 } = settings;
  const rule = perParameter({ m: 0, s: 0 }, (slots, at, name) => {
    const { w } = slots;
    const g = penalized(slots.g, w, { ...options, name });
    const m = average(slots.m, g, beta1);
    const s = add(average(slots.s, square(sub(g, m)), beta2), epsilonRoot);
    const rate = (t: number, eta: number) => -eta * Math.sqrt(1 - beta2 ** t);
    const step = nesterov
      ? add(
        mul(at("ahead", ({ t, learningRate }) => rate(t, learningRate) * beta1 / (1 - beta1 ** (t + 1))), m),
        mul(at("here", ({ t, learningRate }) => rate(t, learningRate) * (1 - beta1) / (1 - beta1 ** t)), g),
      )
      : mul(at("rate", ({ t, learningRate }) => rate(t, learningRate) / (1 - beta1 ** t)), m);
    const u = div(step, adamRoot(s, { ...settings, at }));
    return { u: shrunk(u, w, { ...options, name, at }), m, s };
  });
  return optimizer({ name: "adabelief", learningRate, rule: decaying(rule, options) });
}
