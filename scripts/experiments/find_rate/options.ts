/**
 * The options of `find-rate`.
 *
 * @module
 */
import { choiceOption, count, numberOption, type Options, ownOptions, positive } from "../../cli/mod.ts";
import { UsageError } from "../../console/mod.ts";
import { readTask, TASK_OPTIONS, type TaskAsked } from "../compare/task_options.ts";
import type { RateRange } from "./data.ts";
import { GROWTHS } from "./growth.ts";

/** The defaults of `find-rate`. */
export const DEFAULTS = {
  optimizers: ["sgd", "momentum", "adam"],
  low: 1e-6,
  high: 10,
  steps: 300,
  seeds: 3,
  smoothing: 0.9,
};

/** The options of `find-rate`. */
export const OPTIONS = {
  low: numberOption("X", {
    text: `learning rate of the first step; ${DEFAULTS.low} by default`,
    range: positive,
  }),
  high: numberOption("X", {
    text: `learning rate of the last step; ${DEFAULTS.high} by default`,
    range: positive,
  }),
  steps: numberOption("N", {
    text: `steps from --low to --high; ${DEFAULTS.steps} by default`,
    range: { text: "an integer of at least 20", test: (v) => Number.isInteger(v) && v >= 20 },
  }),
  growth: choiceOption(
    GROWTHS,
    "of the rate: by the same factor (default) or by the same amount at each step",
  ),
  smoothing: numberOption("X", {
    text: `decay of the average of the losses; ${DEFAULTS.smoothing} by default, 0 for none`,
    range: { text: "a number in [0, 1)", test: (v) => v >= 0 && v < 1 },
  }),
  seeds: numberOption("N", {
    text: `number of seeds, from --seed on; ${DEFAULTS.seeds} by default`,
    range: count,
  }),
  ...TASK_OPTIONS,
};

/** The options of `find-rate`, read from the command line. */
export interface Asked {
  readonly task: TaskAsked;
  readonly range: RateRange;
  readonly smoothing: number;
  readonly seeds: number;
}

/** Reads the options. @throws {UsageError} for values out of range, and for options that exclude each other. */
export function readOptions(options: Options): Asked {
  const own = ownOptions(OPTIONS, options);
  const { low = DEFAULTS.low, high = DEFAULTS.high, steps = DEFAULTS.steps, growth = "exponential" } = own;
  if (low >= high) throw new UsageError(`--low must be below --high, ${high}, got ${low}`);
  if (!Number.isFinite(high / low)) {
    throw new UsageError(`--low and --high are too far apart: ${low}, ${high}`);
  }
  return {
    task: readTask(own, options),
    range: { low, high, steps, growth },
    smoothing: own.smoothing ?? DEFAULTS.smoothing,
    seeds: own.seeds ?? DEFAULTS.seeds,
  };
}
