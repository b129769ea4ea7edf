import { type Declarations, fixed, open } from "../../options/mod.ts";
import { COMMON_OPTIONS, type CommonOptions, decaying, penalized, rate, share } from "../common.ts";
import {
  add,
  asSlot,
  div,
  dot,
  each,
  equal,
  type Expr,
  mul,
  type Rule,
  slot,
  slotsOf,
  sqrt,
  sub,
  where,
} from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, type LearningRate, ruleOptions } from "../scheduled.ts";
import { grownEstimate } from "./distance_estimate.ts";

/** Options of {@linkcode dadaptSgd}. */
export interface DadaptSgdOptions extends CommonOptions {
  /** A factor on the rate that is found: a finite number of at least 0, or a schedule. 1 by default. */
  learningRate?: LearningRate;
  /** Share of the parameter that is kept at each update, `mu`: in [0, 1), or a schedule. 0 by default. */
  momentum?: Hyperparameter;
  /** The first estimate of the distance: above 0. 1e-6 by default. */
  initialEstimate?: number;
  /** The most that the estimate grows by in one update, a factor: above 1. Not limited by default. */
  growthRate?: number;
}

export const DADAPT_SGD_OPTIONS = {
  ...COMMON_OPTIONS,
  learningRate: rate(1),
  momentum: share(0),
  initialEstimate: fixed("a finite number above 0", 1e-6),
  growthRate: open("a finite number above 1"),
} satisfies Declarations<DadaptSgdOptions>;

/**
 * D-Adapt SGD: SGD with momentum that finds its own rate, by estimating the distance to the solution from below.
 *
 * ```text
 * e = d eta / n,  n: the norm of the first gradient that is not 0, without weight decay
 * r = r + e <g, s>;  s = s + e g
 * d = max(d, min(2 r / ||s||, growthRate d))
 * u = (1 - mu) (w_0 - s - w)
 * ```
 *
 * Norms and the estimate `d` are one number for all parameters together.
 *
 * State: `s` and `start` of the parameter's shape, and three scalars: 8 bytes a float32 parameter. Default rate 1.
 *
 * Elsewhere: PyTorch has none; the authors' package `dadaptation`, `DAdaptSGD`: the same; it fails if the first gradient is 0.
 * Optax has none.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { dadaptSgd } from "./dadapt_sgd.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = dadaptSgd({ initialEstimate: 0.1 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(5) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.1, 1e-12);
 * ```
 *
 * @see Defazio, Mishchenko: Learning-rate-free learning by D-adaptation, 2023, Algorithm 4.
 */
export function dadaptSgd(options: DadaptSgdOptions = {}): Optimizer {
  const o = ruleOptions("dadaptSgd", options, DADAPT_SGD_OPTIONS);
  const rule: Rule = {
    slots: (params) => ({
      ...slotsOf(params, { s: 0, start: "param" }),
      estimate: { shape: [], init: o.initialEstimate },
      numerator: { shape: [], init: 0 },
      first: { shape: [], init: 0 },
    }),
    update({ grads, params, state, at }) {
      const all = (f: (p: string) => Expr) => each(Object.keys(params), f);
      const g = all((name) => penalized(grads[name]!, params[name]!, { ...o, at, name }));
      const [before, start] = [slot(state, "s", params), slot(state, "start", params)];
      const first = where(equal(state.first!, 0), sqrt(dot(grads, grads)), state.first!);
      const rate = div(
        mul(at("rate", (step) => step.learningRate), state.estimate!),
        where(equal(first, 0), 1, first),
      );
      const numerator = add(state.numerator!, mul(rate, dot(g, before)));
      const s = all((p) => add(before[p]!, mul(rate, g[p]!)));
      const estimate = grownEstimate(state.estimate!, {
        numerator: mul(2, numerator),
        length: sqrt(dot(s, s)),
        growthRate: o.growthRate,
      });
      const share = inStep(at, "1 - momentum", o.momentum, (mu) => 1 - mu);
      const updates = all((p) => mul(share, sub(sub(start[p]!, s[p]!), params[p]!)));
      return {
        updates,
        state: { ...asSlot("s", s), ...asSlot("start", start), estimate, numerator, first },
      };
    },
  };
  return optimizer({
    name: "dadaptSgd",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
