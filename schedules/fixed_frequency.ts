import { type Declarations, filledOptions, fixed, needed } from "../options/mod.ts";
import type { Schedule } from "./schedule.ts";
import { stepDecay } from "./step_decay.ts";

/** Options of {@linkcode fixedFrequency}. */
export interface FixedFrequencyOptions {
  /** The value at step 0: a finite number of at least 0. */
  readonly initial: number;
  /** The factor of each reduction, `delta` in the paper: in (0, 1]. */
  readonly factor: number;
  /** Epochs between reductions, `k` in the paper: an integer of at least 1. */
  readonly epochs: number;
  /** Steps in an epoch: an integer of at least 1. 1 by default: the schedule then counts epochs. */
  readonly stepsPerEpoch?: number;
}

/** The declarations of {@linkcode FixedFrequencyOptions}. */
export const FIXED_FREQUENCY_OPTIONS = {
  initial: needed("a finite number of at least 0"),
  factor: needed("in (0, 1]"),
  epochs: needed("an integer of at least 1"),
  stepsPerEpoch: fixed("an integer of at least 1", 1),
} satisfies Declarations<FixedFrequencyOptions>;

/**
 * Fixed-frequency decay: `initial * factor^floor(epoch / epochs)`, whatever the validation metric does.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { fixedFrequency } from "./fixed_frequency.ts";
 * import { assertEquals } from "@std/assert";
 * const schedule = fixedFrequency({ initial: 1, factor: 0.5, epochs: 25, stepsPerEpoch: 10 });
 * assertEquals([249, 250, 500].map(schedule), [1, 0.5, 0.25]);
 * ```
 *
 * @see Wilson, Roelofs, Stern, Srebro, Recht: The Marginal Value of Adaptive Gradient Methods in Machine Learning (NeurIPS
 * 2017), section 4.
 */
export function fixedFrequency(options: FixedFrequencyOptions): Schedule {
  const { initial, factor, epochs, stepsPerEpoch } = filledOptions(
    "fixedFrequency",
    options,
    FIXED_FREQUENCY_OPTIONS,
  );
  return stepDecay({ initial, factor, every: epochs * stepsPerEpoch });
}
