import { checkNumber, checkOptions, type OptionNames } from "../../options/mod.ts";
import { checkCommon, COMMON_OPTIONS, type CommonOptions, decaying, penalized } from "../common.ts";
import { add, div, mul, perParameter, sqrt, square, sum } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";

/** Options of {@linkcode novograd}. */
export interface NovogradOptions extends CommonOptions {
  /** Share of the momentum that is kept: in [0, 1). 0.9 by default. */
  beta1?: number;
  /** Share of the running average of squared norms that is kept: in [0, 1). 0.25 by default. */
  beta2?: number;
  /** Added to the root: at least 0. 1e-6 by default. */
  epsilon?: number;
  /** Added under the root: at least 0. 0 by default. */
  epsilonRoot?: number;
  /** The share of the parameter that enters the momentum, `lambda`: at least 0. 0 by default. */
  weightDecay?: number;
}

const NOVOGRAD_OPTIONS = {
  ...COMMON_OPTIONS,
  beta1: false,
  beta2: false,
  epsilon: false,
  epsilonRoot: false,
} satisfies OptionNames<NovogradOptions>;

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
  checkOptions("novograd", options, NOVOGRAD_OPTIONS);
  const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.25, epsilon = 1e-6, epsilonRoot = 0 } = options;
  const { weightDecay = 0, decayMask = () => true } = options;
  checkCommon(options);
  checkNumber("beta1", beta1, "in [0, 1)");
  checkNumber("beta2", beta2, "in [0, 1)");
  checkNumber("epsilon", epsilon, "a finite number of at least 0");
  checkNumber("epsilonRoot", epsilonRoot, "a finite number of at least 0");
  const slots = { m: 0, v: { init: 0, shape: () => [] } };
  const rule = perParameter(slots, (inputs, at, name) => {
    const { w } = inputs;
    const g = penalized(inputs.g, w, { ...options, weightDecay: 0 });
    const kept = at("kept", ({ t }) => (t === 1 ? 0 : beta2));
    const fresh = at("fresh", ({ t }) => (t === 1 ? 1 : 1 - beta2));
    const v = add(mul(kept, inputs.v), mul(fresh, sum(square(g))));
    const d = div(g, add(sqrt(add(v, epsilonRoot)), epsilon));
    const entering = weightDecay > 0 && decayMask(name) ? add(d, mul(weightDecay, w)) : d;
    const m = add(mul(beta1, inputs.m), entering);
    return { u: mul(at("rate", (s) => -s.learningRate), m), m, v };
  });
  return optimizer({ name: "novograd", learningRate, rule: decaying(rule, options) });
}
