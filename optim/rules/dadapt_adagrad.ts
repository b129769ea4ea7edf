import { type Declarations, fixed, open } from "../../options/mod.ts";
import { above0, COMMON_OPTIONS, type CommonOptions, decaying, penalized, rate, share } from "../common.ts";
import {
  abs,
  add,
  asSlot,
  div,
  each,
  type Expr,
  mul,
  type Rule,
  slot,
  slotsOf,
  sqrt,
  square,
  sub,
  total,
} from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, type LearningRate, ruleOptions } from "../scheduled.ts";
import { grownEstimate } from "./distance_estimate.ts";

/** Options of {@linkcode dadaptAdagrad}. */
export interface DadaptAdagradOptions extends CommonOptions {
  /** A factor on the rate that is found: a finite number of at least 0, or a schedule. 1 by default. */
  learningRate?: LearningRate;
  /** Share of the parameter that is kept at each update, `mu`: in [0, 1), or a schedule. 0 by default. */
  momentum?: Hyperparameter;
  /** Added to the root: above 0, or a schedule. 1e-6 by default. */
  epsilon?: Hyperparameter;
  /** The first estimate of the distance: above 0. 1e-6 by default. */
  initialEstimate?: number;
  /** The most that the estimate grows by in one update, a factor: above 1. Not limited by default. */
  growthRate?: number;
}

export const DADAPT_ADAGRAD_OPTIONS = {
  ...COMMON_OPTIONS,
  learningRate: rate(1),
  momentum: share(0),
  epsilon: above0(1e-6),
  initialEstimate: fixed("a finite number above 0", 1e-6),
  growthRate: open("a finite number above 1"),
} satisfies Declarations<DadaptAdagradOptions>;

/**
 * D-Adapt AdaGrad: AdaGrad that finds its own rate, by estimating the distance to the solution from below.
 *
 * ```text
 * e = d eta;  s = s + e g;  v = v + g^2              v = 1e-6 at first
 * D = sqrt(v) + epsilon
 * r = r + e^2 <g, g / D>
 * d = max(d, min((<s, s / D> - r) / ||s||_1, growthRate d))
 * u = (1 - mu) (w_0 - s / D - w)
 * ```
 *
 * The estimate `d` is one number for all parameters together.
 *
 * State: `s`, `v` and `start` of the parameter's shape, and two scalars: 12 bytes a float32 parameter. Default rate 1.
 *
 * Elsewhere: PyTorch has none; the authors' package `dadaptation`, `DAdaptAdaGrad`: the same for gradients that are not
 * sparse. Optax has none.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { dadaptAdagrad } from "./dadapt_adagrad.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = dadaptAdagrad({ initialEstimate: 0.1 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(5) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.1, 1e-7);
 * ```
 *
 * @see Defazio, Mishchenko: Learning-rate-free learning by D-adaptation, 2023, Algorithm 3.
 */
export function dadaptAdagrad(options: DadaptAdagradOptions = {}): Optimizer {
  const o = ruleOptions("dadaptAdagrad", options, DADAPT_ADAGRAD_OPTIONS);
  const rule: Rule = {
    slots: (params) => ({
      ...slotsOf(params, { s: 0, v: FIRST_SQUARE, start: "param" }),
      estimate: { shape: [], init: o.initialEstimate },
      weighted: { shape: [], init: 0 },
    }),
    update({ grads, params, state, at }) {
      const names = Object.keys(params);
      const all = (f: (p: string) => Expr) => each(names, f);
      const g = all((name) => penalized(grads[name]!, params[name]!, { ...o, at, name }));
      const start = slot(state, "start", params);
      const rate = mul(at("rate", (step) => step.learningRate), state.estimate!);
      const s = all((p) => add(state[`s/${p}`]!, mul(rate, g[p]!)));
      const v = all((p) => add(state[`v/${p}`]!, square(g[p]!)));
      const roots = all((p) => add(sqrt(v[p]!), inStep(at, "epsilon", o.epsilon)));
      const over = (x: Readonly<Record<string, Expr>>) =>
        total(names.map((p) => div(square(x[p]!), roots[p]!)));
      const weighted = add(state.weighted!, mul(square(rate), over(g)));
      const estimate = grownEstimate(state.estimate!, {
        numerator: sub(over(s), weighted),
        length: total(Object.values(s).map((x) => abs(x))),
        growthRate: o.growthRate,
      });
      const share = inStep(at, "1 - momentum", o.momentum, (mu) => 1 - mu);
      const updates = all((p) => mul(share, sub(sub(start[p]!, div(s[p]!, roots[p]!)), params[p]!)));
      const held = { ...asSlot("s", s), ...asSlot("v", v), ...asSlot("start", start) };
      return { updates, state: { ...held, estimate, weighted } };
    },
  };
  return optimizer({
    name: "dadaptAdagrad",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}

/** The authors' first sum of squares. */
const FIRST_SQUARE = 1e-6;
