import { type Declarations, fixed } from "../../options/mod.ts";
import { above0, COMMON_OPTIONS, type CommonOptions, decaying, penalized, rate } from "../common.ts";
import { abs, add, div, max, mul, perParameter, sub } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, type LearningRate, ruleOptions } from "../scheduled.ts";

/** Options of {@linkcode cocob}. */
export interface CocobOptions extends CommonOptions {
  /** A factor on the gradient: a finite number of at least 0, or a schedule. 1 by default. */
  learningRate?: LearningRate;
  /** Limits the first bets, the paper's `alpha`: above 0, or a schedule. 100 by default. */
  alpha?: Hyperparameter;
  /** The first value of the greatest gradient: above 0. 1e-8 by default. */
  epsilon?: number;
}

export const COCOB_OPTIONS = {
  ...COMMON_OPTIONS,
  learningRate: rate(1),
  alpha: above0(100),
  epsilon: fixed("a finite number above 0", 1e-8),
} satisfies Declarations<CocobOptions>;

/**
 * COCOB: bets on the sign of each element's next gradient, a share of what former bets have won.
 *
 * ```text
 * l = max(l, |g|);  a = a + |g|;  c = c - g                   l = epsilon at first
 * r = max(r - g (w - w_0), 0)
 * u = w_0 + c (l + r) / (l max(a + l, alpha l)) - w
 * ```
 *
 * No rate to tune: `learningRate` is a factor on `g`, 1 by default. A constant factor has no effect except beside `epsilon`.
 *
 * State: `l`, `a`, `c`, `r` and `start` of the parameter's shape: 20 bytes a float32 parameter. Default rate 1.
 *
 * Elsewhere: PyTorch has none. Optax `contrib.cocob`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { cocob } from "./cocob.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = cocob({ alpha: 50 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(4) }, opt.init(params), params);
 * // -4 times 4, over 4 times 50 times 4.
 * assertAlmostEquals(updates.w[0]!, -0.02, 1e-12);
 * ```
 *
 * @see Orabona, Tommasi: Training deep networks without learning rates through coin betting, 2017, Algorithm 2.
 */
export function cocob(options: CocobOptions = {}): Optimizer {
  const o = ruleOptions("cocob", options, COCOB_OPTIONS);
  const rule = perParameter({ l: o.epsilon, a: 0, c: 0, r: 0, start: "param" }, (slots, at, name) => {
    const { w, start } = slots;
    const g = mul(at("rate", (s) => s.learningRate), penalized(slots.g, w, { ...o, at, name }));
    const size = abs(g);
    const l = max(slots.l, size);
    const a = add(slots.a, size);
    const c = sub(slots.c, g);
    const r = max(sub(slots.r, mul(g, sub(w, start))), 0);
    const limit = mul(l, max(add(a, l), mul(inStep(at, "alpha", o.alpha), l)));
    const u = sub(add(start, mul(div(c, limit), add(l, r))), w);
    return { u, l, a, c, r, start };
  });
  return optimizer({
    name: "cocob",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
