import { type Declarations, filledOptions, fixed, needed } from "../options/mod.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode cosineRestarts}. */
export interface CosineRestartsOptions {
  /** The value at step 0 and at each restart: a finite number of at least 0. */
  readonly initial: number;
  /** The value that each period falls toward: a finite number of at least 0. 0 by default. */
  readonly final?: number;
  /** The steps of the first period, `T_0` in the paper: an integer of at least 1. */
  readonly period: number;
  /** The ratio of each period's length to that of the one before, `T_mult`: an integer of at least 1. 1 by default. */
  readonly multiplier?: number;
}

/** The declarations of {@linkcode CosineRestartsOptions}. */
export const COSINE_RESTARTS_OPTIONS = {
  initial: needed("a finite number of at least 0"),
  final: fixed("a finite number of at least 0", 0),
  period: needed("an integer of at least 1"),
  multiplier: fixed("an integer of at least 1", 1),
} satisfies Declarations<CosineRestartsOptions>;

/**
 * SGDR: `final + (initial - final) * (1 + cos(pi * t / T)) / 2`, where `t` is the steps since the last restart and `T` the
 * steps of that period. `final` itself is never reached: the step that would reach it is the restart.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { cosineRestarts } from "./cosine_restarts.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const schedule = cosineRestarts({ initial: 1, period: 10, multiplier: 2 });
 * [0, 5, 10, 20, 30].forEach((t, i) => assertAlmostEquals(schedule(t), [1, 0.5, 1, 0.5, 1][i]!, 1e-15));
 * ```
 *
 * @see Loshchilov, Hutter: SGDR: Stochastic Gradient Descent with Warm Restarts (ICLR 2017), equation 5; PyTorch
 * `CosineAnnealingWarmRestarts`; Optax `sgdr_schedule`.
 */
export function cosineRestarts(options: CosineRestartsOptions): Schedule {
  const { initial, final, period, multiplier } = filledOptions(
    "cosineRestarts",
    options,
    COSINE_RESTARTS_OPTIONS,
  );
  return (step) => {
    let [t, length] = multiplier === 1 ? [step % period, period] : [step, period];
    while (t >= length) {
      t -= length;
      length *= multiplier;
    }
    return final + (initial - final) * (1 + Math.cos(Math.PI * t / length)) / 2;
  };
}
