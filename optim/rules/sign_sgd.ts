import { checkNumber, checkOptions, type OptionNames } from "../../options/mod.ts";
import { checkCommon, COMMON_OPTIONS, type CommonOptions, decaying, penalized } from "../common.ts";
import { mul, perParameter, sign } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { average } from "./moments.ts";

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
  checkOptions("signSgd", options, COMMON_OPTIONS);
  const { learningRate = 1e-3 } = options;
  checkCommon(options);
  const rule = perParameter({}, ({ g, w }, at, name) => ({
    u: mul(at("rate", (s) => -s.learningRate), sign(penalized(g, w, { ...options, name }))),
  }));
  return optimizer({ name: "signSgd", learningRate, rule: decaying(rule, options) });
}

/** Options of {@linkcode signum}. */
export interface SignumOptions extends CommonOptions {
  /** Share of the running average of gradients that is kept, `beta`: in [0, 1). 0.9 by default. */
  momentum?: number;
}

const SIGNUM_OPTIONS = { ...COMMON_OPTIONS, momentum: false } satisfies OptionNames<SignumOptions>;

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
  checkOptions("signum", options, SIGNUM_OPTIONS);
  const { learningRate = 1e-3, momentum = 0.9 } = options;
  checkCommon(options);
  checkNumber("momentum", momentum, "in [0, 1)");
  const rule = perParameter({ m: 0 }, (slots, at, name) => {
    const m = average(slots.m, penalized(slots.g, slots.w, { ...options, name }), momentum);
    return { u: mul(at("rate", (s) => -s.learningRate), sign(m)), m };
  });
  return optimizer({ name: "signum", learningRate, rule: decaying(rule, options) });
}
