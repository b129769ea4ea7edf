import { checkChoice, checkForm, checkNumber, checkOptions, type OptionNames } from "../../options/mod.ts";
import { decaying, penalized, shrunk } from "../common.ts";
import { add, div, mul, perParameter, type StepInfo } from "../language/mod.ts";
import { type Optimizer, optimizer, renamed } from "../optimizer.ts";
import { adamMoments, adamRoot, adamSettings, MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";

/** Options of {@linkcode nadam}. */
export interface NadamOptions extends MomentOptions {
  /** The form; see {@linkcode nadam}. `"pytorch"` by default. */
  form?: "pytorch" | "optax";
  /** The speed at which PyTorch's momentum grows to `beta1`, `psi`: at least 0. 4e-3 by default. */
  momentumDecay?: number;
}

const NADAM_OPTIONS = { ...MOMENT_OPTIONS, form: false, momentumDecay: false } satisfies OptionNames<
  NadamOptions
>;

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
  checkOptions("nadam", options, NADAM_OPTIONS);
  const { learningRate = 2e-3, form = "pytorch", momentumDecay = 4e-3 } = options;
  const settings = { ...adamSettings(options) };
  const { beta1, beta2 } = settings;
  checkChoice("form", form, ["pytorch", "optax"]);
  checkNumber("momentumDecay", momentumDecay, "a finite number of at least 0");
  checkForm("nadam", { form, options, only: { pytorch: ["momentumDecay"] } });
  const mu = form === "optax" ? () => beta1 : (t: number) => beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
  const product = form === "optax" ? (t: number) => beta1 ** t : products(mu);
  const rate = ({ t, learningRate }: StepInfo) => -learningRate * Math.sqrt(1 - beta2 ** t);
  const rule = perParameter({ m: 0, v: 0 }, (slots, at, name) => {
    const { w } = slots;
    const g = penalized(slots.g, w, { ...options, name });
    const { m, v } = adamMoments(g, slots, settings);
    const ahead = mul(at("ahead", (s) => rate(s) * mu(s.t + 1) / (1 - product(s.t + 1))), m);
    const here = mul(at("here", (s) => rate(s) * (1 - mu(s.t)) / (1 - product(s.t))), g);
    const u = div(add(ahead, here), adamRoot(v, { ...settings, at }));
    return { u: shrunk(u, w, { ...options, name, at }), m, v };
  });
  return optimizer({ name: "nadam", learningRate, rule: decaying(rule, options) });
}

/** Returns the product of the first t values, kept from call to call: the host reads one t after another. */
function products(f: (t: number) => number): (t: number) => number {
  const known = [1];
  return (t) => {
    for (let i = known.length; i <= t; i++) known.push(known[i - 1]! * f(i));
    return known[t]!;
  };
}

/** Options of {@linkcode nadamw}. */
export interface NadamwOptions extends Omit<NadamOptions, "decoupledWeightDecay"> {
  /** The share of the parameter that one update subtracts, times the rate, `lambda`: at least 0. 1e-2 by default. */
  weightDecay?: number;
}

const { decoupledWeightDecay: _, ...INHERITED } = NADAM_OPTIONS;
const NADAMW_OPTIONS = { ...INHERITED } satisfies OptionNames<NadamwOptions>;

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
  checkOptions("nadamw", options, NADAMW_OPTIONS);
  const { weightDecay = 1e-2, ...rest } = options;
  return renamed("nadamw", nadam({ ...rest, weightDecay, decoupledWeightDecay: true }));
}
