/**
 * The state of the runs, as the page shows it.
 *
 * @module
 */
import { compilePlot, measurePlot, PAGE_WIDTH, type VegaSpec } from "../report/mod.ts";
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
    /** The fault in its metrics; empty if there is none. */
    readonly note: string;
  }[];
  readonly plots: readonly { name: string; title: string; caption: string; width: number; spec: VegaSpec }[];
}

/** Milliseconds without new metrics after which a run counts as silent: stopped, or busy with a long step. */
const SILENT = 60_000;

/** Returns the state of the runs. */
export async function watchState(runs: readonly WatchedRun[], { now }: { now: number }): Promise<WatchState> {
  const labels = runs.map(({ name }) => shownName(name));
  const plots = Object.keys(MEASURES).flatMap((measure) => measurePlot(runs, { labels, measure }));
  return {
    runs: runs.map(({ finished, changed, metrics, damage }, i) => {
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
        note: damage === undefined ? "" : `metrics.csv: ${damage}`,
      };
    }),
    plots: await Promise.all(plots.map(async (plot) => ({
      name: plot.name,
      title: plot.title,
      caption: plot.caption ?? "",
      width: plot.width ?? PAGE_WIDTH,
      spec: await compilePlot(plot),
    }))),
  };
}

/** Returns the name of a run; for a trial of a sweep (`trials/<id>/run`) the id. */
function shownName(name: string): string {
  return name === "." ? "run" : name.replace(/(^|\/)trials\/([^/]+)\/run$/, "$1$2");
}

function shownNumber(value: number): string {
  return value === 0 ? "0" : value.toPrecision(4);
}
