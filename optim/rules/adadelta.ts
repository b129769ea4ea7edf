import { checkNumber, checkOptions, type OptionNames } from "../../options/mod.ts";
import { checkCommon, COMMON_OPTIONS, type CommonOptions, decaying, penalized } from "../common.ts";
import { add, div, mul, perParameter, sqrt, square } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { average } from "./moments.ts";

/** Options of {@linkcode adadelta}. */
export interface AdadeltaOptions extends CommonOptions {
  /** Share of the running averages that is kept, `rho`: in [0, 1). 0.9 by default; the paper also has 0.95. */
  decay?: number;
  /** Added to both averages: above 0. 1e-6 by default. */
  epsilon?: number;
}

const ADADELTA_OPTIONS = { ...COMMON_OPTIONS, decay: false, epsilon: false } satisfies OptionNames<
  AdadeltaOptions
>;

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
  checkOptions("adadelta", options, ADADELTA_OPTIONS);
  const { learningRate = 1, decay = 0.9, epsilon = 1e-6 } = options;
  checkCommon(options);
  checkNumber("decay", decay, "in [0, 1)");
  checkNumber("epsilon", epsilon, "a finite number above 0");
  const rule = perParameter({ v: 0, a: 0 }, (slots, at, name) => {
    const g = penalized(slots.g, slots.w, { ...options, name });
    const v = average(slots.v, square(g), decay);
    const d = mul(div(sqrt(add(slots.a, epsilon)), sqrt(add(v, epsilon))), g);
    return { u: mul(at("rate", (s) => -s.learningRate), d), v, a: average(slots.a, square(d), decay) };
  });
  return optimizer({ name: "adadelta", learningRate, rule: decaying(rule, options) });
}
