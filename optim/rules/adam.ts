import { choice, type Declarations } from "../../options/mod.ts";
import { decaying, penalized, shrunk } from "../common.ts";
import { perParameter } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { ruleOptions } from "../scheduled.ts";
import {
  adamMoments,
  adamStep,
  type EpsilonPlacement,
  keptBy,
  MOMENT_OPTIONS,
  type MomentOptions,
} from "./moments.ts";

/** Options of {@linkcode adam}. */
export interface AdamOptions extends MomentOptions {
  /** The place of epsilon. `"outside"` by default. */
  epsilonPlacement?: EpsilonPlacement;
}

export const ADAM_OPTIONS = {
  ...MOMENT_OPTIONS,
  epsilonPlacement: choice(["outside", "inside", "scaled"], "outside"),
} satisfies Declarations<AdamOptions>;

/**
 * Adam: momentum over the root mean square, both corrected for their start at zero.
 *
 * ```text
 * m = beta1 m + (1 - beta1) g;      m_hat = m / (1 - beta1^t)
 * v = beta2 v + (1 - beta2) g g;    v_hat = v / (1 - beta2^t)
 * outside:  u = -eta m_hat / (sqrt(v_hat) + epsilon)                                  PyTorch, Optax
 * inside:   u = -eta m_hat / sqrt(v_hat + epsilon)                                    the lecture, Optax's eps_root
 * scaled:   u = -eta sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon)        TensorFlow, SWATS
 * ```
 *
 * All three are computed as `a M / (sqrt(V) + e)` or `a M / sqrt(V + e)`, with `a` and `e` worked out once a step, from the
 * sums `M = m / (1 - beta1)` and `V = v / (1 - beta2)`, which save a product each: `M = beta1 M + g`, `V = beta2 V + g g`.
 *
 * Where `beta1` or `beta2` is a schedule, the averages are kept instead, because the sums' factor changes, and the
 * corrections are those of the values of the step, `1 - beta1_t^t`, as in PyTorch where its `betas` are changed. Their
 * slots have other names, `mAverage` and `vAverage`, so that a state of one form is refused by the other.
 *
 * State: `m` and `v` of the parameter's shape, which hold the sums: 8 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: PyTorch `Adam`, Optax `adam`: the same. By default epsilon is outside the root.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { adam } from "./adam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = adam({ learningRate: 0.1 });
 * const params = { w: Float64Array.of(0, 0) };
 * const [updates] = opt.update({ w: Float64Array.of(5, -0.01) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.1, 1e-6);
 * assertAlmostEquals(updates.w[1]!, 0.1, 1e-6);
 * ```
 *
 * @see Kingma, Ba: Adam: A method for stochastic optimization, 2015, Algorithm 1.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  const o = ruleOptions("adam", options, ADAM_OPTIONS);
  const kept = keptBy(o);
  const [M, V] = kept === "sums" ? ["m", "v"] : ["mAverage", "vAverage"];
  const rule = perParameter({ [M]: 0, [V]: 0 }, (slots, at, name) => {
    const settings = { ...o, kept, at, name };
    const w = slots.w!;
    const { m, v } = adamMoments(penalized(slots.g!, w, settings), { m: slots[M]!, v: slots[V]! }, settings);
    return { u: shrunk(adamStep(m, v, settings), w, settings), [M]: m, [V]: v };
  });
  return optimizer({
    name: "adam",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
