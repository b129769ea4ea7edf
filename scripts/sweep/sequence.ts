/**
 * Settings that are decided one after another, each by the ends of earlier ones.
 *
 * Setting k is decided once the settings up to k - parallel have ended, and by them alone: those in between count as
 * running, even if one of them has ended. So the decision does not depend on which of them is faster.
 *
 * @module
 */
import { meanScore } from "./halving.ts";
import type { Ends, Schedule } from "./ends.ts";
import { randomSettings, type Setting, type Trial, trialsOf } from "./space.ts";
import type { Search, Sweep } from "./sweep_file.ts";
import { proposedSetting } from "./tpe_settings.ts";
import type { Outcome } from "./tpe/mod.ts";

type TpeSearch = Search & { readonly method: "tpe" };

/** The settings of a sweep in order, as far as they are decided. */
export class Sequence {
  readonly #sweep: Sweep;
  readonly #search: TpeSearch;
  readonly #random: readonly Setting[];
  /** The settings decided so far: the ends that decided them do not change any more. */
  readonly #settings: Setting[] = [];

  constructor(sweep: Sweep) {
    this.#sweep = sweep;
    this.#search = sweep.search as TpeSearch;
    this.#random = randomSettings(sweep.space, this.#search);
  }

  /** Returns the trials that follow from the ends. */
  schedule(ends: Ends): Schedule {
    const { count, parallel } = this.#search;
    const trials = new Map<string, Trial>();
    const outcomes: Outcome[] = [];
    const schedule = (complete: boolean) => ({ trials: [...trials.values()], complete });
    for (let k = 0; k < count; k++) {
      const known = Math.max(0, k - parallel + 1);
      const setting = this.#settings[k] ?? this.#decide(k, outcomes.slice(0, known));
      if (setting === undefined) return schedule(false);
      this.#settings[k] = setting;
      const own = trialsOf(this.#sweep, setting);
      for (const trial of own) trials.set(trial.id, trial);
      outcomes.push(outcomeOf(own, { ends, goal: this.#sweep.goal }));
    }
    return schedule(true);
  }

  /** Returns setting `k` by the outcomes of the first ones; `undefined` if it has to wait for them. */
  #decide(k: number, outcomes: readonly Outcome[]): Setting | undefined {
    const { goal, space } = this.#sweep;
    const { startup } = this.#search;
    if (k < startup) return this.#random[k]!;
    if (outcomes.some((o) => o.state === "running")) return undefined;
    if (outcomes.length < startup) return this.#random[k]!;
    const history = this.#settings.slice(0, k).map((setting, i) => ({
      ...outcomes[i] ?? { state: "running" as const },
      setting,
    }));
    return proposedSetting(space, history, { ...this.#search, goal, at: k });
  }
}

/** Returns the outcome of a setting by its trials, one for each seed. A failed setting counts as the worst. */
function outcomeOf(trials: readonly Trial[], { ends, goal }: { ends: Ends; goal: "max" | "min" }): Outcome {
  const all = trials.map(({ id }) => ends.get(id));
  if (all.includes(undefined)) return { state: "running" };
  const value = meanScore(all.map((end) => end!.score));
  return { state: "complete", value: value ?? (goal === "max" ? -Infinity : Infinity) };
}

/** Returns trials with the random settings, and with each end of an interval and each value of a list. */
export function tpeCandidates(sweep: Sweep): Trial[] {
  const random = randomSettings(sweep.space, sweep.search as TpeSearch);
  const extremes = Object.entries(sweep.space).flatMap(([name, values]) =>
    ("min" in values ? [values.min, values.max] : values).map((value) => ({ ...random[0], [name]: value }))
  );
  return [...random, ...extremes].flatMap((setting) => trialsOf(sweep, setting));
}
