import { checkChoice, checkNumber, checkOptions, type OptionNames } from "../../options/mod.ts";
import { checkCommon, COMMON_OPTIONS, type CommonOptions, decaying, penalized } from "../common.ts";
import { add, div, mul, perParameter, sqrt, square } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";

/** Options of {@linkcode adagrad}. */
export interface AdagradOptions extends CommonOptions {
  /**
   * The first value of the sum: at least 0. 0 by default, as in PyTorch and the lecture; Optax and TensorFlow use
   * 0.1.
   */
  initialAccumulator?: number;
  /** Decay of the rate: `eta / (1 + (t - 1) lrDecay)`. At least 0; 0 by default. */
  lrDecay?: number;
  /** Keeps the quotient finite: above 0. 1e-10 by default. */
  epsilon?: number;
  /** The place of epsilon: outside the root, as in PyTorch, or inside it, as in the lecture. `"outside"` by default. */
  epsilonPlacement?: "outside" | "inside";
}

const ADAGRAD_OPTIONS = {
  ...COMMON_OPTIONS,
  initialAccumulator: false,
  lrDecay: false,
  epsilon: false,
  epsilonPlacement: false,
} satisfies OptionNames<AdagradOptions>;

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
  checkOptions("adagrad", options, ADAGRAD_OPTIONS);
  const { learningRate = 1e-2, initialAccumulator = 0, lrDecay = 0, epsilon = 1e-10 } = options;
  const { epsilonPlacement = "outside" } = options;
  checkCommon(options);
  checkNumber("initialAccumulator", initialAccumulator, "a finite number of at least 0");
  checkNumber("lrDecay", lrDecay, "a finite number of at least 0");
  checkNumber("epsilon", epsilon, "a finite number above 0");
  checkChoice("epsilonPlacement", epsilonPlacement, ["outside", "inside"]);
  const rule = perParameter({ G: initialAccumulator }, ({ g, w, G }, at, name) => {
    const rate = at("rate", (s) => -s.learningRate / (1 + (s.t - 1) * lrDecay));
    const d = penalized(g, w, { ...options, name });
    const next = add(G, square(d));
    const root = epsilonPlacement === "outside" ? add(sqrt(next), epsilon) : sqrt(add(next, epsilon));
    return { u: div(mul(rate, d), root), G: next };
  });
  return optimizer({ name: "adagrad", learningRate, rule: decaying(rule, options) });
}
