import { type Declarations, fixed } from "../../options/mod.ts";
import { atLeast0, COMMON_OPTIONS, type CommonOptions, decaying, penalized, rate } from "../common.ts";
import { add, mul, perParameter, type StepInfo, sub } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, ruleOptions, valueAt } from "../scheduled.ts";

/** Options of {@linkcode asgd}. */
export interface AsgdOptions extends CommonOptions {
  /** Decay of the parameters and of the rate, `lambda`: at least 0, or a schedule. 1e-4 by default. */
  lambda?: Hyperparameter;
  /** Power of the rate's decay: at least 0, or a schedule. 0.75 by default. */
  alpha?: Hyperparameter;
  /** The update after which averaging begins: at least 0. 1e6 by default. */
  t0?: number;
}

export const ASGD_OPTIONS = {
  ...COMMON_OPTIONS,
  learningRate: rate(1e-2),
  lambda: atLeast0(1e-4),
  alpha: atLeast0(0.75),
  t0: fixed("a finite number of at least 0", 1e6),
} satisfies Declarations<AsgdOptions>;

/**
 * Averaged SGD: SGD with a decaying rate, evaluated at the average of its parameters.
 *
 * ```text
 * eta_t = eta / (1 + lambda eta (t - 1))^alpha
 * u = -eta_t (g + lambda w)
 * a = a + mu (w + u - a);  mu = 1 / max(1, t - 1 - t0)        evaluationParams() gives a
 * ```
 *
 * State: `a` of the parameter's shape: 4 bytes a float32 parameter. Default rate 1e-2.
 *
 * Elsewhere: PyTorch `ASGD`: the same at a constant rate, where `a` is called `ax`. Under a schedule PyTorch computes
 * `eta_t` from the rate of the previous update, because it does so at that update's end; here `eta` is the rate of
 * update `t` itself. Optax has none.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { asgd } from "./asgd.ts";
 * import { applyUpdates } from "../apply_updates.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = asgd({ learningRate: 1, lambda: 0, t0: 0 });
 * let params = { w: Float64Array.of(0) };
 * let state = opt.init(params);
 * for (const g of [-1, -2, -3]) {
 *   let updates;
 *   [updates, state] = opt.update({ w: Float64Array.of(g) }, state, params);
 *   params = applyUpdates(params, updates);
 * }
 * // The parameters were 1, 3, 6; the average takes over at the second.
 * assertEquals(opt.evaluationParams(params, state).w[0], (3 + 6) / 2);
 * ```
 *
 * @see Polyak, Juditsky: Acceleration of stochastic approximation by averaging, 1992; Bottou: Large-scale machine learning
 * with stochastic gradient descent, 2010, for the rate.
 */
export function asgd(options: AsgdOptions = {}): Optimizer {
  const o = ruleOptions("asgd", options, ASGD_OPTIONS);
  const lambda = (s: StepInfo) => valueAt(o.lambda, s.t);
  const eta = (s: StepInfo) =>
    s.learningRate / (1 + lambda(s) * s.learningRate * (s.t - 1)) ** valueAt(o.alpha, s.t);
  const rule = perParameter({ a: "param" }, ({ g, w, a }, at, name) => {
    const step = mul(at("rate", (s) => -eta(s)), penalized(g, w, { ...o, at, name }));
    const u = add(mul(at("shrink", (s) => -lambda(s) * eta(s)), w), step);
    const mu = at("share", ({ t }) => 1 / Math.max(1, t - 1 - o.t0));
    return { u, a: add(a, mul(mu, sub(add(w, u), a))) };
  }, { evaluation: ({ a }) => a });
  return optimizer({
    name: "asgd",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
