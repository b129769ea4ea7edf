import type { Declarations } from "../../options/mod.ts";
import { above0, COMMON_OPTIONS, type CommonOptions, decaying, penalized, rate, share } from "../common.ts";
import { add, div, mul, perParameter, sqrt, square } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions } from "../scheduled.ts";
import { average } from "./moments.ts";

/** Options of {@linkcode adadelta}. */
export interface AdadeltaOptions extends CommonOptions {
  /** Share of the running averages that is kept, `rho`: in [0, 1), or a schedule. 0.9 by default; the paper also has 0.95. */
  decay?: Hyperparameter;
  /** Added to both averages: above 0, or a schedule. 1e-6 by default. */
  epsilon?: Hyperparameter;
}

export const ADADELTA_OPTIONS = {
  ...COMMON_OPTIONS,
  learningRate: rate(1),
  decay: share(0.9),
  epsilon: above0(1e-6),
} satisfies Declarations<AdadeltaOptions>;

/**
 * Adadelta: steps in units of the parameter, by the ratio of two root mean squares.
 *
 * ```text
 * v = rho v + (1 - rho) g g
 * d = sqrt(a + epsilon) / sqrt(v + epsilon) g
 * a = rho a + (1 - rho) d d
 * u = -eta d
 * ```
 *
 * State: `v` and `a` of the parameter's shape: 8 bytes a float32 parameter. Default rate 1, the paper's.
 *
 * Elsewhere: PyTorch `Adadelta`, Optax `adadelta`: the same. tfjs divides by the average before this gradient.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { adadelta } from "./adadelta.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = adadelta({ decay: 0.75, epsilon: 1 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(2) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -2 / Math.sqrt(0.25 * 4 + 1), 1e-12);
 * ```
 *
 * @see Zeiler: ADADELTA: An adaptive learning rate method, 2012, Algorithm 1.
 */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  const o = ruleOptions("adadelta", options, ADADELTA_OPTIONS);
  const rule = perParameter({ v: 0, a: 0 }, (slots, at, name) => {
    const decay = { at, name: "decay" };
    const epsilon = inStep(at, "epsilon", o.epsilon);
    const g = penalized(slots.g, slots.w, { ...o, at, name });
    const v = average(slots.v, square(g), o.decay, decay);
    const d = mul(div(sqrt(add(slots.a, epsilon)), sqrt(add(v, epsilon))), g);
    return {
      u: mul(at("rate", (s) => -s.learningRate), d),
      v,
      a: average(slots.a, square(d), o.decay, decay),
    };
  });
  return optimizer({
    name: "adadelta",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
