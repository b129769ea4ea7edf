import type { Declarations } from "../../options/mod.ts";
import {
  atLeast0,
  COMMON_OPTIONS,
  type CommonOptions,
  decaying,
  decays,
  penalized,
  penalty,
  share,
} from "../common.ts";
import { add, div, mul, perParameter, sqrt, square, sum } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";

/** Options of {@linkcode novograd}. */
export interface NovogradOptions extends CommonOptions {
  /** Share of the momentum that is kept: in [0, 1), or a schedule. 0.9 by default. */
  beta1?: Hyperparameter;
  /** Share of the running average of squared norms that is kept: in [0, 1), or a schedule. 0.25 by default. */
  beta2?: Hyperparameter;
  /** Added to the root: at least 0, or a schedule. 1e-6 by default. */
  epsilon?: Hyperparameter;
  /** Added under the root: at least 0, or a schedule. 0 by default. */
  epsilonRoot?: Hyperparameter;
  /** The share of the parameter that enters the momentum, `lambda`: at least 0, or a schedule. 0 by default. */
  weightDecay?: Hyperparameter;
}

export const NOVOGRAD_OPTIONS = {
  ...COMMON_OPTIONS,
  beta1: share(0.9),
  beta2: share(0.25),
  epsilon: atLeast0(1e-6),
  epsilonRoot: atLeast0(0),
} satisfies Declarations<NovogradOptions>;

/**
 * NovoGrad: a second moment of one number a parameter, the squared norm of its gradient.
 *
 * ```text
 * v = beta2 v + (1 - beta2) ||g||^2        at first v = ||g||^2
 * m = beta1 m + g / (sqrt(v) + epsilon) + lambda w
 * u = -eta m
 * ```
 *
 * State: `m` of the parameter's shape and `v`, a scalar: 4 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: PyTorch has none. Optax `novograd`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { novograd } from "./novograd.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = novograd({ learningRate: 1, epsilon: 0 });
 * const params = { w: Float64Array.of(0, 0) };
 * const [updates] = opt.update({ w: Float64Array.of(3, 4) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[1]!, -0.8, 1e-12);
 * ```
 *
 * @see Ginsburg et al.: Stochastic gradient methods with layer-wise adaptive moments, 2019, Algorithm 1.
 */
export function novograd(options: NovogradOptions = {}): Optimizer {
  const o = ruleOptions("novograd", options, NOVOGRAD_OPTIONS);
  const slots = { m: 0, v: { init: 0, shape: () => [] } };
  const rule = perParameter(slots, (inputs, at, name) => {
    const { w } = inputs;
    const settings = { ...o, at, name };
    const g = penalized(inputs.g, w, { ...settings, weightDecay: 0 });
    const kept = at("kept", ({ t }) => (t === 1 ? 0 : valueAt(o.beta2, t)));
    const fresh = at("fresh", ({ t }) => (t === 1 ? 1 : 1 - valueAt(o.beta2, t)));
    const v = add(mul(kept, inputs.v), mul(fresh, sum(square(g))));
    const root = sqrt(add(v, inStep(at, "epsilonRoot", o.epsilonRoot)));
    const d = div(g, add(root, inStep(at, "epsilon", o.epsilon)));
    const entering = decays(settings) ? add(d, penalty(w, settings)) : d;
    const m = add(mul(inStep(at, "beta1", o.beta1), inputs.m), entering);
    return { u: mul(at("rate", (s) => -s.learningRate), m), m, v };
  });
  return optimizer({
    name: "novograd",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
