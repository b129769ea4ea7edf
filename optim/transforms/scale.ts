import type { Declarations } from "../../options/mod.ts";
import { mul, perParameter } from "../language/mod.ts";
import { type Optimizer, optimizer, type Transform, transform } from "../optimizer.ts";
import { type Hyperparameter, inStep, type LearningRate, ruleOptions } from "../scheduled.ts";

/** The declaration of the factor of {@linkcode scale}. */
export const SCALE_OPTIONS = {
  factor: { kind: "number", range: "a finite number", schedule: true, required: true },
} satisfies Declarations<{ factor: Hyperparameter }>;

/** The declaration of the rate of {@linkcode scaleByLearningRate}. */
export const SCALE_BY_LEARNING_RATE_OPTIONS = {
  learningRate: { kind: "number", range: "a finite number of at least 0", schedule: true, required: true },
} satisfies Declarations<{ learningRate: LearningRate }>;

/**
 * Multiplies the updates by a factor.
 *
 * ```text
 * u = factor g
 * ```
 *
 * @param factor a finite number, or a schedule
 * @throws {RangeError} when the factor is no finite number.
 *
 * @example
 * ```ts
 * import { scale } from "./scale.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = scale(-0.5);
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertEquals(updates.w[0], -1.5);
 * ```
 *
 * A transform, whatever the sign: to descend, end a chain with {@linkcode scaleByLearningRate}.
 *
 * @see Optax `scale`.
 */
export function scale(factor: Hyperparameter): Transform {
  const { factor: value } = ruleOptions("scale", { factor }, SCALE_OPTIONS);
  const rule = perParameter({}, ({ g }, at) => ({ u: mul(inStep(at, "factor", value), g) }));
  return transform({ name: "scale", rule, hyperparameters: { factor: value } });
}

/**
 * Multiplies the updates by minus the learning rate: the last link of a chain that descends.
 *
 * ```text
 * u = -eta g
 * ```
 *
 * @param learningRate a finite number of at least 0, or a schedule
 * @throws {RangeError} when the learning rate is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByLearningRate } from "./scale.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = scaleByLearningRate((count) => 1 / (1 + count));
 * const params = { w: Float64Array.of(0) };
 * const [, state] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertEquals(opt.update({ w: Float64Array.of(3) }, state, params)[0].w[0], -1.5);
 * ```
 *
 * @see Optax `scale_by_learning_rate`.
 */
export function scaleByLearningRate(learningRate: LearningRate): Optimizer {
  ruleOptions("scaleByLearningRate", { learningRate }, SCALE_BY_LEARNING_RATE_OPTIONS);
  const rule = perParameter({}, ({ g }, at) => ({ u: mul(at("rate", (s) => -s.learningRate), g) }));
  return optimizer({ name: "scaleByLearningRate", learningRate, rule, hyperparameters: { learningRate } });
}
