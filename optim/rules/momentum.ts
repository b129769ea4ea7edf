import { choice, type Declarations } from "../../options/mod.ts";
import { rate, share } from "../common.ts";
import { add, mul, neg, perParameter } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, type LearningRate, ruleOptions } from "../scheduled.ts";
import { sgd } from "./sgd.ts";

/** Options of {@linkcode momentum}. */
export interface MomentumOptions {
  /** The learning rate: a finite number of at least 0, or a schedule. 1e-3 by default. */
  learningRate?: LearningRate;
  /** Share of the velocity that is kept, `gamma`: in [0, 1), or a schedule. 0.9 by default. */
  momentum?: Hyperparameter;
  /** The place of the rate: inside the velocity as in the lecture, or outside as in PyTorch. `"lecture"` by default. */
  form?: "lecture" | "pytorch";
}

export const MOMENTUM_OPTIONS = {
  learningRate: rate(1e-3),
  momentum: share(0.9),
  form: choice(["lecture", "pytorch"], "lecture"),
} satisfies Declarations<MomentumOptions>;

/**
 * Momentum: gradient descent along a decaying sum of gradients, the heavy ball.
 *
 * ```text
 * lecture:  v = gamma v + eta g;  u = -v
 * pytorch:  b = gamma b + g;      u = -eta b
 * ```
 *
 * The two are the same while the rate is constant. When it changes, the lecture's velocity keeps what it gathered at
 * the old rate, and PyTorch's takes the new rate for all of it.
 *
 * State: `v` (or `b`) of the parameter's shape: 4 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: PyTorch `SGD(momentum)`, Optax `sgd(momentum)`: `form: "pytorch"`.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { momentum } from "./momentum.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = momentum({ learningRate: 0.5, momentum: 0.5 });
 * const params = { w: Float64Array.of(0) };
 * const [, state] = opt.update({ w: Float64Array.of(1) }, opt.init(params), params);
 * const [updates] = opt.update({ w: Float64Array.of(1) }, state, params);
 * assertEquals(updates.w[0], -0.75);
 * ```
 *
 * @see Polyak: Some methods of speeding up the convergence of iteration methods, 1964; Qian, 1999.
 */
export function momentum(options: MomentumOptions = {}): Optimizer {
  const { learningRate, momentum, form } = ruleOptions("momentum", options, MOMENTUM_OPTIONS);
  if (form === "pytorch") return sgd({ learningRate, momentum });
  const rule = perParameter({ v: 0 }, ({ g, v }, at) => {
    const next = add(mul(inStep(at, "momentum", momentum), v), mul(at("rate", (s) => s.learningRate), g));
    return { u: neg(next), v: next };
  });
  return optimizer({
    name: "momentum",
    learningRate,
    rule,
    hyperparameters: { learningRate, momentum, form },
  });
}
