import { type Declarations, flag, open } from "../../options/mod.ts";
import { above0, decaying, penalized, shrunk } from "../common.ts";
import { div, max, min, mul, neg, perParameter, type StepInfo } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, ruleOptions, valueAt } from "../scheduled.ts";
import { adamMoments, adamRoot, MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";

/** Options of {@linkcode adabound}. */
export interface AdaboundOptions extends Omit<MomentOptions, "epsilonRoot"> {
  /** The rate of SGD that the bounds close in on: above 0, or a schedule. 0.1 by default. */
  finalLearningRate?: Hyperparameter;
  /**
   * The learning rate at which the bounds close in on `finalLearningRate`: above 0. Default: the learning rate, or the
   * greatest of a schedule's first 100,000 rates, so that after a warm-up the bounds are those of a constant rate.
   */
  baseLearningRate?: number;
  /** The speed at which the bounds close in: above 0, or a schedule. 1e-3 by default. */
  gamma?: Hyperparameter;
  /** Whether the second moment never falls, as in AMSBound. `false` by default. */
  amsbound?: boolean;
}

const { epsilonRoot: _, ...INHERITED } = MOMENT_OPTIONS;
export const ADABOUND_OPTIONS = {
  ...INHERITED,
  finalLearningRate: above0(0.1),
  baseLearningRate: open("a finite number above 0"),
  gamma: above0(1e-3),
  amsbound: flag(),
} satisfies Declarations<AdaboundOptions>;

/**
 * AdaBound: Adam with rates between bounds that close in on one rate, so that it ends as SGD.
 *
 * ```text
 * m, v as in Adam                                            AMSBound: max(x, v) instead of v
 * r = eta sqrt(1 - beta2^t) / (1 - beta1^t) / (sqrt(v) + epsilon)
 * u = -min(max(r, final (1 - 1 / (gamma t + 1))), final (1 + 1 / (gamma t))) m
 * ```
 *
 * `final` is `finalLearningRate eta / baseLearningRate`: a schedule scales the bounds as it scales the rate.
 *
 * State: `m` and `v` of the parameter's shape, AMSBound also `x`: 8 to 12 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: neither PyTorch nor Optax has it. The authors' `adabound` is the same; its base is the rate that the
 * optimizer is created with, before a scheduler changes it.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { adabound } from "./adabound.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = adabound({ learningRate: 1, gamma: 1e9, finalLearningRate: 0.5, beta1: 0 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * // Bounds this fast make it SGD at the final rate.
 * assertAlmostEquals(updates.w[0]!, -1.5, 1e-6);
 * ```
 *
 * @see Luo, Xiong, Liu, Sun: Adaptive gradient methods with dynamic bound of learning rate, 2019, Algorithm 2.
 */
export function adabound(options: AdaboundOptions = {}): Optimizer {
  const o = ruleOptions("adabound", options, ADABOUND_OPTIONS);
  const { learningRate, finalLearningRate, gamma, amsbound, beta1, beta2 } = o;
  let base = o.baseLearningRate;
  const final = (s: StepInfo) => {
    base ??= typeof learningRate === "function" ? greatestOf(learningRate) : learningRate;
    return valueAt(finalLearningRate, s.t) * (base === 0 ? 1 : s.learningRate / base);
  };
  const slots = { m: 0, v: 0, ...(amsbound ? { x: 0 } : {}) } as Record<"m" | "v" | "x", number>;
  const rule = perParameter(slots, (inputs, at, name) => {
    const settings = { ...o, epsilonPlacement: "scaled", at, name } as const;
    const { w } = inputs;
    const { m, v } = adamMoments(penalized(inputs.g, w, settings), inputs, settings);
    const x = amsbound ? max(inputs.x, v) : v;
    const step = at(
      "rate",
      (s) => s.learningRate * Math.sqrt(1 - valueAt(beta2, s.t) ** s.t) / (1 - valueAt(beta1, s.t) ** s.t),
    );
    const lower = at("lower", (s) => final(s) * (1 - 1 / (valueAt(gamma, s.t) * s.t + 1)));
    const upper = at("upper", (s) => final(s) * (1 + 1 / (valueAt(gamma, s.t) * s.t)));
    const rate = min(max(div(step, adamRoot(x, settings)), lower), upper);
    return { u: shrunk(neg(mul(rate, m)), w, settings), m, v, x };
  });
  return optimizer({
    name: amsbound ? "amsbound" : "adabound",
    learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}

/** Number of updates whose rates are examined: few warm-ups are longer. */
const LOOKED_AT = 100_000;

/** Returns the greatest rate of a schedule's first updates. */
function greatestOf(schedule: (count: number) => number): number {
  let greatest = 0;
  for (let count = 0; count < LOOKED_AT; count++) {
    const rate = schedule(count);
    if (Number.isFinite(rate)) greatest = Math.max(greatest, rate);
  }
  return greatest;
}
