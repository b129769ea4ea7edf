import { type Declarations, filledOptions, fixed, needed } from "../options/mod.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode inverseSqrtDecay}. */
export interface InverseSqrtDecayOptions {
  /** The value at step 0: a finite number of at least 0. */
  readonly initial: number;
  /** Steps until the value has fallen to 1/sqrt(2): a finite number above 0. 1 by default. */
  readonly scale?: number;
}

/** The declarations of {@linkcode InverseSqrtDecayOptions}. */
export const INVERSE_SQRT_DECAY_OPTIONS = {
  initial: needed("a finite number of at least 0"),
  scale: fixed("a finite number above 0", 1),
} satisfies Declarations<InverseSqrtDecayOptions>;

/**
 * Falls with the inverse root of the step: `initial / sqrt(1 + step / scale)`. With `scale` 1 this is
 * `alpha / sqrt(t)`, `t` counting from 1, the rate of the convergence proofs of Adagrad, Adam and AMSGrad.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { inverseSqrtDecay } from "./inverse_sqrt_decay.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals([0, 3, 8].map(inverseSqrtDecay({ initial: 6 })), [6, 3, 2]);
 * ```
 *
 * @see Reddi, Kale, Kumar: On the Convergence of Adam and Beyond (ICLR 2018), Corollary 1.
 */
export function inverseSqrtDecay(options: InverseSqrtDecayOptions): Schedule {
  const { initial, scale } = filledOptions("inverseSqrtDecay", options, INVERSE_SQRT_DECAY_OPTIONS);
  return (step) => initial / Math.sqrt(1 + step / scale);
}
