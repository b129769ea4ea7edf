/**
 * The importance of the options of a sweep for its metric.
 *
 * @module
 */
import type { TrialState } from "./collect.ts";
import { meanScore } from "./halving.ts";
import type { Setting } from "./space.ts";
import { coordinate, searchedOptions } from "./tpe_settings.ts";
import type { Sweep } from "./sweep_file.ts";
import { importances } from "./tpe/mod.ts";

/** The fewest settings by which options are compared. */
const FEWEST = 10;

/** A setting whose trials have finished. */
export interface FinishedSetting {
  readonly setting: Setting;
  /** The mean over its seeds. */
  readonly score: number;
}

/** Returns the settings whose trials have all finished with a finite metric. */
export function finishedSettings(states: readonly TrialState[]): FinishedSetting[] {
  const groups = Map.groupBy(states, (s) => JSON.stringify(s.trial.setting));
  return [...groups.values()].flatMap((of) => {
    const score = of.every((s) => s.state === "finished") ? meanScore(of.map((s) => s.score)) : null;
    return score === null ? [] : [{ setting: of[0]!.trial.setting, score }];
  });
}

/**
 * Returns the importance of each option with several values, the largest first; their sum is 1. Returns `undefined` for a
 * sweep with budgets, fewer than two such options or fewer than ten finished settings.
 */
export function importanceOf(
  { space, search, goal }: Sweep,
  states: readonly TrialState[],
): Readonly<Record<string, number>> | undefined {
  const searched = searchedOptions(space);
  const settings = finishedSettings(states);
  if ("resource" in search || searched.length < 2 || settings.length < FEWEST) return undefined;
  const shares = importances(
    settings.map(({ setting, score }) => ({
      point: searched.map(({ name, values }) => coordinate(values, setting[name]!)),
      value: score,
    })),
    { dimensions: searched.map((s) => s.dimension), goal },
  );
  const named = searched.map(({ name }, i) => [name, shares[i]!] as const);
  return Object.fromEntries(named.toSorted(([, a], [, b]) => b - a));
}
