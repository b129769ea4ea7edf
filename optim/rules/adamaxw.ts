import type { Declarations } from "../../options/mod.ts";
import { atLeast0 } from "../common.ts";
import { type Optimizer, renamed } from "../optimizer.ts";
import { type Hyperparameter, ruleOptions } from "../scheduled.ts";
import { adamax, ADAMAX_OPTIONS, type AdamaxOptions } from "./adamax.ts";

/** Options of {@linkcode adamaxw}. */
export interface AdamaxwOptions extends Omit<AdamaxOptions, "decoupledWeightDecay"> {
  /** The share of the parameter that one update subtracts, times the rate, `lambda`: at least 0, or a schedule. 1e-2 by default. */
  weightDecay?: Hyperparameter;
}

const { decoupledWeightDecay: _, ...INHERITED } = ADAMAX_OPTIONS;
export const ADAMAXW_OPTIONS = {
  ...INHERITED,
  weightDecay: atLeast0(1e-2),
} satisfies Declarations<AdamaxwOptions>;

/**
 * AdaMaxW: AdaMax with weight decay outside the gradient instead of in it.
 *
 * ```text
 * u = AdaMax's u - eta lambda w
 * ```
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter. Default rate 2e-3.
 *
 * Elsewhere: PyTorch has none. Optax `adamaxw`: its default decay is 1e-4.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { adamaxw } from "./adamaxw.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = adamaxw({ learningRate: 0.1, weightDecay: 0.5 });
 * const params = { w: Float64Array.of(2) };
 * const [updates] = opt.update({ w: Float64Array.of(1) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.1 - 0.1 * 0.5 * 2, 1e-8);
 * ```
 *
 * @see Kingma, Ba: Adam: A method for stochastic optimization, 2015, Algorithm 2; Loshchilov, Hutter: Decoupled weight decay
 * regularization, 2019.
 */
export function adamaxw(options: AdamaxwOptions = {}): Optimizer {
  const { weightDecay } = ruleOptions("adamaxw", options, ADAMAXW_OPTIONS);
  return renamed("adamaxw", adamax({ ...options, weightDecay, decoupledWeightDecay: true }));
}
