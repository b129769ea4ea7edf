import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";

/** Options of {@linkcode earlyStopping}. */
export interface EarlyStoppingOptions {
  /** Updates without an improvement before it stops: an integer of at least 1. */
  readonly patience: number;
  /** The direction in which the metric gets better. `"min"` by default. */
  readonly mode?: "min" | "max";
  /** An improvement is better than the best by more than this: a finite number of at least 0. 0 by default. */
  readonly minimumChange?: number;
}

const EARLY_STOPPING_OPTIONS = { patience: true, mode: false, minimumChange: false } satisfies OptionNames<
  EarlyStoppingOptions
>;

/** The state of early stopping between updates: plain data that JSON can hold. */
export interface EarlyStoppingState {
  /** Whether to stop; once `true`, the state does not change. */
  readonly stopped: boolean;
  /** Updates so far. */
  readonly updates: number;
  /** The best metric; `null` before the first that is finite. */
  readonly best: number | null;
  /** The update that brought it, counted from 0: the epoch whose parameters to keep. `null` when `best` is. */
  readonly bestAt: number | null;
  /** Updates since then; all updates if there is no best. */
  readonly badCount: number;
}

/** Early stopping as a pure state machine. */
export interface EarlyStopping {
  /** The state before the first metric. */
  readonly init: () => EarlyStoppingState;
  /** The state after a metric, one an epoch as a rule; the state given is not changed. */
  readonly update: (state: EarlyStoppingState, metric: number) => EarlyStoppingState;
}

/**
 * Stops once the metric has not improved for `patience` updates in a row, as in Keras and Lightning. NaN and infinities are
 * never an improvement.
 *
 * A small change does not count as an improvement and leaves the best unchanged, so many small changes add up to one.
 *
 * @throws {RangeError} for an option out of range.
 *
 * @example
 * ```ts
 * import { earlyStopping } from "./early_stopping.ts";
 * import { assertEquals } from "@std/assert";
 * const stopping = earlyStopping({ patience: 2 });
 * let state = stopping.init();
 * const stopped = [3, 2, 2.5, 2.1].map((loss) => (state = stopping.update(state, loss)).stopped);
 * assertEquals(stopped, [false, false, false, true]);
 * assertEquals(state.bestAt, 1);
 * ```
 *
 * @see Prechelt: Early Stopping - But When? (1998), criterion UP, of which this is the common simplification.
 */
export function earlyStopping(options: EarlyStoppingOptions): EarlyStopping {
  checkOptions("earlyStopping", options, EARLY_STOPPING_OPTIONS);
  const { patience, mode = "min", minimumChange = 0 } = options;
  checkNumber("patience", patience, "an integer of at least 1");
  checkNumber("minimumChange", minimumChange, "a finite number of at least 0");
  if (mode !== "min" && mode !== "max") {
    throw new RangeError(`mode must be "min" or "max", got ${JSON.stringify(mode)}`);
  }
  const improves = (metric: number, best: number | null): boolean => {
    if (!Number.isFinite(metric) || best === null) return Number.isFinite(metric);
    return mode === "min" ? metric < best - minimumChange : metric > best + minimumChange;
  };
  return {
    init: () => ({ stopped: false, updates: 0, best: null, bestAt: null, badCount: 0 }),
    update(state, metric) {
      if (state.stopped) return state;
      const updates = state.updates + 1;
      if (improves(metric, state.best)) {
        return { stopped: false, updates, best: metric, bestAt: state.updates, badCount: 0 };
      }
      const badCount = state.badCount + 1;
      return { ...state, stopped: badCount >= patience, updates, badCount };
    },
  };
}
