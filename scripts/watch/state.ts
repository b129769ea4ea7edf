/**
 * The state of the runs, as the page shows it.
 *
 * @module
 */
import { bestTexts, type DrawnPlot, drawnPlot, measurePlot, type Plot, textOf } from "../report/mod.ts";
import { MEASURES } from "../metrics/mod.ts";
import type { WatchedRun } from "./runs.ts";

/** The message to the page. */
export interface WatchState {
  /** A row for each run with the state of its last training. */
  readonly runs: readonly {
    readonly run: string;
    readonly state: "finished" | "running" | "silent" | "damaged";
    readonly training: string;
    readonly step: string;
    readonly epoch: string;
    /** The last value of each measure, by name. */
    readonly values: Readonly<Record<string, string>>;
    /** The best value of each measure that is the mean of an evaluation, by name, and where it was. */
    readonly best: Readonly<Record<string, string>>;
    /** Its configuration, in rows of a name and a text. */
    readonly facts: WatchedRun["facts"];
    /** The address of its report; absent if it has none. */
    readonly report?: string;
    /** The fault in its metrics; empty if there is none. */
    readonly note: string;
  }[];
  readonly plots: readonly WatchedPlot[];
}

/** A plot, and the texts of its figure. */
export interface WatchedPlot extends DrawnPlot {
  readonly caption: string;
  readonly text: string;
}

/** Milliseconds without new metrics after which a run counts as silent: stopped, or busy with a long step. */
const SILENT = 60_000;

/** Returns the state of the runs. */
export async function watchState(runs: readonly WatchedRun[], { now }: { now: number }): Promise<WatchState> {
  const labels = labelsOf(runs);
  const plots = Object.keys(MEASURES).flatMap((measure) => measurePlot(runs, { labels, measure }));
  const best = bestTexts(runs, labels);
  return {
    runs: runs.map(({ name, finished, changed, metrics, facts, reported, damage }, i) => {
      const last = metrics.at(-1) ?? {};
      const training = Object.keys(last).slice(0, Object.keys(last).indexOf("step")).map((k) => last[k]!);
      const latest = (measure: string) => metrics.findLast((r) => r[measure])?.[measure];
      const values = Object.keys(MEASURES).flatMap((m) => {
        const value = latest(m);
        return value === undefined ? [] : [[MEASURES[m]!.text, shownNumber(Number(value))] as const];
      });
      return {
        run: labels[i]!,
        state: damage !== undefined
          ? "damaged"
          : finished
          ? "finished"
          : now - changed < SILENT
          ? "running"
          : "silent",
        training: training.join(" "),
        step: last.step ?? "",
        epoch: last.epoch ?? "",
        values: Object.fromEntries(values),
        best: best[i]!,
        facts,
        ...(reported ? { report: `report/${encodeURIComponent(name)}` } : {}),
        note: damage === undefined ? "" : `metrics.csv: ${damage}`,
      };
    }),
    plots: await Promise.all(plots.map(watchedPlot)),
  };
}

async function watchedPlot(plot: Plot): Promise<WatchedPlot> {
  return { ...await drawnPlot(plot), caption: plot.caption ?? "", text: textOf(plot) };
}

/** Returns the names of the runs as the page shows them: whole paths where shorter names would be ambiguous. */
function labelsOf(runs: readonly WatchedRun[]): string[] {
  const shown = runs.map(({ name }) => shownName(name));
  return new Set(shown).size === shown.length ? shown : runs.map(({ name }) => name);
}

/** Returns the name of a run; for a trial of a sweep (`trials/<id>/run`) the id. */
function shownName(name: string): string {
  return name === "." ? "run" : name.replace(/(^|\/)trials\/([^/]+)\/run$/, "$1$2");
}

function shownNumber(value: number): string {
  return value === 0 ? "0" : value.toPrecision(4);
}
