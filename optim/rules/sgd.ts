import { type Declarations, flag } from "../../options/mod.ts";
import { COMMON_OPTIONS, type CommonOptions, decaying, penalized, share, tuned } from "../common.ts";
import { add, mul, perParameter } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";

/** Options of {@linkcode sgd}. */
export interface SgdOptions extends CommonOptions {
  /** Share of the buffer that is kept, `mu`. In [0, 1), or a schedule; 0 by default: no momentum, no state. */
  momentum?: Hyperparameter;
  /** Share of the gradient that does not enter the buffer, `tau`: in [0, 1], or a schedule. 0 by default. */
  dampening?: Hyperparameter;
  /** Whether to look ahead along the buffer; needs momentum and no dampening. `false` by default. */
  nesterov?: boolean;
}

export const SGD_OPTIONS = {
  ...COMMON_OPTIONS,
  momentum: share(0),
  dampening: tuned("in [0, 1]", 0),
  nesterov: flag(),
} satisfies Declarations<SgdOptions>;

/**
 * SGD: stochastic gradient descent with momentum, as in PyTorch.
 *
 * ```text
 * b = mu b + (1 - tau) g         at the first update b = g, without dampening
 * u = -eta b                     Nesterov: u = -eta (g + mu b); without momentum u = -eta g
 * ```
 *
 * Where a schedule's momentum is 0, the buffer becomes the gradient; PyTorch leaves it as it was.
 *
 * The rate is outside the buffer; in the lecture's form, `momentum({ form: "lecture" })`, it is inside, and the two differ
 * once the rate changes. Optax's `sgd` is the same with no dampening.
 *
 * State: with momentum `b`, of the parameter's shape: 4 bytes a float32 parameter; else none. Default rate 1e-3.
 *
 * Elsewhere: PyTorch `SGD`: the same. Optax `sgd`: the same without dampening.
 *
 * @throws {RangeError} when an option is out of its range, or Nesterov lacks momentum or has dampening.
 *
 * @example
 * ```ts
 * import { sgd } from "./sgd.ts";
 * import { applyUpdates } from "../apply_updates.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = sgd({ learningRate: 0.5, momentum: 0.5 });
 * let params = { w: Float64Array.of(1) };
 * let state = opt.init(params);
 * for (let i = 0; i < 2; i++) {
 *   let updates;
 *   [updates, state] = opt.update({ w: Float64Array.of(1) }, state, params);
 *   params = applyUpdates(params, updates);
 * }
 * assertEquals(params.w[0], 1 - 0.5 - 0.75);
 * ```
 *
 * @see Sutskever, Martens, Dahl, Hinton: On the importance of initialization and momentum in deep learning, 2013.
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const o = ruleOptions("sgd", options, SGD_OPTIONS);
  const { momentum, dampening, nesterov } = o;
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    const [mu, tau] = [momentum, dampening].map((v) => (typeof v === "function" ? "a schedule" : v));
    throw new RangeError(`nesterov needs momentum above 0 and dampening 0, got ${mu} and ${tau}`);
  }
  const plain = perParameter({}, ({ g, w }, at, name) => ({
    u: mul(at("rate", (s) => -s.learningRate), penalized(g, w, { ...o, at, name })),
  }));
  const buffered = perParameter({ b: 0 }, ({ g, w, b }, at, name) => {
    const rate = at("rate", (s) => -s.learningRate);
    const mu = inStep(at, "momentum", momentum);
    const d = penalized(g, w, { ...o, at, name });
    const fresh = dampening === 0
      ? d
      : mul(at("fresh", ({ t }) => (t === 1 ? 1 : 1 - valueAt(dampening, t))), d);
    const next = add(mul(mu, b), fresh);
    return { u: mul(rate, nesterov ? add(d, mul(mu, next)) : next), b: next };
  });
  const rule = decaying(momentum === 0 ? plain : buffered, o);
  return optimizer({ name: "sgd", learningRate: o.learningRate, rule, hyperparameters: o });
}

export const GRADIENT_DESCENT_OPTIONS = { learningRate: COMMON_OPTIONS.learningRate } satisfies Declarations<
  Pick<SgdOptions, "learningRate">
>;

/**
 * Gradient descent: the lecture's `theta = theta - eta grad J`, `sgd` with only a rate.
 *
 * ```text
 * u = -eta g
 * ```
 *
 * State: none. Default rate 1e-3.
 *
 * Elsewhere: PyTorch `SGD`, Optax `sgd`: the same.
 *
 * @throws {RangeError} when the learning rate is out of its range.
 *
 * @example
 * ```ts
 * import { gradientDescent } from "./sgd.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = gradientDescent({ learningRate: 0.5 });
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(4) }, opt.init(params), params);
 * assertEquals(updates.w[0], -2);
 * ```
 *
 * @see Ruder: An overview of gradient descent optimization algorithms, 2016, section 2.1.
 */
export function gradientDescent(options: Pick<SgdOptions, "learningRate"> = {}): Optimizer {
  return sgd(ruleOptions("gradientDescent", options, GRADIENT_DESCENT_OPTIONS));
}
