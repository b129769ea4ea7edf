import { type Declarations, fixed } from "../../options/mod.ts";
import {
  above0,
  COMMON_OPTIONS,
  type CommonOptions,
  decaying,
  penalized,
  rate,
  share,
  shrunk,
} from "../common.ts";
import {
  abs,
  add,
  asSlot,
  div,
  each,
  type Expr,
  mean,
  mul,
  pow,
  type Rule,
  type Slot,
  slotsOf,
  sqrt,
  square,
} from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";
import { average } from "./moments.ts";

/** Options of {@linkcode adahessian}. */
export interface AdahessianOptions extends CommonOptions {
  /** Share of the running average of gradients that is kept: in [0, 1), or a schedule. 0.9 by default. */
  beta1?: Hyperparameter;
  /** Share of the running average of the diagonal's squares that is kept: in [0, 1), or a schedule. 0.999 by default. */
  beta2?: Hyperparameter;
  /** Added to the denominator: above 0, or a schedule. 1e-4 by default. */
  epsilon?: Hyperparameter;
  /** Power of the diagonal in the denominator, `k`: in [0, 1]. 1 by default. */
  hessianPower?: number;
  /** Decoupled weight decay: at least 0, or a schedule. 0 by default. */
  weightDecay?: Hyperparameter;
}

export const ADAHESSIAN_OPTIONS = {
  ...COMMON_OPTIONS,
  learningRate: rate(0.15),
  beta1: share(0.9),
  beta2: share(0.999),
  epsilon: above0(1e-4),
  hessianPower: fixed("in [0, 1]", 1),
} satisfies Declarations<AdahessianOptions>;

/**
 * AdaHessian: Adam with the Hessian's diagonal in the place of the gradient's squares.
 *
 * ```text
 * m = beta1 m + (1 - beta1) g
 * v = beta2 v + (1 - beta2) h^2,  h: |hessian|, its mean over the places of a convolution's kernel
 * u = -eta (m_hat / (sqrt(v_hat)^k + epsilon) + weightDecay w)
 * ```
 *
 * It needs estimates of the Hessian's diagonal, such as Hutchinson's: `update(grads, state, params, { hessians })`. Training
 * programs make Hutchinson's, by a second backward pass in every step. Kernels are parameters of more than two dimensions:
 * the mean is taken over all but the first two.
 *
 * State: `m` of the parameter's shape, and `v` with one element for each kernel: 8 bytes a float32 parameter, 4 to 8 in
 * convolutions. Default rate 0.15.
 *
 * Elsewhere: PyTorch and Optax have none; the authors' `optim_adahessian.py` for images: the same, for kernels of two axes.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { adahessian } from "./adahessian.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = adahessian({ learningRate: 0.1 });
 * const params = { w: Float64Array.of(0) };
 * const hessians = { w: Float64Array.of(-2) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params, { hessians });
 * assertAlmostEquals(updates.w[0]!, -0.1 * 3 / 2.0001, 1e-12);
 * ```
 *
 * @see Yao et al.: ADAHESSIAN: An adaptive second order optimizer for machine learning, 2021, Algorithm 1.
 */
export function adahessian(options: AdahessianOptions = {}): Optimizer {
  const o = { ...ruleOptions("adahessian", options, ADAHESSIAN_OPTIONS), decoupledWeightDecay: true };
  const { beta1, beta2, epsilon, hessianPower } = o;
  const rule: Rule = {
    slots: (params) => ({
      ...slotsOf(params, { m: 0 }),
      ...Object.fromEntries(
        Object.entries(params).map(([p, { shape }]): [string, Slot] => [
          `v/${p}`,
          { shape: shape.map((d, axis) => (axis < 2 ? d : 1)), init: 0 },
        ]),
      ),
    }),
    update({ grads, params, state, hessians, at }) {
      const names = Object.keys(params);
      const g = each(names, (name) => penalized(grads[name]!, params[name]!, { ...o, at, name }));
      const m = each(names, (p) => average(state[`m/${p}`]!, g[p]!, beta1, { at, name: "beta1" }));
      const v = each(names, (p) => {
        const h = square(kernelMean(hessians[p]!));
        return average(state[`v/${p}`]!, h, beta2, { at, name: "beta2" });
      });
      const rate = at("rate", (s) => -s.learningRate / (1 - valueAt(beta1, s.t) ** s.t));
      const correction = at("correction", ({ t }) => 1 / (1 - valueAt(beta2, t) ** t));
      const updates = each(names, (name) => {
        const corrected = mul(correction, v[name]!);
        const root = hessianPower === 1 ? sqrt(corrected) : pow(corrected, hessianPower / 2);
        const step = div(mul(rate, m[name]!), add(root, inStep(at, "epsilon", epsilon)));
        return shrunk(step, params[name]!, { ...o, at, name });
      });
      return { updates, state: { ...asSlot("m", m), ...asSlot("v", v) } };
    },
  };
  return optimizer({
    name: "adahessian",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}

/** Returns the elements' sizes, and of parameters of more than two dimensions their means over all but the first two. */
function kernelMean(hessian: Expr): Expr {
  const size = abs(hessian);
  const places = hessian.shape.map((_, axis) => axis).slice(2);
  return places.length === 0 ? size : mean(size, places);
}
