import { type Declarations, filledOptions, fixed, needed } from "../options/mod.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode cosineDecay}. */
export interface CosineDecayOptions {
  /** The value at step 0: a finite number of at least 0. */
  readonly initial: number;
  /** The value from step `steps` on: a finite number of at least 0. 0 by default. */
  readonly final?: number;
  /** Steps to reach `final`: an integer of at least 1. */
  readonly steps: number;
  /** The exponent of the wave, Optax's: a finite number above 0. 1 by default. */
  readonly power?: number;
}

/** The declarations of {@linkcode CosineDecayOptions}. */
export const COSINE_DECAY_OPTIONS = {
  initial: needed("a finite number of at least 0"),
  final: fixed("a finite number of at least 0", 0),
  steps: needed("an integer of at least 1"),
  power: fixed("a finite number above 0", 1),
} satisfies Declarations<CosineDecayOptions>;

/**
 * Falls along half a cosine wave, without restarts:
 * `final + (initial - final) * ((1 + cos(pi * min(step, steps) / steps)) / 2)^power`. Unlike PyTorch's
 * `CosineAnnealingLR`, which rises again after `T_max`, it stays at `final`, as Optax's does.
 *
 * `Math.cos` may differ between JavaScript engines in the last place of a float64.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { cosineDecay } from "./cosine_decay.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(cosineDecay({ initial: 1, steps: 100 })(50), 0.5, 1e-15);
 * ```
 *
 * @see Loshchilov, Hutter: SGDR: Stochastic Gradient Descent with Warm Restarts (ICLR 2017), equation 5.
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  const { initial, final, steps, power } = filledOptions("cosineDecay", options, COSINE_DECAY_OPTIONS);
  return (step) => {
    const wave = (1 + Math.cos(Math.PI * Math.min(step, steps) / steps)) / 2;
    return final + (initial - final) * wave ** power;
  };
}
