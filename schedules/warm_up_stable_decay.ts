import { choice, type Declarations, filledOptions, fixed, needed } from "../options/mod.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode warmUpStableDecay}. */
export interface WarmUpStableDecayOptions {
  /** The value between warm-up and decay: a finite number of at least 0. */
  readonly peak: number;
  /** Steps of the rise: an integer of at least 0. */
  readonly warmUp: number;
  /** Steps of the constant value: an integer of at least 0. */
  readonly stable: number;
  /** Steps of the fall: an integer of at least 1. */
  readonly decay: number;
  /** The value at step 0, if there is a warm-up: a finite number of at least 0. 0 by default. */
  readonly initial?: number;
  /** The value after the decay: a finite number of at least 0. 0 by default. */
  readonly final?: number;
  /** The form of the fall; see {@linkcode warmUpStableDecay}. `"sqrt"` by default. */
  readonly shape?: "linear" | "cosine" | "sqrt";
}

/** The declarations of {@linkcode WarmUpStableDecayOptions}. */
export const WARM_UP_STABLE_DECAY_OPTIONS = {
  peak: needed("a finite number of at least 0"),
  warmUp: needed("an integer of at least 0"),
  stable: needed("an integer of at least 0"),
  decay: needed("an integer of at least 1"),
  initial: fixed("a finite number of at least 0", 0),
  final: fixed("a finite number of at least 0", 0),
  shape: choice(["linear", "cosine", "sqrt"], "sqrt"),
} satisfies Declarations<WarmUpStableDecayOptions>;

/**
 * Warms up, stays at a plateau, then decays briefly: a run can be prolonged, or branched into a decay, at any point of
 * the plateau. With `s` the share of the decay that has passed the value is `final + (peak - final) * f(s)`:
 *
 * - `"linear"`: `f = 1 - s`;
 * - `"cosine"`: `f = (1 + cos(pi s)) / 2`;
 * - `"sqrt"`: `f = 1 - sqrt(s)`, the best of those that Hägele et al. compare.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { warmUpStableDecay } from "./warm_up_stable_decay.ts";
 * import { assertEquals } from "@std/assert";
 * const schedule = warmUpStableDecay({ peak: 2, warmUp: 4, stable: 6, decay: 4 });
 * assertEquals([0, 2, 4, 9, 11, 14, 20].map(schedule), [0, 1, 2, 2, 1, 0, 0]);
 * ```
 *
 * @see Hu et al.: MiniCPM: Unveiling the Potential of Small Language Models with Scalable Training Strategies (2024),
 * section 4; Hägele et al.: Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations (NeurIPS 2024).
 */
export function warmUpStableDecay(options: WarmUpStableDecayOptions): Schedule {
  const { peak, warmUp, stable, decay, initial, final, shape } = filledOptions(
    "warmUpStableDecay",
    options,
    WARM_UP_STABLE_DECAY_OPTIONS,
  );
  const fall = FALLS[shape];
  return (step) => {
    if (step < warmUp) return initial + (peak - initial) * step / warmUp;
    const share = (step - warmUp - stable) / decay;
    return share <= 0 ? peak : share >= 1 ? final : final + (peak - final) * fall(share);
  };
}

const FALLS: Readonly<Record<"linear" | "cosine" | "sqrt", (share: number) => number>> = {
  linear: (s) => 1 - s,
  cosine: (s) => (1 + Math.cos(Math.PI * s)) / 2,
  sqrt: (s) => 1 - Math.sqrt(s),
};
