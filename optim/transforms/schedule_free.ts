import { choice, type Declarations } from "../../options/mod.ts";
import { above0, atLeast0, rate, share } from "../common.ts";
import {
  add,
  asSlot,
  div,
  each,
  equal,
  type Expr,
  max,
  mul,
  pow,
  type RuleInputs,
  slot,
  slotsOf,
  sub,
  where,
} from "../language/mod.ts";
import { checkOptimizer } from "../check_optimizer.ts";
import { type Optimizer, optimizer, renamed } from "../optimizer.ts";
import { type Hyperparameter, inStep, type LearningRate, ruleOptions } from "../scheduled.ts";
import { rmsprop } from "../rules/rmsprop.ts";
import { sgd } from "../rules/sgd.ts";
import { anyEnds, Nested, select } from "../nesting/mod.ts";

/** Options of {@linkcode scheduleFree}. */
export interface ScheduleFreeOptions {
  /**
   * The share of the average in the point where gradients are taken: in (0, 1). 0.9 by default. No schedule: the average is
   * found from the parameters by it.
   */
  beta1?: number;
  /** Power of the rate in the weights of the average: at least 0, or a schedule. 2 by default. */
  weightPower?: Hyperparameter;
  /** Whose formula for the weights during a warm-up; see {@linkcode scheduleFree}. `"authors"` by default. */
  form?: "authors" | "optax";
}

export const SCHEDULE_FREE_OPTIONS = {
  beta1: {
    kind: "number",
    range: "in (0, 1)",
    default: 0.9,
    schedule: false,
  },
  weightPower: atLeast0(2),
  form: choice(["authors", "optax"], "authors"),
} satisfies Declarations<ScheduleFreeOptions>;

/**
 * Replaces a decaying rate by averages: schedule-free learning around a rule without momentum.
 *
 * ```text
 * z = z + the inner rule's update at y                                                   z = y at first
 * x = (1 - c) x + c z,  c = r^p / (sum of r^p),  r: the greatest rate so far
 * y = beta1 x + (1 - beta1) z
 * ```
 *
 * The parameters are `y`, where gradients are taken; `evaluationParams` gives `x`, recomputed from `y` and `z`. Use a
 * schedule only for a warm-up. `r` uses the rate of the update, as the authors' package `schedulefree` does; with
 * `form: "optax"` it uses that of the next update, as Optax does. At a constant rate both are the same.
 *
 * State: `z` of the parameter's shape, two scalars, and the inner rule's.
 *
 * @throws {RangeError} when an option is out of its range, or the inner rule has no learning rate.
 *
 * @example
 * ```ts
 * import { scheduleFree } from "./schedule_free.ts";
 * import { sgd } from "../rules/sgd.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scheduleFree(sgd({ learningRate: 1 }));
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(1) }, opt.init(params), params);
 * // The first average is the first z.
 * assertAlmostEquals(updates.w[0]!, -1, 1e-12);
 * ```
 *
 * @see Defazio et al.: The road less scheduled, 2024, equations 3 to 5. Optax `contrib.schedule_free`.
 */
export function scheduleFree(inner: Optimizer, options: ScheduleFreeOptions = {}): Optimizer {
  checkOptimizer("scheduleFree: the rule inside", inner);
  const { beta1, weightPower, form } = ruleOptions("scheduleFree", options, SCHEDULE_FREE_OPTIONS);
  const { learningRate } = inner;
  if (learningRate === null) {
    throw new RangeError(`scheduleFree needs a rule with a learning rate, not ${inner.name}`);
  }
  const nested = new Nested(inner.rule, "inner");
  const averageOf = (y: Expr, z: Expr) => div(sub(y, mul(1 - beta1, z)), beta1);
  return optimizer({
    name: `scheduleFree ${inner.name}`,
    hyperparameters: { inner, beta1, weightPower, form },
    like: inner,
    rule: {
      ...nested.traits,
      ...nested.statistics,
      slots: (params, buffers) => ({
        ...slotsOf(params, { z: "param" }),
        greatestRate: { shape: [], init: 0 },
        weights: { shape: [], init: 0 },
        ...nested.slots(params, buffers),
      }),
      update(inputs) {
        const { params, state, at } = inputs;
        const names = Object.keys(params);
        const base = nested.update(inputs);
        const { home: y = params } = base;
        const done = anyEnds(base);
        const rate = at(
          "rate",
          (s) => learningRate(form === "optax" ? s.t : s.t - 1) * s.learningRateScale,
          nested.counter,
        );
        const byUpdates: RuleInputs["at"] = (name, f) => at(name, f, nested.counter);
        const greatestRate = max(state.greatestRate!, rate);
        const weight = pow(greatestRate, inStep(byUpdates, "weightPower", weightPower));
        const weights = add(state.weights!, weight);
        const share = div(weight, where(equal(weights, 0), 1, weights));
        const before = slot(state, "z", params);
        const z = each(names, (p) => add(before[p]!, base.updates[p]!));
        const updates = each(names, (p) => {
          const x = averageOf(y[p]!, before[p]!);
          const next = add(mul(sub(1, share), x), mul(share, z[p]!));
          const step = sub(add(mul(beta1, next), mul(1 - beta1, z[p]!)), y[p]!);
          return where(done, step, base.updates[p]!);
        });
        const own = { ...asSlot("z", z), greatestRate, weights };
        return { ...base, updates, state: { ...select(done, own, state), ...base.state } };
      },
      evaluation: ({ params, state }) =>
        each(Object.keys(params), (p) => averageOf(params[p]!, state[`z/${p}`]!)),
    },
  });
}

/** Options of {@linkcode scheduleFreeSgd}. */
export interface ScheduleFreeSgdOptions extends ScheduleFreeOptions {
  /** The learning rate: a finite number of at least 0, or a warm-up. 1 by default. */
  learningRate?: LearningRate;
  /** L2 penalty at `y`: at least 0, or a schedule. 0 by default. */
  weightDecay?: Hyperparameter;
}

export const SCHEDULE_FREE_SGD_OPTIONS = {
  ...SCHEDULE_FREE_OPTIONS,
  learningRate: rate(1),
  weightDecay: atLeast0(0),
} satisfies Declarations<ScheduleFreeSgdOptions>;

/**
 * Schedule-free SGD: SGD with averaging instead of a decaying rate.
 *
 * ```text
 * z = z - eta (g + weightDecay y);  x, y as in scheduleFree
 * ```
 *
 * State: `z` of the parameter's shape and two scalars: 4 bytes a float32 parameter. Default rate 1.
 *
 * Elsewhere: PyTorch has none. The authors' `schedulefree` is the same; its `warmup_steps: n` is a schedule of
 * `eta min((t + 1) / n, 1)` after `t` updates. Optax `contrib.schedule_free_sgd` is `form: "optax"`, with a schedule
 * for its warm-up.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scheduleFreeSgd } from "./schedule_free.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scheduleFreeSgd({ learningRate: 0.5 });
 * const params = { w: Float64Array.of(0) };
 * const [updates, state] = opt.update({ w: Float64Array.of(1) }, opt.init(params), params);
 * assertAlmostEquals(opt.evaluationParams(updates, state).w[0]!, -0.5, 1e-12);
 * ```
 *
 * @see Defazio et al.: The road less scheduled, 2024, equations 3 to 5.
 */
export function scheduleFreeSgd(options: ScheduleFreeSgdOptions = {}): Optimizer {
  const o = ruleOptions("scheduleFreeSgd", options, SCHEDULE_FREE_SGD_OPTIONS);
  const { learningRate, weightDecay, ...rest } = o;
  return renamed("scheduleFreeSgd", scheduleFree(sgd({ learningRate, weightDecay }), rest), {
    hyperparameters: o,
  });
}

/** Options of {@linkcode scheduleFreeAdamw}. */
export interface ScheduleFreeAdamwOptions extends ScheduleFreeOptions {
  /** The learning rate: a finite number of at least 0, or a warm-up. 2.5e-3 by default. */
  learningRate?: LearningRate;
  /** Share of the running average of squares that is kept: in [0, 1), or a schedule. 0.999 by default. */
  beta2?: Hyperparameter;
  /** Added to the root: above 0, or a schedule. 1e-8 by default. */
  epsilon?: Hyperparameter;
  /** Decoupled weight decay at `y`: at least 0, or a schedule. 0 by default. */
  weightDecay?: Hyperparameter;
}

export const SCHEDULE_FREE_ADAMW_OPTIONS = {
  ...SCHEDULE_FREE_OPTIONS,
  learningRate: rate(2.5e-3),
  beta2: share(0.999),
  epsilon: above0(1e-8),
  weightDecay: atLeast0(0),
} satisfies Declarations<ScheduleFreeAdamwOptions>;

/**
 * Schedule-free AdamW: Adam's second moment, with the average instead of its first.
 *
 * ```text
 * v = beta2 v + (1 - beta2) g g
 * z = z - eta (g / (sqrt(v_hat) + epsilon) + weightDecay y);  x, y as in scheduleFree
 * ```
 *
 * State: `z` and `v` of the parameter's shape and two scalars: 8 bytes a float32 parameter. Default rate 2.5e-3.
 *
 * Elsewhere: PyTorch has none. The authors' `schedulefree` is the same; its `warmup_steps: n` is a schedule of
 * `eta min((t + 1) / n, 1)` after `t` updates. Optax `contrib.schedule_free_adamw` is `form: "optax"`, with a schedule
 * for its warm-up.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scheduleFreeAdamw } from "./schedule_free.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scheduleFreeAdamw({ learningRate: 0.5 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(7) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.5, 1e-6);
 * ```
 *
 * @see Defazio et al.: The road less scheduled, 2024, Algorithm 1.
 */
export function scheduleFreeAdamw(options: ScheduleFreeAdamwOptions = {}): Optimizer {
  const o = ruleOptions("scheduleFreeAdamw", options, SCHEDULE_FREE_ADAMW_OPTIONS);
  const { learningRate, beta2, epsilon, weightDecay, ...rest } = o;
  const inner = rmsprop({
    learningRate,
    decay: beta2,
    epsilon,
    weightDecay,
    biasCorrection: true,
    decoupledWeightDecay: true,
  });
  return renamed("scheduleFreeAdamw", scheduleFree(inner, rest), { hyperparameters: o });
}
