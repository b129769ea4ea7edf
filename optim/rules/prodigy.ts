import { type Declarations, fixed, flag } from "../../options/mod.ts";
import { above0, atLeast0, rate, share } from "../common.ts";
import {
  abs,
  add,
  asSlot,
  div,
  dot,
  each,
  equal,
  max,
  mul,
  neg,
  type Rule,
  slot,
  slotsOf,
  sqrt,
  square,
  sub,
  total,
  where,
} from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, type LearningRate, ruleOptions, valueAt } from "../scheduled.ts";
import { average } from "./moments.ts";

/** Options of {@linkcode prodigy}. */
export interface ProdigyOptions {
  /** A factor on the rate that is found: a finite number of at least 0, or a schedule. 1 by default. */
  learningRate?: LearningRate;
  /** Share of the running average of gradients that is kept: in [0, 1), or a schedule. 0.9 by default. */
  beta1?: Hyperparameter;
  /** Share of the running average of squares that is kept: in [0, 1), or a schedule. 0.999 by default. */
  beta2?: Hyperparameter;
  /** Share of the estimate's sums that is kept: in [0, 1), or a schedule. The root of `beta2` by default. */
  beta3?: Hyperparameter;
  /** Added to the root, times the estimate: at least 0, or a schedule. 1e-8 by default. */
  epsilon?: Hyperparameter;
  /** The first estimate of the distance: above 0. 1e-6 by default. */
  initialEstimate?: number;
  /** A factor on the estimate: above 0, or a schedule. 1 by default. */
  coefficient?: Hyperparameter;
  /** Decoupled weight decay: at least 0, or a schedule. 0 by default. */
  weightDecay?: Hyperparameter;
  /** Whether to leave the rate out of the estimate's denominator, for schedules with a warm-up. `false` by default. */
  safeguardWarmup?: boolean;
}

export const PRODIGY_OPTIONS = {
  learningRate: rate(1),
  beta1: share(0.9),
  beta2: share(0.999),
  beta3: { kind: "number", range: "in [0, 1)", schedule: true },
  epsilon: atLeast0(1e-8),
  initialEstimate: fixed("a finite number above 0", 1e-6),
  coefficient: above0(1),
  weightDecay: atLeast0(0),
  safeguardWarmup: flag(),
} satisfies Declarations<ProdigyOptions>;

/**
 * Prodigy: Adam that finds its own rate, by estimating the distance to the solution.
 *
 * ```text
 * e = d eta sqrt(1 - beta2^t) / (1 - beta1^t)
 * m = beta1 m + (1 - beta1) d g;      v = beta2 v + (1 - beta2) (d g)^2
 * r = beta3 r + e d / d_0 <g, w_0 - w>
 * s = beta3 s + e d / d_0 g           with the safeguard: d d / d_0 g
 * d = max(d, coefficient r / ||s||_1)
 * u = -e m / (sqrt(v) + d epsilon) - e weightDecay w
 * ```
 *
 * The estimate is one number for all parameters together.
 *
 * State: `m`, `v`, `s` and `start` of the parameter's shape, and two scalars: 16 bytes a float32 parameter. Default rate 1.
 *
 * Elsewhere: PyTorch has none. Optax `contrib.prodigy`: the same; where `||s||_1 = 0` it has NaN, and here the estimate stays.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { prodigy } from "./prodigy.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = prodigy({ initialEstimate: 1e-3 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(5) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -1e-3, 1e-9);
 * ```
 *
 * @see Mishchenko, Defazio: Prodigy: An expeditiously adaptive parameter-free learner, 2023, Algorithm 4.
 */
export function prodigy(options: ProdigyOptions = {}): Optimizer {
  const o = ruleOptions("prodigy", options, PRODIGY_OPTIONS);
  const { learningRate, initialEstimate: d0, weightDecay, safeguardWarmup, beta1, beta2 } = o;
  const { beta3 = rootOf(beta2) } = o;
  const rule: Rule = {
    slots: (params) => ({
      ...slotsOf(params, { m: 0, v: 0, s: 0, start: "param" }),
      estimate: { shape: [], init: d0 },
      numerator: { shape: [], init: 0 },
    }),
    update({ grads, params, state, at }) {
      const all = (f: (p: string) => ReturnType<typeof add>) => each(Object.keys(params), f);
      const estimate = state.estimate!;
      const rate = mul(
        at(
          "rate",
          ({ t, learningRate }) =>
            learningRate * Math.sqrt(1 - valueAt(beta2, t) ** t) / (1 - valueAt(beta1, t) ** t),
        ),
        estimate,
      );
      const start = slot(state, "start", params);
      const scaled = all((p) => mul(estimate, grads[p]!));
      const m = all((p) => average(state[`m/${p}`]!, scaled[p]!, beta1, { at, name: "beta1" }));
      const v = all((p) => average(state[`v/${p}`]!, square(scaled[p]!), beta2, { at, name: "beta2" }));
      const kept = inStep(at, "beta3", beta3);
      const share = div(safeguardWarmup ? estimate : rate, d0);
      const s = all((p) => add(mul(kept, state[`s/${p}`]!), mul(share, scaled[p]!)));
      const ahead = dot(grads, all((p) => sub(start[p]!, params[p]!)));
      const numerator = add(
        mul(kept, state.numerator!),
        mul(mul(div(estimate, d0), rate), ahead),
      );
      const denominator = total(Object.values(s).map((x) => abs(x)));
      const found = div(
        mul(inStep(at, "coefficient", o.coefficient), numerator),
        where(equal(denominator, 0), 1, denominator),
      );
      const next = max(estimate, found);
      const epsilon = inStep(at, "epsilon", o.epsilon);
      const decay = mul(inStep(at, "weightDecay", weightDecay), rate);
      const updates = all((p) => {
        const step = neg(div(mul(rate, m[p]!), add(sqrt(v[p]!), mul(next, epsilon))));
        return weightDecay === 0 ? step : sub(step, mul(decay, params[p]!));
      });
      const slots = { ...asSlot("m", m), ...asSlot("v", v), ...asSlot("s", s), ...asSlot("start", start) };
      return { updates, state: { ...slots, estimate: next, numerator } };
    },
  };
  return optimizer({ name: "prodigy", learningRate, rule, hyperparameters: o });
}

/** Returns the root of a hyper-parameter. */
function rootOf(value: Hyperparameter): Hyperparameter {
  return typeof value === "function" ? (count) => Math.sqrt(value(count)) : Math.sqrt(value);
}
