import { checkForm, choice, type Declarations } from "../../options/mod.ts";
import { atLeast0, decaying, penalized, rate, shrunk } from "../common.ts";
import { add, div, mul, perParameter, type StepInfo } from "../language/mod.ts";
import { type Optimizer, optimizer, renamed } from "../optimizer.ts";
import { type Hyperparameter, ruleOptions, valueAt } from "../scheduled.ts";
import { adamMoments, adamRoot, MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";

/** Options of {@linkcode nadam}. */
export interface NadamOptions extends MomentOptions {
  /** The form; see {@linkcode nadam}. `"pytorch"` by default. */
  form?: "pytorch" | "optax";
  /** The speed at which PyTorch's momentum grows to `beta1`, `psi`: at least 0, or a schedule. 4e-3 by default. */
  momentumDecay?: Hyperparameter;
}

export const NADAM_OPTIONS = {
  ...MOMENT_OPTIONS,
  learningRate: rate(2e-3),
  form: choice(["pytorch", "optax"], "pytorch"),
  momentumDecay: atLeast0(4e-3),
} satisfies Declarations<NadamOptions>;

/**
 * NAdam: Adam with Nesterov's look ahead.
 *
 * ```text
 * m, v as in Adam
 * pytorch:  mu_t = beta1 (1 - 0.96^(t psi) / 2);  M_t = mu_1 … mu_t
 *           m_hat = mu_{t+1} m / (1 - M_{t+1}) + (1 - mu_t) g / (1 - M_t)
 * optax:    m_hat = beta1 m / (1 - beta1^(t+1)) + (1 - beta1) g / (1 - beta1^t)
 * u = -eta m_hat / (sqrt(v_hat) + epsilon)
 * ```
 *
 * PyTorch's form is the paper's, with its schedule of the momentum; Optax holds the momentum constant.
 * Of schedules of `beta1` and `momentumDecay` each factor of `M_t` has the values of its own step, as in PyTorch.
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter. Default rate 2e-3.
 *
 * Elsewhere: PyTorch `NAdam`: the same. Optax `nadam` is `form: "optax"`.
 *
 * @throws {RangeError} when an option is out of its range, or one of the other form's.
 *
 * @example
 * ```ts
 * import { nadam } from "./nadam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = nadam({ learningRate: 0.1, form: "optax", beta1: 0.5 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.1 * (0.5 * 0.5 / 0.75 + 1), 1e-8);
 * ```
 *
 * @see Dozat: Incorporating Nesterov momentum into Adam, 2016, Algorithm 2.
 */
export function nadam(options: NadamOptions = {}): Optimizer {
  const o = ruleOptions("nadam", options, NADAM_OPTIONS);
  const { beta1, beta2, form, momentumDecay } = o;
  checkForm("nadam", { form, options, only: { pytorch: ["momentumDecay"] } });
  /** PyTorch's momentum of the update `k`, by the hyper-parameters of the update `t`. */
  const grown = (k: number, t: number) =>
    valueAt(beta1, t) * (1 - 0.5 * 0.96 ** (k * valueAt(momentumDecay, t)));
  const products = productsOf((t) => grown(t, t));
  const optax = form === "optax";
  const mu = (k: number, t: number) => (optax ? valueAt(beta1, t) : grown(k, t));
  const product = (t: number) => (optax ? valueAt(beta1, t) ** t : products(t));
  const next = (t: number) => (optax ? valueAt(beta1, t) ** (t + 1) : products(t) * grown(t + 1, t));
  const rate = ({ t, learningRate }: StepInfo) => -learningRate * Math.sqrt(1 - valueAt(beta2, t) ** t);
  const rule = perParameter({ m: 0, v: 0 }, (slots, at, name) => {
    const settings = { ...o, at, name };
    const { w } = slots;
    const g = penalized(slots.g, w, settings);
    const { m, v } = adamMoments(g, slots, settings);
    const ahead = mul(at("ahead", (s) => rate(s) * mu(s.t + 1, s.t) / (1 - next(s.t))), m);
    const here = mul(at("here", (s) => rate(s) * (1 - mu(s.t, s.t)) / (1 - product(s.t))), g);
    const u = div(add(ahead, here), adamRoot(v, settings));
    return { u: shrunk(u, w, settings), m, v };
  });
  return optimizer({
    name: "nadam",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}

/** Returns the product of the first t values, kept from call to call: the host reads one t after another. */
function productsOf(f: (t: number) => number): (t: number) => number {
  const known = [1];
  return (t) => {
    for (let i = known.length; i <= t; i++) known.push(known[i - 1]! * f(i));
    return known[t]!;
  };
}

/** Options of {@linkcode nadamw}. */
export interface NadamwOptions extends Omit<NadamOptions, "decoupledWeightDecay"> {
  /** The share of the parameter that one update subtracts, times the rate, `lambda`: at least 0, or a schedule. 1e-2 by default. */
  weightDecay?: Hyperparameter;
}

const { decoupledWeightDecay: _, ...INHERITED } = NADAM_OPTIONS;
export const NADAMW_OPTIONS = {
  ...INHERITED,
  weightDecay: atLeast0(1e-2),
} satisfies Declarations<NadamwOptions>;

/**
 * NAdamW: NAdam with weight decay outside the gradient instead of in it.
 *
 * ```text
 * u = NAdam's u - eta lambda w
 * ```
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter. Default rate 2e-3.
 *
 * Elsewhere: PyTorch `NAdam(decoupled_weight_decay=True)`: the same. Optax `nadamw` is `form: "optax"`, its default decay 1e-4.
 *
 * @throws {RangeError} when an option is out of its range, or one of the other form's.
 *
 * @example
 * ```ts
 * import { nadamw } from "./nadam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = nadamw({ learningRate: 0.1, weightDecay: 0.5 });
 * const params = { w: Float64Array.of(2) };
 * const [updates] = opt.update({ w: Float64Array.of(0) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.1 * 0.5 * 2, 1e-12);
 * ```
 *
 * @see Dozat: Incorporating Nesterov momentum into Adam, 2016; Loshchilov, Hutter: Decoupled weight decay regularization, 2019.
 */
export function nadamw(options: NadamwOptions = {}): Optimizer {
  const o = ruleOptions("nadamw", options, NADAMW_OPTIONS);
  return renamed("nadamw", nadam({ ...options, weightDecay: o.weightDecay, decoupledWeightDecay: true }));
}
