import type { Declarations } from "../../options/mod.ts";
import { above0, rate } from "../common.ts";
import { mul, perParameter, sub } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, type LearningRate, ruleOptions } from "../scheduled.ts";
import { trustRatio } from "./trust_ratio.ts";

/** Options of {@linkcode fromage}. */
export interface FromageOptions {
  /** The learning rate: a finite number of at least 0, or a schedule. 1e-2 by default. */
  learningRate?: LearningRate;
  /** The least norm that a parameter or gradient counts with: above 0, or a schedule. 1e-6 by default. */
  minNorm?: Hyperparameter;
}

export const FROMAGE_OPTIONS = {
  learningRate: rate(1e-2),
  minNorm: above0(1e-6),
} satisfies Declarations<FromageOptions>;

/**
 * Fromage: steps in proportion to the parameter's norm, which itself is kept from growing.
 *
 * ```text
 * w + u = (w - eta ||w|| / ||g|| g) / sqrt(1 + eta^2)
 * ```
 *
 * State: none. Default rate 1e-2.
 *
 * Elsewhere: PyTorch has none. Optax `fromage`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { fromage } from "./fromage.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = fromage({ learningRate: 0.75 });
 * const params = { w: Float64Array.of(3, 4) };
 * const [updates] = opt.update({ w: Float64Array.of(0, 7) }, opt.init(params), params);
 * assertAlmostEquals(4 + updates.w[1]!, (4 - 0.75 * 5) / 1.25, 1e-12);
 * ```
 *
 * @see Bernstein, Vahdat, Yue, Liu: On the distance between two neural networks and the stability of learning, 2020, Algorithm 1.
 */
export function fromage(options: FromageOptions = {}): Optimizer {
  const o = ruleOptions("fromage", options, FROMAGE_OPTIONS);
  const shrink = (eta: number) => 1 / Math.sqrt(1 + eta * eta);
  const rule = perParameter({}, ({ g, w }, at) => {
    const rate = at("rate", (s) => s.learningRate * shrink(s.learningRate));
    const minNorm = inStep(at, "minNorm", o.minNorm);
    const step = mul(mul(rate, trustRatio(w, g, { minNorm })), g);
    return { u: sub(mul(at("shrink", (s) => shrink(s.learningRate) - 1), w), step) };
  });
  return optimizer({ name: "fromage", learningRate: o.learningRate, rule, hyperparameters: o });
}
