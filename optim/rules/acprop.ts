import { choice, type Declarations } from "../../options/mod.ts";
import { atLeast0, decaying, penalized, shrunk } from "../common.ts";
import { add, div, mul, perParameter, sqrt, square, sub } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";
import { average, MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";

/** Options of {@linkcode acprop}. */
export interface AcpropOptions extends MomentOptions {
  /** Added to the root: at least 0, or a schedule. 1e-16 by default. */
  epsilon?: Hyperparameter;
  /** Added to the stored second moment at each update: at least 0, or a schedule. 1e-16 by default. */
  epsilonRoot?: Hyperparameter;
  /** The form; see {@linkcode acprop}. `"authors"` by default. */
  form?: "authors" | "optax";
}

export const ACPROP_OPTIONS = {
  ...MOMENT_OPTIONS,
  epsilon: atLeast0(1e-16),
  epsilonRoot: atLeast0(1e-16),
  form: choice(["authors", "optax"], "authors"),
} satisfies Declarations<AcpropOptions>;

/**
 * ACProp: divides the gradient by the root of AdaBelief's second moment of one update before.
 *
 * ```text
 * u = -eta g / (sqrt(s / (1 - beta2^(t-1))) + epsilon)          at first u = -eta g
 * m = beta1 m + (1 - beta1) g
 * s = beta2 s + (1 - beta2) (g - m)^2 + epsilonRoot
 * ```
 *
 * The numerator is the gradient alone, without momentum. In Optax's form, `s` takes the distance from `m` before the update,
 * which is `1 / beta1` times as long, and the first step is divided by `1 + epsilon`.
 *
 * An element whose gradients were all 0 before has a denominator of about `epsilon + sqrt(epsilonRoot)`: with the defaults,
 * its first other gradient makes a step that ends a training. For such data, as inputs that are nearly always 0, raise
 * `epsilon` to 1e-3.
 *
 * State: `m` and `s` of the parameter's shape: 8 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: PyTorch has none; the authors' `ACProp-Optimizer` without its rectification: the same, with one number for both
 * epsilons. Optax `contrib.acprop` is `form: "optax"`.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { acprop } from "./acprop.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = acprop({ learningRate: 0.1 });
 * const params = { w: Float64Array.of(0) };
 * const [first, state] = opt.update({ w: Float64Array.of(2) }, opt.init(params), params);
 * assertAlmostEquals(first.w[0]!, -0.2, 1e-12);
 * // m = 0.2, so that the root of s is 2 - 0.2.
 * const [second] = opt.update({ w: Float64Array.of(9) }, state, params);
 * assertAlmostEquals(second.w[0]!, -0.1 * 9 / 1.8, 1e-12);
 * ```
 *
 * @see Zhuang et al.: Momentum centering and asynchronous update for adaptive gradient methods, 2021.
 */
export function acprop(options: AcpropOptions = {}): Optimizer {
  const o = ruleOptions("acprop", options, ACPROP_OPTIONS);
  const { beta1, beta2, epsilon, form } = o;
  // The first denominator is 1, which the first update forgets.
  const rule = perParameter({ m: 0, s: 1 }, (slots, at, name) => {
    const { w } = slots;
    const g = penalized(slots.g, w, { ...o, at, name });
    const correction = at("correction", ({ t }) => (t === 1 ? 1 : 1 / (1 - valueAt(beta2, t) ** (t - 1))));
    const added = at("epsilon", ({ t }) => (t === 1 && form === "authors" ? 0 : valueAt(epsilon, t)));
    const root = add(sqrt(mul(correction, slots.s)), added);
    const u = div(mul(at("rate", (s) => -s.learningRate), g), root);
    const m = average(slots.m, g, beta1, { at, name: "beta1" });
    const distance = square(sub(g, form === "authors" ? m : slots.m));
    const kept = mul(at("beta2", ({ t }) => (t === 1 ? 0 : valueAt(beta2, t))), slots.s);
    const fresh = mul(inStep(at, "1 - beta2", beta2, (b) => 1 - b), distance);
    const s = add(add(kept, fresh), inStep(at, "stored", o.epsilonRoot));
    return { u: shrunk(u, w, { ...o, at, name }), m, s };
  });
  return optimizer({
    name: "acprop",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
