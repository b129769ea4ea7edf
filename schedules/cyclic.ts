import { choice, type Declarations, filledOptions, fixed, needed, open } from "../options/mod.ts";
import type { Schedule } from "./schedule.ts";

/** The change of the cycles' height; see {@linkcode cyclic}. */
export type CyclicMode = "triangular" | "triangular2" | "exp-range";

/** Options of {@linkcode cyclic}. */
export interface CyclicOptions {
  /** The value of step 0, the lowest for a learning rate: a finite number of at least 0. */
  readonly minimum: number;
  /** The value after the rise of the first cycle, the highest for a learning rate: a finite number of at least 0. */
  readonly maximum: number;
  /** Steps of the rise: an integer of at least 1. 2000 by default, as in PyTorch. */
  readonly up?: number;
  /** Steps of the fall: an integer of at least 1. As many as the rise by default. */
  readonly down?: number;
  /** The change of the cycles' height. `"triangular"` by default. */
  readonly mode?: CyclicMode;
  /** The factor on the height at each step in the mode `"exp-range"`: in (0, 1]. 1 by default. */
  readonly factor?: number;
  /** Returns the factor on the height, in place of a mode: from the number of the cycle, counted from 1, or the step. */
  readonly scale?: (x: number) => number;
  /** What `scale` gets: the number of the cycle, or the step. `"cycle"` by default. */
  readonly scaleMode?: "cycle" | "iterations";
}

/** The declarations of {@linkcode CyclicOptions}. */
export const CYCLIC_OPTIONS = {
  minimum: needed("a finite number of at least 0"),
  maximum: needed("a finite number of at least 0"),
  up: fixed("an integer of at least 1", 2000),
  down: open("an integer of at least 1"),
  mode: choice(["triangular", "triangular2", "exp-range"], "triangular"),
  factor: fixed("in (0, 1]", 1),
  scale: { kind: "other", type: "function" },
  scaleMode: choice(["cycle", "iterations"], "cycle"),
} satisfies Declarations<CyclicOptions>;

/**
 * Rises and falls between two values in straight lines: `minimum + (maximum - minimum) * height * scale`, where the
 * height goes from 0 to 1 in `up` steps and back in `down`, and the scale is
 *
 * - `"triangular"`: 1;
 * - `"triangular2"`: halved after each cycle;
 * - `"exp-range"`: `factor^step`;
 * - your own, the option `scale`, in place of a mode.
 *
 * PyTorch's scheduler also cycles the momentum the other way, from 0.9 down to 0.8 and back by default; give the momentum
 * its own schedule: `sgd({ learningRate: cyclic({ minimum: 0.01, maximum: 0.1 }), momentum: cyclic({ minimum: 0.9,
 * maximum: 0.8 }) })`.
 *
 * @throws {RangeError} for an option out of range, or for `scale` beside a mode, which it replaces.
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
  const { minimum, maximum, up, down = up, ...shape } = filledOptions("cyclic", options, CYCLIC_OPTIONS);
  if (options.scale !== undefined && (options.mode !== undefined || options.factor !== undefined)) {
    throw new RangeError("cyclic: scale replaces mode and factor: give it alone");
  }
  const period = up + down;
  const scale = scaleOf(shape);
  return (step) => {
    const t = step % period;
    const height = t <= up ? t / up : (period - t) / down;
    return minimum + (maximum - minimum) * height * scale(step, Math.floor(step / period));
  };
}

/** Returns the function from the step and the number of its cycle, from 0, to the factor on the height. */
function scaleOf(
  { mode, factor, scale, scaleMode }: {
    mode: CyclicMode;
    factor: number;
    scale?: (x: number) => number;
    scaleMode: "cycle" | "iterations";
  },
): (step: number, cycle: number) => number {
  if (scale !== undefined) return (step, cycle) => scale(scaleMode === "cycle" ? cycle + 1 : step);
  if (mode === "triangular2") return (_, cycle) => 0.5 ** cycle;
  return mode === "exp-range" ? (step) => factor ** step : () => 1;
}
