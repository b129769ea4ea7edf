import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
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

const COSINE_RESTARTS_OPTIONS = {
  initial: true,
  final: false,
  period: true,
  multiplier: false,
} satisfies OptionNames<CosineRestartsOptions>;

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
  checkOptions("cosineRestarts", options, COSINE_RESTARTS_OPTIONS);
  const { initial, final = 0, period, multiplier = 1 } = options;
  checkNumber("initial", initial, "a finite number of at least 0");
  checkNumber("final", final, "a finite number of at least 0");
  checkNumber("period", period, "an integer of at least 1");
  checkNumber("multiplier", multiplier, "an integer of at least 1");
  return (step) => {
    let [t, length] = multiplier === 1 ? [step % period, period] : [step, period];
    while (t >= length) {
      t -= length;
      length *= multiplier;
    }
    return final + (initial - final) * (1 + Math.cos(Math.PI * t / length)) / 2;
  };
}
