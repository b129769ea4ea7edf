import { type Declarations, fixed, flag, open } from "../../options/mod.ts";
import {
  above0,
  decaying,
  decays,
  DECOUPLED_OPTIONS,
  type DecoupledOptions,
  penalized,
  rate,
  share,
} from "../common.ts";
import {
  abs,
  add,
  asSlot,
  div,
  dot,
  each,
  type Expr,
  mul,
  neg,
  type Rule,
  slot,
  slotsOf,
  sqrt,
  square,
  sub,
  total,
} from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, type LearningRate, ruleOptions, valueAt } from "../scheduled.ts";
import { grownEstimate } from "./distance_estimate.ts";
import { average } from "./moments.ts";

/** Options of {@linkcode dadaptAdam}. */
export interface DadaptAdamOptions extends DecoupledOptions {
  /** A factor on the rate that is found: a finite number of at least 0, or a schedule. 1 by default. */
  learningRate?: LearningRate;
  /** Share of the running average of gradients that is kept: in [0, 1), or a schedule. 0.9 by default. */
  beta1?: Hyperparameter;
  /** Share of the running average of squares that is kept: in [0, 1), or a schedule. 0.999 by default. */
  beta2?: Hyperparameter;
  /** Added to the root: above 0, or a schedule. 1e-8 by default. */
  epsilon?: Hyperparameter;
  /** The first estimate of the distance: above 0. 1e-6 by default. */
  initialEstimate?: number;
  /** The most that the estimate grows by in one update, a factor: above 1. Not limited by default. */
  growthRate?: number;
  /** Whether the rate has Adam's correction for the moments' start. `false` by default. */
  biasCorrection?: boolean;
}

export const DADAPT_ADAM_OPTIONS = {
  ...DECOUPLED_OPTIONS,
  learningRate: rate(1),
  beta1: share(0.9),
  beta2: share(0.999),
  epsilon: above0(1e-8),
  initialEstimate: fixed("a finite number above 0", 1e-6),
  growthRate: open("a finite number above 1"),
  biasCorrection: flag(),
} satisfies Declarations<DadaptAdamOptions>;

/**
 * D-Adapt Adam: Adam that finds its own rate, by estimating the distance to the solution from below.
 *
 * ```text
 * e = d eta                                          biasCorrection: d eta sqrt(1 - beta2^t) / (1 - beta1^t)
 * q = e <g, s / (sqrt(v) + epsilon)>                 with s and v of the update before
 * m = beta1 m + (1 - beta1) e g;      v = beta2 v + (1 - beta2) g^2
 * s = b s + (1 - b) e g;              r = b r + (1 - b) q,  b = sqrt(beta2)
 * d = max(d, min(r / ((1 - b) ||s||_1), growthRate d))
 * u = -m / (sqrt(v) + epsilon)                       decoupled decay: - e weightDecay w
 * ```
 *
 * The estimate `d` is one number for all parameters together.
 *
 * State: `m`, `v` and `s` of the parameter's shape, and two scalars: 12 bytes a float32 parameter. Default rate 1.
 *
 * Elsewhere: PyTorch has none; the authors' package `dadaptation`, `DAdaptAdam`: the same, but it makes no update while all
 * gradients are 0, and leaves its averages as they are where the rate is 0. Optax `contrib.dadapt_adamw` is
 * `biasCorrection` with `decoupledWeightDecay`; where `||s||_1 = 0` it has NaN, and here the estimate stays.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { dadaptAdam } from "./dadapt_adam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = dadaptAdam({ initialEstimate: 0.1, beta1: 0, beta2: 0.75 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(5) }, opt.init(params), params);
 * // 0.1 times 5, over the root of 0.25 times 25.
 * assertAlmostEquals(updates.w[0]!, -0.2, 1e-8);
 * ```
 *
 * @see Defazio, Mishchenko: Learning-rate-free learning by D-adaptation, 2023, Algorithm 5.
 */
export function dadaptAdam(options: DadaptAdamOptions = {}): Optimizer {
  const o = ruleOptions("dadaptAdam", options, DADAPT_ADAM_OPTIONS);
  const { beta1, beta2, biasCorrection } = o;
  const correction = (t: number) =>
    biasCorrection ? Math.sqrt(1 - valueAt(beta2, t) ** t) / (1 - valueAt(beta1, t) ** t) : 1;
  const root = (b: number) => Math.sqrt(b);
  const rule: Rule = {
    slots: (params) => ({
      ...slotsOf(params, { m: 0, v: 0, s: 0 }),
      estimate: { shape: [], init: o.initialEstimate },
      numerator: { shape: [], init: 0 },
    }),
    update({ grads, params, state, at }) {
      const all = (f: (p: string) => Expr) => each(Object.keys(params), f);
      const g = all((name) => penalized(grads[name]!, params[name]!, { ...o, at, name }));
      const epsilon = inStep(at, "epsilon", o.epsilon);
      const rate = mul(at("rate", (step) => step.learningRate * correction(step.t)), state.estimate!);
      const before = slot(state, "s", params);
      const ahead = dot(g, all((p) => div(before[p]!, add(sqrt(state[`v/${p}`]!), epsilon))));
      const scaled = all((p) => mul(rate, g[p]!));
      const m = all((p) => average(state[`m/${p}`]!, scaled[p]!, beta1, { at, name: "beta1" }));
      const v = all((p) => average(state[`v/${p}`]!, square(g[p]!), beta2, { at, name: "beta2" }));
      const kept = inStep(at, "kept", beta2, root);
      const fresh = inStep(at, "fresh", beta2, (b) => 1 - root(b));
      const mixed = (old: Expr, now: Expr) => add(mul(kept, old), mul(fresh, now));
      const s = all((p) => mixed(before[p]!, scaled[p]!));
      const numerator = mixed(state.numerator!, mul(rate, ahead));
      const length = mul(fresh, total(Object.values(s).map((x) => abs(x))));
      const estimate = grownEstimate(state.estimate!, { numerator, length, growthRate: o.growthRate });
      const updates = all((name) => {
        const step = neg(div(m[name]!, add(sqrt(v[name]!), epsilon)));
        if (!o.decoupledWeightDecay || !decays({ ...o, name })) return step;
        return sub(step, mul(mul(rate, inStep(at, "weightDecay", o.weightDecay)), params[name]!));
      });
      const moments = { ...asSlot("m", m), ...asSlot("v", v), ...asSlot("s", s) };
      return { updates, state: { ...moments, estimate, numerator } };
    },
  };
  return optimizer({
    name: "dadaptAdam",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
