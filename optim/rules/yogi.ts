import { type Declarations, fixed } from "../../options/mod.ts";
import { atLeast0, decaying, penalized, rate, shrunk } from "../common.ts";
import { mul, perParameter, sign, square, sub } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions } from "../scheduled.ts";
import { adamStep, average, MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";

/** Options of {@linkcode yogi}. */
export interface YogiOptions extends MomentOptions {
  /** Added to the root: at least 0, or a schedule. 1e-3 by default. */
  epsilon?: Hyperparameter;
  /** The first value of both moments: at least 0. 1e-6 by default. */
  initialAccumulator?: number;
}

export const YOGI_OPTIONS = {
  ...MOMENT_OPTIONS,
  learningRate: rate(1e-2),
  epsilon: atLeast0(1e-3),
  initialAccumulator: fixed("a finite number of at least 0", 1e-6),
} satisfies Declarations<YogiOptions>;

/**
 * Yogi: Adam whose second moment moves toward `g g` by a step that does not grow with the distance.
 *
 * ```text
 * m = beta1 m + (1 - beta1) g
 * v = v - (1 - beta2) sign(v - g g) g g
 * u = -eta m_hat / (sqrt(v_hat) + epsilon)
 * ```
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter. Default rate 1e-2.
 *
 * Elsewhere: PyTorch has none. Optax `yogi`: the same, the first moment starting at 1e-6 too.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { yogi } from "./yogi.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = yogi({ learningRate: 0.1, epsilon: 0, initialAccumulator: 0 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.1, 1e-8);
 * ```
 *
 * @see Zaheer, Reddi, Sachan, Kale, Kumar: Adaptive methods for nonconvex optimization, 2018, Algorithm 2.
 */
export function yogi(options: YogiOptions = {}): Optimizer {
  const o = ruleOptions("yogi", options, YOGI_OPTIONS);
  const { initialAccumulator: start } = o;
  const rule = perParameter({ m: start, v: start }, (slots, at, name) => {
    const { w } = slots;
    const g = penalized(slots.g, w, { ...o, at, name });
    const m = average(slots.m, g, o.beta1, { at, name: "beta1" });
    const squared = square(g);
    const fresh = inStep(at, "1 - beta2", o.beta2, (b) => 1 - b);
    const v = sub(slots.v, mul(mul(fresh, sign(sub(slots.v, squared))), squared));
    return { u: shrunk(adamStep(m, v, { ...o, at }), w, { ...o, at, name }), m, v };
  });
  return optimizer({
    name: "yogi",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
