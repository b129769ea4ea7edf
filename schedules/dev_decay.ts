import { choice, type Declarations, filledOptions, needed } from "../options/mod.ts";
import { type Plateau, plateau } from "./plateau.ts";

/** Options of {@linkcode devDecay}. */
export interface DevDecayOptions {
  /** The factor of each reduction of the scale, `delta` in the paper: in (0, 1). */
  readonly factor: number;
  /** The direction in which the metric gets better. `"min"` by default. */
  readonly mode?: "min" | "max";
}

/** The declarations of {@linkcode DevDecayOptions}. */
export const DEV_DECAY_OPTIONS = {
  factor: needed("in (0, 1)"),
  mode: choice(["min", "max"], "min"),
} satisfies Declarations<DevDecayOptions>;

/**
 * Multiplies the scale by `factor` (dev-decay) after every epoch whose validation metric is not better than the best so
 * far. Plateau annealing with neither patience nor threshold; a value equal to the best is no improvement, nor is NaN.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { devDecay } from "./dev_decay.ts";
 * import { assertEquals } from "@std/assert";
 * const decay = devDecay({ factor: 0.5 });
 * let state = decay.init();
 * const scales = [3, 2, 2.5, 2, 1.9].map((loss) => (state = decay.update(state, loss)).scale);
 * assertEquals(scales, [1, 1, 0.5, 0.25, 0.25]);
 * ```
 *
 * @see Wilson, Roelofs, Stern, Srebro, Recht: The Marginal Value of Adaptive Gradient Methods in Machine Learning (NeurIPS
 * 2017), section 4.
 */
export function devDecay(options: DevDecayOptions): Plateau {
  const { factor, mode } = filledOptions("devDecay", options, DEV_DECAY_OPTIONS);
  return plateau({ semantics: "pytorch", mode, factor, patience: 0, threshold: 0, minimumChange: 0 });
}
