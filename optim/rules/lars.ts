import { type Declarations, flag } from "../../options/mod.ts";
import {
  above0,
  atLeast0,
  COMMON_OPTIONS,
  type CommonOptions,
  decaying,
  penalized,
  rate,
  share,
} from "../common.ts";
import { add, type Expr, mul, neg, perParameter } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions } from "../scheduled.ts";
import { trustRatio } from "./trust_ratio.ts";

/** Options of {@linkcode lars}. */
export interface LarsOptions extends CommonOptions {
  /** Share of the velocity that is kept, `mu`: in [0, 1), or a schedule. 0.9 by default. */
  momentum?: Hyperparameter;
  /** Whether to look ahead along the velocity; needs momentum. `false` by default. */
  nesterov?: boolean;
  /** The ratio of a step to the parameter, `rho`: above 0, or a schedule. 1e-3 by default. */
  trustCoefficient?: Hyperparameter;
  /** Added to the gradient's norm: at least 0, or a schedule. 0 by default. */
  epsilon?: Hyperparameter;
}

export const LARS_OPTIONS = {
  ...COMMON_OPTIONS,
  // A step is a thousandth of the parameter times the rate.
  learningRate: rate(1),
  momentum: share(0.9),
  nesterov: flag(),
  trustCoefficient: above0(1e-3),
  epsilon: atLeast0(0),
} satisfies Declarations<LarsOptions>;

/**
 * LARS: momentum, each parameter's step in proportion to its own norm; for large batches.
 *
 * ```text
 * d = g + weightDecay w
 * v = mu v + eta rho ||w|| / (||d|| + epsilon) d          the ratio is 1 where either norm is 0
 * u = -v                                                  Nesterov: the new share of v + mu v
 * ```
 *
 * The rate is inside the velocity, as in the paper.
 *
 * State: `v` of the parameter's shape, none without momentum: 4 bytes a float32 parameter. Default rate 1.
 *
 * Elsewhere: PyTorch has none. Optax `lars`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { lars } from "./lars.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = lars({ trustCoefficient: 0.1 });
 * const params = { w: Float64Array.of(3, 4) };
 * const [updates] = opt.update({ w: Float64Array.of(0, 7) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[1]!, -0.5, 1e-12);
 * ```
 *
 * @see You, Gitman, Ginsburg: Large batch training of convolutional networks, 2017, Algorithm 1.
 */
export function lars(options: LarsOptions = {}): Optimizer {
  const o = ruleOptions("lars", options, LARS_OPTIONS);
  const { momentum, nesterov } = o;
  if (nesterov && momentum === 0) throw new RangeError("nesterov needs momentum above 0, got 0");
  const slots = (momentum === 0 ? {} : { v: 0 }) as { v: number };
  const rule = perParameter(slots, ({ g, w, v }, at, name) => {
    const d = penalized(g, w, { ...o, at, name });
    const coefficient = inStep(at, "trustCoefficient", o.trustCoefficient);
    const ratio = trustRatio(w, d, { coefficient, epsilon: inStep(at, "epsilon", o.epsilon) });
    const entering = mul(mul(at("rate", (s) => s.learningRate), ratio), d);
    if (momentum === 0) return { u: neg(entering) } as { u: Expr; v: Expr };
    const mu = inStep(at, "momentum", momentum);
    const next = add(mul(mu, v), entering);
    return { u: neg(nesterov ? add(entering, mul(mu, next)) : next), v: next };
  });
  return optimizer({
    name: "lars",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
