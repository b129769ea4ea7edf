/**
 * Decides which settings get a larger budget.
 *
 * Successive halving: K. Jamieson and A. Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter
 * Optimization" (2016). Hyperband: L. Li et al., "Hyperband" (2018), algorithm 1.
 *
 * @module
 */
import {
  gridSettings,
  quasiRandomSettings,
  randomSettings,
  type Setting,
  type Trial,
  trialsOf,
} from "./space.ts";
import type { Budget } from "./search.ts";
import type { Sweep } from "./sweep_file.ts";
import type { Ends, Schedule } from "./ends.ts";

/** A round of successive halving. */
export interface Rung {
  /** The budget of each trial. */
  readonly budget: number;
  /** The number of settings. */
  readonly count: number;
}

/** Returns the trials of a grid, a random search, halving or Hyperband that follow from the ends of earlier ones. */
export function bracketSchedule(sweep: Sweep, ends: Ends): Schedule {
  const brackets = bracketsOf(sweep).map((b) => bracketTrials(sweep, { ...b, ends }));
  const all = brackets.flatMap((b) => b.trials);
  return {
    trials: [...new Map(all.map((t) => [t.id, t])).values()],
    complete: brackets.every((b) => b.complete),
  };
}

/** Returns all trials of {@linkcode bracketSchedule} that may follow. */
export function bracketCandidates(sweep: Sweep): Trial[] {
  return bracketsOf(sweep).flatMap(({ settings, rungs }) =>
    settings.flatMap((s) => trialsOf(sweep, withBudget(sweep, s, rungs.at(-1))))
  );
}

/** Returns the rounds of a bracket that starts with `count` settings and reaches the whole budget after `cuts` cuts. */
export function rungsOf(
  { max, min, eta }: Omit<Budget, "resource">,
  { count, cuts }: { count: number; cuts: number },
): Rung[] {
  return Array.from({ length: cuts + 1 }, (_, i) => ({
    budget: Math.max(min, Math.round(max / eta ** (cuts - i))),
    count: Math.max(1, Math.floor(count / eta ** i)),
  }));
}

/** Returns how often a budget can be divided by `eta` without falling below its minimum. */
export function mostCuts({ max, min, eta }: Omit<Budget, "resource">): number {
  let cuts = 0;
  // A tolerance above the bound: powers of non-integers are rounded.
  while (min * eta ** (cuts + 1) <= max * (1 + 1e-9)) cuts++;
  return cuts;
}

/** Returns the top `count` by score. Ties keep input order; missing scores sort last. */
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

/** Returns the mean over the seeds; `null` if a seed failed. */
export function meanScore(scores: readonly (number | null)[]): number | null {
  const values = scores.filter((s) => s !== null);
  return values.length < scores.length ? null : values.reduce((a, b) => a + b, 0) / values.length;
}

interface Bracket {
  readonly settings: readonly Setting[];
  /** Empty if all settings run at once, without a budget. */
  readonly rungs: readonly Rung[];
}

function bracketsOf({ space, search }: Sweep): Bracket[] {
  switch (search.method) {
    case "grid":
      return [{ settings: gridSettings(space), rungs: [] }];
    case "quasi-random":
      return [{ settings: quasiRandomSettings(space, search), rungs: [] }];
    // TPE decides its settings by their order.
    case "tpe":
    case "random":
      return [{ settings: randomSettings(space, search), rungs: [] }];
    case "halving": {
      const { count, seed } = search;
      const lists = Object.values(space).every((values) => Array.isArray(values));
      const whole = lists ? gridSettings(space) : [];
      // A grid of exactly this size is used unchanged.
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

function bracketTrials(sweep: Sweep, { settings, rungs, ends }: Bracket & { ends: Ends }): Schedule {
  if (rungs.length === 0) return { trials: settings.flatMap((s) => trialsOf(sweep, s)), complete: true };
  const trials: Trial[] = [];
  let left = distinct(settings);
  for (const [i, rung] of rungs.entries()) {
    const before = rungs[i - 1];
    if (before !== undefined) {
      const scored = left.map((item) => {
        const of = trialsOf(sweep, withBudget(sweep, item, before));
        return { item, score: meanScore(of.map((t) => ends.get(t.id)?.score ?? null)) };
      });
      left = best(scored, { count: rung.count, goal: sweep.goal });
    }
    const tried = left.map((setting) => trialsOf(sweep, withBudget(sweep, setting, rung)));
    trials.push(...tried.flat());
    if (tried.flat().some((t) => !ends.has(t.id))) return { trials, complete: i === rungs.length - 1 };
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
