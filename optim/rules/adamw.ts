import { type Declarations, flag } from "../../options/mod.ts";
import { atLeast0 } from "../common.ts";
import { type Optimizer, renamed } from "../optimizer.ts";
import { type Hyperparameter, ruleOptions } from "../scheduled.ts";
import { adam, ADAM_OPTIONS, type AdamOptions } from "./adam.ts";
import { amsgrad } from "./amsgrad.ts";

/** Options of {@linkcode adamw}. */
export interface AdamwOptions extends Omit<AdamOptions, "decoupledWeightDecay"> {
  /** The share of the parameter that one update subtracts, times the rate, `lambda`: at least 0, or a schedule. 1e-2 by default. */
  weightDecay?: Hyperparameter;
  /** Whether the second moment never falls, as in PyTorch's `AdamW(amsgrad=True)`. `false` by default. */
  amsgrad?: boolean;
}

const { decoupledWeightDecay: _, ...INHERITED } = ADAM_OPTIONS;
export const ADAMW_OPTIONS = {
  ...INHERITED,
  weightDecay: atLeast0(1e-2),
  amsgrad: flag(),
} satisfies Declarations<AdamwOptions>;

/**
 * AdamW: Adam with weight decay outside the gradient instead of in it.
 *
 * ```text
 * u = Adam's u - eta lambda w
 * ```
 *
 * As in PyTorch and Optax the decay is scaled by the rate; the paper scales it by the schedule's multiplier alone, which
 * `chain(adam(…), addDecayedWeights(…))` gives.
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: PyTorch `AdamW`: the same. Optax `adamw`: its default decay is 1e-4.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { adamw } from "./adamw.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = adamw({ learningRate: 0.1, weightDecay: 0.5 });
 * const params = { w: Float64Array.of(2) };
 * const [updates] = opt.update({ w: Float64Array.of(1) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.1 - 0.1 * 0.5 * 2, 1e-6);
 * ```
 *
 * @see Loshchilov, Hutter: Decoupled weight decay regularization, 2019, Algorithm 2.
 */
export function adamw(options: AdamwOptions = {}): Optimizer {
  const { weightDecay } = ruleOptions("adamw", options, ADAMW_OPTIONS);
  const { amsgrad: never, ...rest } = options;
  const settings = { ...rest, weightDecay, decoupledWeightDecay: true };
  return renamed("adamw", never ? amsgrad(settings) : adam(settings));
}
