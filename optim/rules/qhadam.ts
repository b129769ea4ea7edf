import type { Declarations } from "../../options/mod.ts";
import { decaying, penalized, share, shrunk, tuned } from "../common.ts";
import { add, div, mul, perParameter, sqrt, square } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";
import { adamMoments, MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";

/** Options of {@linkcode qhadam}. */
export interface QhadamOptions extends Omit<MomentOptions, "epsilonRoot"> {
  /** Share of the running average in the direction: in [0, 1], or a schedule. 0.7 by default. */
  nu1?: Hyperparameter;
  /** Share of the running average under the root: in [0, 1], or a schedule. 1 by default. */
  nu2?: Hyperparameter;
  /** Share of the running average of gradients that is kept: in [0, 1), or a schedule. 0.995 by default. */
  beta1?: Hyperparameter;
}

const { epsilonRoot: _, ...INHERITED } = MOMENT_OPTIONS;
export const QHADAM_OPTIONS = {
  ...INHERITED,
  nu1: tuned("in [0, 1]", 0.7),
  nu2: tuned("in [0, 1]", 1),
  beta1: share(0.995),
} satisfies Declarations<QhadamOptions>;

/**
 * QHAdam: Adam with each moment a mixture of its running average and the current gradient.
 *
 * ```text
 * m, v as in Adam
 * u = -eta ((1 - nu1) g + nu1 m_hat) / (sqrt((1 - nu2) g g + nu2 v_hat) + epsilon)
 * ```
 *
 * The defaults are the paper's advice, nu = (0.7, 1) and beta = (0.995, 0.999).
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: neither PyTorch nor Optax has it; the authors' `qhoptim` is the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { qhadam } from "./qhadam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = qhadam({ learningRate: 0.1, nu2: 0.5 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(4) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.1, 1e-8);
 * ```
 *
 * @see Ma, Yarats: Quasi-hyperbolic momentum and Adam for deep learning, 2019, equation 11.
 */
export function qhadam(options: QhadamOptions = {}): Optimizer {
  const o = ruleOptions("qhadam", options, QHADAM_OPTIONS);
  const { nu1, nu2, beta1, beta2 } = o;
  const rest = (nu: number) => 1 - nu;
  const rule = perParameter({ m: 0, v: 0 }, (slots, at, name) => {
    const settings = { ...o, at, name };
    const { w } = slots;
    const g = penalized(slots.g, w, settings);
    const { m, v } = adamMoments(g, slots, settings);
    const share = at("m", ({ t }) => valueAt(nu1, t) / (1 - valueAt(beta1, t) ** t));
    const first = add(mul(inStep(at, "1 - nu1", nu1, rest), g), mul(share, m));
    const second = mul(at("v", ({ t }) => valueAt(nu2, t) / (1 - valueAt(beta2, t) ** t)), v);
    const squares = nu2 === 1 ? second : add(mul(inStep(at, "1 - nu2", nu2, rest), square(g)), second);
    const root = add(sqrt(squares), inStep(at, "epsilon", o.epsilon));
    const u = div(mul(at("rate", (s) => -s.learningRate), first), root);
    return { u: shrunk(u, w, settings), m, v };
  });
  return optimizer({
    name: "qhadam",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
