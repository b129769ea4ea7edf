/**
 * Settings that are decided one after another, each by the ends of earlier ones.
 *
 * Setting k is decided once the settings up to k - parallel have ended, and by them alone: those in between count as
 * running, even if one of them has ended. So the decision does not depend on which of them is faster. The same holds for
 * the earlier trials that decide whether a trial is pruned.
 *
 * @module
 */
import type { Ends, Schedule } from "./ends.ts";
import { meanScore } from "./halving.ts";
import {
  gridSettings,
  quasiRandomSettings,
  randomSettings,
  type Setting,
  type Trial,
  trialsOf,
} from "./space.ts";
import type { Search } from "./search.ts";
import type { Sweep } from "./sweep_file.ts";
import { proposedSetting } from "./tpe_settings.ts";
import type { Outcome } from "./tpe/mod.ts";

/** The methods that decide settings in order. */
type Ordered = Search & { readonly method: "grid" | "random" | "quasi-random" | "tpe" };

/** Returns whether a sweep decides its settings, or what prunes them, one after another. */
export function isOrdered({ search, pruner }: Sweep): boolean {
  return search.method === "tpe" || pruner !== undefined;
}

/** The settings of a sweep in order, as far as they are decided. */
export class Sequence {
  readonly #sweep: Sweep;
  readonly #search: Ordered;
  /** The settings of a grid or of random draws, with which TPE begins. */
  readonly #given: readonly Setting[];
  /** The settings decided so far: the ends that decided them do not change any more. */
  readonly #settings: Setting[] = [];

  constructor(sweep: Sweep) {
    this.#sweep = sweep;
    this.#search = sweep.search as Ordered;
    this.#given = givenSettings(sweep);
  }

  /** Returns the trials that follow from the ends. */
  schedule(ends: Ends): Schedule {
    const { parallel = 1 } = this.#search;
    const trials = new Map<string, Trial>();
    const earlier = new Map<string, readonly string[]>();
    const outcomes: Outcome[] = [];
    const before: string[][] = [];
    const schedule = (complete: boolean) => ({ trials: [...trials.values()], complete, earlier });
    for (let k = 0; k < this.#given.length; k++) {
      const known = Math.max(0, k - parallel + 1);
      const setting = this.#settings[k] ?? this.#decide(k, outcomes.slice(0, known));
      if (setting === undefined) return schedule(false);
      this.#settings[k] = setting;
      const own = trialsOf(this.#sweep, setting);
      for (const trial of own) {
        // A setting that is proposed again is not tried again.
        if (trials.has(trial.id)) continue;
        trials.set(trial.id, trial);
        earlier.set(trial.id, [...new Set(before.slice(0, known).flat())]);
      }
      before.push(own.map((t) => t.id));
      outcomes.push(outcomeOf(own, { ends, goal: this.#sweep.goal }));
    }
    return schedule(true);
  }

  /** Returns setting `k` by the outcomes of the first ones; `undefined` if it has to wait for them. */
  #decide(k: number, outcomes: readonly Outcome[]): Setting | undefined {
    const { goal, space, pruner } = this.#sweep;
    const search = this.#search;
    const startup = search.method === "tpe" ? search.startup : Infinity;
    // So few trials prune none, whatever their ends.
    const pruned = pruner !== undefined && outcomes.length >= Math.max(1, pruner.startup);
    if ((k >= startup || pruned) && outcomes.some((o) => o.state === "running")) return undefined;
    if (search.method !== "tpe" || outcomes.length < startup) return this.#given[k]!;
    const history = this.#settings.slice(0, k).map((setting, i) => ({
      ...outcomes[i] ?? { state: "running" as const },
      setting,
    }));
    return proposedSetting(space, history, { ...search, goal, at: k });
  }
}

function givenSettings(sweep: Sweep): Setting[] {
  const search = sweep.search as Ordered;
  if (search.method === "grid") return gridSettings(sweep.space);
  const draw = search.method === "quasi-random" ? quasiRandomSettings : randomSettings;
  return draw(sweep.space, search);
}

/** Returns the outcome of a setting by its trials, one for each seed. A failed setting counts as the worst. */
function outcomeOf(trials: readonly Trial[], { ends, goal }: { ends: Ends; goal: "max" | "min" }): Outcome {
  const all = trials.map(({ id }) => ends.get(id));
  if (all.includes(undefined)) return { state: "running" };
  const value = meanScore(all.map((end) => end!.score)) ?? (goal === "max" ? -Infinity : Infinity);
  // With a pruner there is one trial a setting.
  const epoch = all[0]?.prunedAfter;
  return epoch === undefined ? { state: "complete", value } : { state: "pruned", step: epoch, value };
}

/** Returns trials with the given settings, and with each end of an interval and each value of a list. */
export function orderedCandidates(sweep: Sweep): Trial[] {
  const given = givenSettings(sweep);
  const extremes = sweep.search.method === "tpe"
    ? Object.entries(sweep.space).flatMap(([name, values]) =>
      ("min" in values ? [values.min, values.max] : values).map((value) => ({ ...given[0], [name]: value }))
    )
    : [];
  return [...given, ...extremes].flatMap((setting) => trialsOf(sweep, setting));
}
