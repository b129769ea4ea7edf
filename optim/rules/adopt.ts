import { type Declarations, flag } from "../../options/mod.ts";
import { atLeast0, decaying, penalized, share, shrunk } from "../common.ts";
import { add, div, max, min, mul, neg, perParameter, sqrt, square } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";
import { MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";

/** Options of {@linkcode adopt}. */
export interface AdoptOptions extends Omit<MomentOptions, "epsilonRoot"> {
  /** Share of the running average of squares that is kept: in [0, 1), or a schedule. 0.9999 by default. */
  beta2?: Hyperparameter;
  /** The least root: at least 0, or a schedule. 1e-6 by default. */
  epsilon?: Hyperparameter;
  /** Whether quotients are clipped to (t - 1)^(1/4). `true` by default. */
  clip?: boolean;
  /** Whether to look ahead along the momentum. `false` by default. */
  nesterov?: boolean;
}

const { epsilonRoot: _, ...INHERITED } = MOMENT_OPTIONS;
export const ADOPT_OPTIONS = {
  ...INHERITED,
  beta2: share(0.9999),
  epsilon: atLeast0(1e-6),
  clip: flag(true),
  nesterov: flag(),
} satisfies Declarations<AdoptOptions>;

/**
 * ADOPT: Adam that divides by the second moment of the gradients before, and averages after it has divided, so that it
 * converges for every `beta2`.
 *
 * ```text
 * d = g / max(sqrt(v), epsilon), clipped to +-(t - 1)^(1/4)
 * m = beta1 m + (1 - beta1) d                   Nesterov: beta1 m + (1 - beta1) d once more in the update
 * u = -eta m
 * v = beta2 v + (1 - beta2) g g                 at first v = g g, and u = 0
 * ```
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: PyTorch has none. Optax `contrib.adopt`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { adopt } from "./adopt.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = adopt({ learningRate: 1, beta1: 0 });
 * const params = { w: Float64Array.of(0) };
 * const [first, state] = opt.update({ w: Float64Array.of(4) }, opt.init(params), params);
 * const [second] = opt.update({ w: Float64Array.of(2) }, state, params);
 * assertAlmostEquals(first.w[0]!, 0, 1e-12);
 * assertAlmostEquals(second.w[0]!, -2 / 4, 1e-12);
 * ```
 *
 * @see Taniguchi et al.: ADOPT: Modified Adam can converge with any beta2 with the optimal rate, 2024, Algorithm 2.
 */
export function adopt(options: AdoptOptions = {}): Optimizer {
  const o = ruleOptions("adopt", options, ADOPT_OPTIONS);
  const { beta1, beta2, clip, nesterov } = o;
  const rule = perParameter({ m: 0, v: 0 }, (slots, at, name) => {
    const { w } = slots;
    const g = penalized(slots.g, w, { ...o, at, name });
    const quotient = div(g, max(sqrt(slots.v), inStep(at, "epsilon", o.epsilon)));
    const limit = at("limit", ({ t }) => (t - 1) ** 0.25);
    const d = clip ? max(min(quotient, limit), neg(limit)) : quotient;
    // The first update fills the second moment and does nothing else.
    const kept = at("kept", ({ t }) => (t === 1 ? 1 : valueAt(beta1, t)));
    const fresh = at("fresh", ({ t }) => (t === 1 ? 0 : 1 - valueAt(beta1, t)));
    const m = add(mul(kept, slots.m), mul(fresh, d));
    const direction = nesterov ? add(mul(kept, m), mul(fresh, d)) : m;
    const keptSquares = at("keptSquares", ({ t }) => (t === 1 ? 0 : valueAt(beta2, t)));
    const freshSquares = at("freshSquares", ({ t }) => (t === 1 ? 1 : 1 - valueAt(beta2, t)));
    const v = add(mul(keptSquares, slots.v), mul(freshSquares, square(g)));
    const u = mul(at("rate", (s) => -s.learningRate), direction);
    return { u: shrunk(u, w, { ...o, at, name }), m, v };
  });
  return optimizer({
    name: "adopt",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
