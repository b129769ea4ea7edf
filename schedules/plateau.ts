import { type PlateauOptions, type PlateauRule, plateauRule } from "./plateau_options.ts";

/** The state of plateau annealing between updates: plain data that JSON can hold. */
export interface PlateauState {
  /** The factor on the learning rate. */
  readonly scale: number;
  /** Whether the latest update reduced the scale. */
  readonly reduced: boolean;
  /** The metric to compare with: the best so far (lecture: the latest); `null` before the first. */
  readonly reference: number | null;
  /** How many bad updates there have been in a row. */
  readonly badCount: number;
  /** How many updates of the cooldown are left. */
  readonly cooldownLeft: number;
  /** The mean of the metrics gathered toward the next update. */
  readonly average: number;
  /** How many metrics that mean holds. */
  readonly gathered: number;
}

/** Plateau annealing as a pure state machine. */
export interface Plateau {
  /** The state before the first metric. */
  readonly init: () => PlateauState;
  /** The state after a metric, one an epoch as a rule; the state given is not changed. */
  readonly update: (state: PlateauState, metric: number) => PlateauState;
}

/**
 * Reduces the scale of the learning rate when the objective no longer changes enough.
 *
 * - `"lecture"`: an epoch is bad when the change since the *epoch before*, `|J' - J|`, is below the threshold (relative:
 *   below `threshold |J'|`). With mode `"min"` or `"max"` the change is the improvement, so that a setback is bad too.
 *   The scale falls when more than `patience` epochs in a row were bad; the first epoch is never bad.
 * - `"pytorch"`: an epoch is bad unless it betters the *best* by the threshold. The scale falls when `bad > patience`.
 * - `"optax"`: the same for minimizing, but the scale falls when `bad = patience`, one epoch sooner, and metrics may be
 *   averaged first.
 *
 * In PyTorch and Optax a cooldown counts down even on good epochs and no bad ones are counted meanwhile; the lecture's
 * form does likewise. Their relative thresholds, `best (1 - threshold)` to minimize and `best (1 + threshold)` to
 * maximize, are kept as they are: for a metric below 0 they take a slightly worse value for a better one, so use
 * `"absolute"` there. NaN betters nothing: a bad epoch for PyTorch and Optax, and not a small change for the lecture.
 *
 * @throws {RangeError} for an option out of range, or one that the chosen semantics does not have.
 *
 * @example
 * ```ts
 * import { plateau } from "./plateau.ts";
 * import { assertEquals } from "@std/assert";
 * const annealing = plateau({ threshold: 0.1, factor: 0.5 });
 * let state = annealing.init();
 * const scales = [3, 2, 1.95, 1.5, 1.45].map((loss) => (state = annealing.update(state, loss)).scale);
 * assertEquals(scales, [1, 1, 0.5, 0.5, 0.25]);
 * ```
 *
 * @see Ruder: An overview of gradient descent optimization algorithms (2016), section 3; PyTorch `ReduceLROnPlateau`;
 * Optax `contrib.reduce_on_plateau`.
 */
export function plateau(options: PlateauOptions = {}): Plateau {
  const rule = plateauRule(options);
  return {
    init: () => ({
      scale: rule.initial,
      reduced: false,
      reference: null,
      badCount: 0,
      cooldownLeft: 0,
      average: 0,
      gathered: 0,
    }),
    update(state, metric) {
      const gathered = state.gathered + 1;
      const average = (state.gathered * state.average + metric) / gathered;
      if (gathered < rule.accumulate) return { ...state, reduced: false, average, gathered };
      return { ...judge(rule, state, average), average: 0, gathered: 0 };
    },
  };
}

function judge(rule: PlateauRule, state: PlateauState, metric: number): PlateauState {
  const bad = isBad(rule, state.reference, metric);
  const keep = rule.semantics !== "lecture" && bad ? state.reference : metric;
  const next = { ...state, reduced: false, reference: keep };
  // The cooldown resets the number of bad epochs.
  if (state.cooldownLeft > 0) return { ...next, badCount: 0, cooldownLeft: state.cooldownLeft - 1 };
  const badCount = bad ? state.badCount + 1 : 0;
  const fires = rule.semantics === "optax" ? badCount === rule.patience : badCount > rule.patience;
  if (!fires) return { ...next, badCount };
  const smaller = Math.max(state.scale * rule.factor, rule.minimum);
  const reduced = state.scale - smaller > rule.minimumChange;
  const scale = reduced ? smaller : state.scale;
  return { ...next, scale, reduced, badCount: 0, cooldownLeft: rule.cooldown };
}

function isBad(rule: PlateauRule, reference: number | null, metric: number): boolean {
  const { mode, threshold } = rule;
  const relative = rule.thresholdMode === "relative";
  if (rule.semantics === "lecture") {
    if (reference === null) return false;
    const change = mode === "either" ? Math.abs(reference - metric) : signed(mode, reference - metric);
    return change < (relative ? threshold * Math.abs(reference) : threshold);
  }
  if (mode === "max") {
    const best = reference ?? -Infinity;
    return !(metric > (relative ? best * (1 + threshold) : best + threshold));
  }
  const best = reference ?? Infinity;
  return !(metric < (relative ? best * (1 - threshold) : best - threshold));
}

function signed(mode: "min" | "max", fall: number): number {
  return mode === "min" ? fall : -fall;
}
