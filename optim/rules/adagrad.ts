import { choice, type Declarations, fixed } from "../../options/mod.ts";
import {
  above0,
  atLeast0,
  COMMON_OPTIONS,
  type CommonOptions,
  decaying,
  penalized,
  rate,
} from "../common.ts";
import { add, div, mul, perParameter, sqrt, square } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";

/** Options of {@linkcode adagrad}. */
export interface AdagradOptions extends CommonOptions {
  /**
   * The first value of the sum: at least 0. 0 by default, as in PyTorch and the lecture; Optax and TensorFlow use
   * 0.1.
   */
  initialAccumulator?: number;
  /** Decay of the rate: `eta / (1 + (t - 1) lrDecay)`. At least 0, or a schedule; 0 by default. */
  lrDecay?: Hyperparameter;
  /** Keeps the quotient finite: above 0, or a schedule. 1e-10 by default. */
  epsilon?: Hyperparameter;
  /** The place of epsilon: outside the root, as in PyTorch, or inside it, as in the lecture. `"outside"` by default. */
  epsilonPlacement?: "outside" | "inside";
}

export const ADAGRAD_OPTIONS = {
  ...COMMON_OPTIONS,
  learningRate: rate(1e-2),
  initialAccumulator: fixed("a finite number of at least 0", 0),
  lrDecay: atLeast0(0),
  epsilon: above0(1e-10),
  epsilonPlacement: choice(["outside", "inside"], "outside"),
} satisfies Declarations<AdagradOptions>;

/**
 * Adagrad: each element has its own rate, which falls with the squares of its gradients so far.
 *
 * ```text
 * G = G + g g
 * outside:  u = -eta g / (sqrt(G) + epsilon)
 * inside:   u = -eta g / sqrt(G + epsilon)
 * ```
 *
 * State: `G` of the parameter's shape: 4 bytes a float32 parameter. Default rate 1e-2.
 *
 * Elsewhere: PyTorch `Adagrad`: the same. Optax `adagrad`: epsilon 1e-7 inside, an accumulator that starts at 0.1.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { adagrad } from "./adagrad.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = adagrad({ learningRate: 1 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -1, 1e-9);
 * ```
 *
 * @see Duchi, Hazan, Singer: Adaptive subgradient methods for online learning and stochastic optimization, 2011.
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  const o = ruleOptions("adagrad", options, ADAGRAD_OPTIONS);
  const rule = perParameter({ G: o.initialAccumulator }, ({ g, w, G }, at, name) => {
    const rate = at("rate", (s) => -s.learningRate / (1 + (s.t - 1) * valueAt(o.lrDecay, s.t)));
    const epsilon = inStep(at, "epsilon", o.epsilon);
    const d = penalized(g, w, { ...o, at, name });
    const next = add(G, square(d));
    const root = o.epsilonPlacement === "outside" ? add(sqrt(next), epsilon) : sqrt(add(next, epsilon));
    return { u: div(mul(rate, d), root), G: next };
  });
  return optimizer({
    name: "adagrad",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
