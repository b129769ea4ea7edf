import type { Declarations } from "../../options/mod.ts";
import { COMMON_OPTIONS, type CommonOptions, decaying, penalized, rate, share } from "../common.ts";
import { mul, perParameter, sign } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, ruleOptions } from "../scheduled.ts";
import { average } from "./moments.ts";

export const SIGN_SGD_OPTIONS = { ...COMMON_OPTIONS, learningRate: rate(1e-3) } satisfies Declarations<
  CommonOptions
>;

/**
 * Takes steps of one size along the signs of the gradient (signSGD).
 *
 * ```text
 * u = -eta sign(g)
 * ```
 *
 * State: none. Default rate 1e-3.
 *
 * Elsewhere: PyTorch has none. Optax `sign_sgd`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { signSgd } from "./sign_sgd.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = signSgd({ learningRate: 0.5 });
 * const params = { w: Float64Array.of(0, 0) };
 * const [updates] = opt.update({ w: Float64Array.of(3, -1e-9) }, opt.init(params), params);
 * assertEquals(updates.w, Float64Array.of(-0.5, 0.5));
 * ```
 *
 * @see Bernstein, Wang, Azizzadenesheli, Anandkumar: signSGD: Compressed optimization for non-convex problems, 2018, Algorithm 1.
 */
export function signSgd(options: CommonOptions = {}): Optimizer {
  const o = ruleOptions("signSgd", options, SIGN_SGD_OPTIONS);
  const rule = perParameter({}, ({ g, w }, at, name) => ({
    u: mul(at("rate", (s) => -s.learningRate), sign(penalized(g, w, { ...o, at, name }))),
  }));
  return optimizer({
    name: "signSgd",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}

/** Options of {@linkcode signum}. */
export interface SignumOptions extends CommonOptions {
  /** Share of the running average of gradients that is kept, `beta`: in [0, 1), or a schedule. 0.9 by default. */
  momentum?: Hyperparameter;
}

export const SIGNUM_OPTIONS = { ...SIGN_SGD_OPTIONS, momentum: share(0.9) } satisfies Declarations<
  SignumOptions
>;

/**
 * Signum: the signs of a momentum.
 *
 * ```text
 * m = beta m + (1 - beta) g
 * u = -eta sign(m)
 * ```
 *
 * State: `m` of the parameter's shape: 4 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: PyTorch has none. Optax `signum`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { signum } from "./sign_sgd.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = signum({ learningRate: 0.5 });
 * const params = { w: Float64Array.of(0) };
 * const [, state] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * const [updates] = opt.update({ w: Float64Array.of(-1) }, state, params);
 * assertEquals(updates.w, Float64Array.of(-0.5));
 * ```
 *
 * @see Bernstein, Wang, Azizzadenesheli, Anandkumar: signSGD: Compressed optimization for non-convex problems, 2018, Algorithm 2.
 */
export function signum(options: SignumOptions = {}): Optimizer {
  const o = ruleOptions("signum", options, SIGNUM_OPTIONS);
  const rule = perParameter({ m: 0 }, (slots, at, name) => {
    const g = penalized(slots.g, slots.w, { ...o, at, name });
    const m = average(slots.m, g, o.momentum, { at, name: "momentum" });
    return { u: mul(at("rate", (s) => -s.learningRate), sign(m)), m };
  });
  return optimizer({
    name: "signum",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
