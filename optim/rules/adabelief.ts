import { type Declarations, flag } from "../../options/mod.ts";
import { atLeast0, decaying, penalized, shrunk } from "../common.ts";
import { add, div, mul, perParameter, square, type StepInfo, sub } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";
import { adamRoot, average, MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";

/** Options of {@linkcode adabelief}. */
export interface AdabeliefOptions extends MomentOptions {
  /** Added to the root: at least 0, or a schedule. 1e-16 by default. */
  epsilon?: Hyperparameter;
  /** Added to the stored second moment at each update: at least 0, or a schedule. 1e-16 by default. */
  epsilonRoot?: Hyperparameter;
  /** Whether to look ahead as NAdam does. `false` by default. */
  nesterov?: boolean;
}

export const ADABELIEF_OPTIONS = {
  ...MOMENT_OPTIONS,
  epsilon: atLeast0(1e-16),
  epsilonRoot: atLeast0(1e-16),
  nesterov: flag(),
} satisfies Declarations<AdabeliefOptions>;

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
  const o = ruleOptions("adabelief", options, ADABELIEF_OPTIONS);
  const { beta1, beta2, nesterov } = o;
  const rule = perParameter({ m: 0, s: 0 }, (slots, at, name) => {
    const { w } = slots;
    const g = penalized(slots.g, w, { ...o, at, name });
    const m = average(slots.m, g, beta1, { at, name: "beta1" });
    const average2 = average(slots.s, square(sub(g, m)), beta2, { at, name: "beta2" });
    const s = add(average2, inStep(at, "stored", o.epsilonRoot));
    const rate = (t: number, eta: number) => -eta * Math.sqrt(1 - valueAt(beta2, t) ** t);
    const ahead = ({ t, learningRate }: StepInfo) => {
      const b = valueAt(beta1, t);
      return rate(t, learningRate) * b / (1 - b ** (t + 1));
    };
    const here = ({ t, learningRate }: StepInfo) => {
      const b = valueAt(beta1, t);
      return rate(t, learningRate) * (1 - b) / (1 - b ** t);
    };
    const plain = ({ t, learningRate }: StepInfo) => rate(t, learningRate) / (1 - valueAt(beta1, t) ** t);
    const step = nesterov
      ? add(mul(at("ahead", ahead), m), mul(at("here", here), g))
      : mul(at("rate", plain), m);
    const u = div(step, adamRoot(s, { ...o, epsilonRoot: 0, at }));
    return { u: shrunk(u, w, { ...o, at, name }), m, s };
  });
  return optimizer({
    name: "adabelief",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
