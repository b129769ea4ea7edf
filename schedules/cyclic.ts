import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import type { Schedule } from "./schedule.ts";

/** The change of the cycles' height; see {@linkcode cyclic}. */
export type CyclicMode = "triangular" | "triangular2" | "exp-range";

/** Options of {@linkcode cyclic}. */
export interface CyclicOptions {
  /** The lowest value, that of step 0: a finite number of at least 0. */
  readonly minimum: number;
  /** The highest value of the first cycle: a finite number of at least 0. */
  readonly maximum: number;
  /** Steps of the rise: an integer of at least 1. 2000 by default, as in PyTorch. */
  readonly up?: number;
  /** Steps of the fall: an integer of at least 1. As many as the rise by default. */
  readonly down?: number;
  /** The change of the cycles' height. `"triangular"` by default. */
  readonly mode?: CyclicMode;
  /** The factor on the height at each step in the mode `"exp-range"`: in (0, 1]. 1 by default. */
  readonly factor?: number;
}

const CYCLIC_OPTIONS = {
  minimum: true,
  maximum: true,
  up: false,
  down: false,
  mode: false,
  factor: false,
} satisfies OptionNames<CyclicOptions>;

/**
 * Rises and falls between two values in straight lines: `minimum + (maximum - minimum) * height * scale`, where the
 * height goes from 0 to 1 in `up` steps and back in `down`, and the scale is
 *
 * - `"triangular"`: 1;
 * - `"triangular2"`: halved after each cycle;
 * - `"exp-range"`: `factor^step`.
 *
 * PyTorch's scheduler also cycles the momentum the other way; give the momentum its own schedule.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { cyclic } from "./cyclic.ts";
 * import { assertEquals } from "@std/assert";
 * const schedule = cyclic({ minimum: 1, maximum: 3, up: 2, mode: "triangular2" });
 * assertEquals([0, 1, 2, 3, 4, 6].map(schedule), [1, 2, 3, 2, 1, 2]);
 * ```
 *
 * @see Smith: Cyclical Learning Rates for Training Neural Networks (WACV 2017); PyTorch `CyclicLR`.
 */
export function cyclic(options: CyclicOptions): Schedule {
  checkOptions("cyclic", options, CYCLIC_OPTIONS);
  const { minimum, maximum, up = 2000, down = up, mode = "triangular", factor = 1 } = options;
  checkNumber("minimum", minimum, "a finite number of at least 0");
  checkNumber("maximum", maximum, "a finite number of at least 0");
  checkNumber("up", up, "an integer of at least 1");
  checkNumber("down", down, "an integer of at least 1");
  checkNumber("factor", factor, "in (0, 1]");
  if (!["triangular", "triangular2", "exp-range"].includes(mode)) {
    throw new RangeError(
      `mode must be "triangular", "triangular2" or "exp-range", got ${JSON.stringify(mode)}`,
    );
  }
  const period = up + down;
  return (step) => {
    const t = step % period;
    const height = t <= up ? t / up : (period - t) / down;
    const scale = mode === "triangular2"
      ? 0.5 ** Math.floor(step / period)
      : mode === "exp-range"
      ? factor ** step
      : 1;
    return minimum + (maximum - minimum) * height * scale;
  };
}
