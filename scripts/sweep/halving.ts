/**
 * Which trials a sweep consists of, as far as its results so far decide. Every machine that asks with the same results gets
 * the same answer, so that none has to tell another. Nothing here reads or writes.
 *
 * Successive halving: K. Jamieson and A. Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter
 * Optimization" (2016). Hyperband: L. Li et al., "Hyperband" (2018), algorithm 1.
 *
 * @module
 */
import { gridSettings, randomSettings, type Setting, type Trial, trialsOf } from "./space.ts";
import type { Budget, Sweep } from "./sweep_file.ts";

/** The score of each trial that is over; `null` for one that has none, as it failed. */
export type Scores = ReadonlyMap<string, number | null>;

/** A round of successive halving. */
export interface Rung {
  /** What each trial may spend. */
  readonly budget: number;
  /** How many settings are tried. */
  readonly count: number;
}

/** What is known of a sweep. */
export interface Schedule {
  /** The trials that are decided on, each once. */
  readonly trials: readonly Trial[];
  /** Whether there will be no others. */
  readonly complete: boolean;
}

/** The trials that follow from the scores. */
export function schedule(sweep: Sweep, scores: Scores): Schedule {
  const brackets = bracketsOf(sweep).map((b) => bracketTrials(sweep, { ...b, scores }));
  const all = brackets.flatMap((b) => b.trials);
  return {
    trials: [...new Map(all.map((t) => [t.id, t])).values()],
    complete: brackets.every((b) => b.complete),
  };
}

/** All trials that there might be, to check them before the first is run. */
export function candidates(sweep: Sweep): Trial[] {
  return bracketsOf(sweep).flatMap(({ settings, rungs }) =>
    settings.flatMap((s) => trialsOf(sweep, withBudget(sweep, s, rungs.at(-1))))
  );
}

/** The rounds of a bracket that starts with `count` settings and ends at the whole budget after `cuts` cuts. */
export function rungsOf(
  { max, min, eta }: Omit<Budget, "resource">,
  { count, cuts }: { count: number; cuts: number },
): Rung[] {
  return Array.from({ length: cuts + 1 }, (_, i) => ({
    budget: Math.max(min, Math.round(max / eta ** (cuts - i))),
    count: Math.max(1, Math.floor(count / eta ** i)),
  }));
}

/** How often a budget can be cut by `eta` without going below its least. */
export function mostCuts({ max, min, eta }: Omit<Budget, "resource">): number {
  let cuts = 0;
  // A little more than the bound: a power of a number that is not whole is rounded.
  while (min * eta ** (cuts + 1) <= max * (1 + 1e-9)) cuts++;
  return cuts;
}

/** The best so many; of equals the first. What has no score is worse than all that has. */
export function best<T>(
  items: readonly { readonly item: T; readonly score: number | null }[],
  { count, goal }: { count: number; goal: "max" | "min" },
): T[] {
  const sign = goal === "max" ? -1 : 1;
  const rank = ({ score }: { score: number | null }) =>
    score === null || Number.isNaN(score) ? Infinity : sign * score;
  return items.map((of, i) => ({ ...of, i })).sort((a, b) => {
    const [x, y] = [rank(a), rank(b)];
    return x === y ? a.i - b.i : x < y ? -1 : 1;
  }).slice(0, count).map(({ item }) => item);
}

/** The mean over the seeds; `null` where a seed failed. */
export function meanScore(scores: readonly (number | null)[]): number | null {
  const values = scores.filter((s) => s !== null);
  return values.length < scores.length ? null : values.reduce((a, b) => a + b, 0) / values.length;
}

interface Bracket {
  readonly settings: readonly Setting[];
  /** None where all settings are run at once, without a budget. */
  readonly rungs: readonly Rung[];
}

function bracketsOf({ space, search }: Sweep): Bracket[] {
  switch (search.method) {
    case "grid":
      return [{ settings: gridSettings(space), rungs: [] }];
    case "random":
      return [{ settings: randomSettings(space, search), rungs: [] }];
    case "halving": {
      const { count, seed } = search;
      const lists = Object.values(space).every((values) => Array.isArray(values));
      const whole = lists ? gridSettings(space) : [];
      // A grid of just that size is taken as it is.
      const settings = whole.length === count ? whole : randomSettings(space, { count, seed });
      return [{ settings, rungs: rungsOf(search, { count, cuts: mostCuts(search) }) }];
    }
    case "hyperband": {
      const { seed, eta } = search;
      const most = mostCuts(search);
      return Array.from({ length: most + 1 }, (_, i) => {
        const cuts = most - i;
        const count = Math.ceil((most + 1) * eta ** cuts / (cuts + 1) - 1e-9);
        const settings = randomSettings(space, { count, seed, stream: `bracket-${cuts}` });
        return { settings, rungs: rungsOf(search, { count, cuts }) };
      });
    }
  }
}

function bracketTrials(sweep: Sweep, { settings, rungs, scores }: Bracket & { scores: Scores }): Schedule {
  if (rungs.length === 0) return { trials: settings.flatMap((s) => trialsOf(sweep, s)), complete: true };
  const trials: Trial[] = [];
  let left = distinct(settings);
  for (const [i, rung] of rungs.entries()) {
    const before = rungs[i - 1];
    if (before !== undefined) {
      const scored = left.map((item) => {
        const of = trialsOf(sweep, withBudget(sweep, item, before));
        return { item, score: meanScore(of.map((t) => scores.get(t.id) ?? null)) };
      });
      left = best(scored, { count: rung.count, goal: sweep.goal });
    }
    const tried = left.map((setting) => trialsOf(sweep, withBudget(sweep, setting, rung)));
    trials.push(...tried.flat());
    if (tried.flat().some((t) => !scores.has(t.id))) return { trials, complete: i === rungs.length - 1 };
  }
  return { trials, complete: true };
}

function withBudget({ search }: Sweep, setting: Setting, rung: Rung | undefined): Setting {
  return rung === undefined || !("resource" in search)
    ? setting
    : { ...setting, [search.resource]: rung.budget };
}

function distinct(settings: readonly Setting[]): Setting[] {
  return [...new Map(settings.map((s) => [JSON.stringify(s), s])).values()];
}
