import { choice, type Declarations } from "../../options/mod.ts";
import { decaying, penalized, share, shrunk } from "../common.ts";
import { add, div, mul, perParameter, square, sub } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";
import { adamRoot, average, MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";

/** Options of {@linkcode adan}. */
export interface AdanOptions extends MomentOptions {
  /** Share of the average of gradients that is kept: in [0, 1), or a schedule. 0.98 by default. */
  beta1?: Hyperparameter;
  /** Share of the average of differences of gradients that is kept: in [0, 1), or a schedule. 0.92 by default. */
  beta2?: Hyperparameter;
  /** Share of the average of squares that is kept: in [0, 1), or a schedule. 0.99 by default. */
  beta3?: Hyperparameter;
  /** The form; see {@linkcode adan}. `"paper"` by default. */
  form?: "paper" | "optax";
}

export const ADAN_OPTIONS = {
  ...MOMENT_OPTIONS,
  beta1: share(0.98),
  beta2: share(0.92),
  beta3: share(0.99),
  form: choice(["paper", "optax"], "paper"),
} satisfies Declarations<AdanOptions>;

/**
 * Adan: Adam with Nesterov's look ahead, estimated from differences of gradients.
 *
 * ```text
 * d = g - g_before                                       0 at first
 * m = beta1 m + (1 - beta1) g
 * v = beta2 v + (1 - beta2) d
 * n = beta3 n + (1 - beta3) (g + c d)^2
 * u = -eta (m_hat + c v_hat) / (sqrt(n_hat) + epsilon)
 * paper: c = beta2;  optax: c = 1 - beta2
 * ```
 *
 * The betas are shares that are kept, as in the authors' code and Optax; the paper writes one minus them.
 *
 * State: `m`, `v`, `n` and `p` (the gradient before) of the parameter's shape: 16 bytes a float32 parameter. Default rate
 * 1e-3.
 *
 * Elsewhere: PyTorch has none. Optax `adan` is `form: "optax"`, with a default `eps_root` of 1e-8.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { adan } from "./adan.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = adan({ learningRate: 0.1 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.1, 1e-8);
 * ```
 *
 * @see Xie, Zhou, Li, Lin, Yan: Adan: Adaptive Nesterov momentum algorithm for faster optimizing deep models, 2022, Algorithm 1.
 */
export function adan(options: AdanOptions = {}): Optimizer {
  const o = ruleOptions("adan", options, ADAN_OPTIONS);
  const { beta1, beta2, beta3, form } = o;
  const ahead = (b2: number) => (form === "paper" ? b2 : 1 - b2);
  const rule = perParameter({ m: 0, v: 0, n: 0, p: 0 }, (slots, at, name) => {
    const { w } = slots;
    const g = penalized(slots.g, w, { ...o, at, name });
    const d = mul(at("later", ({ t }) => (t === 1 ? 0 : 1)), sub(g, slots.p));
    const m = average(slots.m, g, beta1, { at, name: "beta1" });
    const v = average(slots.v, d, beta2, { at, name: "beta2" });
    const moved = mul(inStep(at, "moved", beta2, ahead), d);
    const n = average(slots.n, square(add(g, moved)), beta3, { at, name: "beta3" });
    const root = (t: number, eta: number) => -eta * Math.sqrt(1 - valueAt(beta3, t) ** t);
    const rate = at("rate", (s) => root(s.t, s.learningRate) / (1 - valueAt(beta1, s.t) ** s.t));
    const look = at("ahead", (s) => {
      const b2 = valueAt(beta2, s.t);
      return root(s.t, s.learningRate) * ahead(b2) / (1 - b2 ** s.t);
    });
    const u = div(add(mul(rate, m), mul(look, v)), adamRoot(n, { ...o, beta2: beta3, at }));
    return { u: shrunk(u, w, { ...o, at, name }), m, v, n, p: g };
  });
  return optimizer({
    name: "adan",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
