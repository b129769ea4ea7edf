/**
 * `report`: folders of runs side by side.
 *
 * @module
 */
import { stringify } from "@std/csv";
import { UsageError } from "../errors.ts";
import type { Experiment, ResultTable } from "../experiment_types.ts";
import { type FinishedRun, finishedRun } from "../finished_run.ts";
import type { Plot } from "../report/plot.ts";
import { type LinePoint, lines } from "../report/plots/lines.ts";
import { shellLine } from "../shell.ts";
import { mean, plusMinus } from "../statistics.ts";

/** What `metrics.csv` may measure, in words, and whether it is drawn on a logarithmic scale. */
const MEASURES: Readonly<Record<string, { text: string; log: boolean }>> = {
  loss: { text: "loss", log: true },
  batchLoss: { text: "loss of the batch", log: true },
  trainLoss: { text: "training loss", log: true },
  validationLoss: { text: "validation loss", log: true },
  testLoss: { text: "test loss", log: true },
  testAccuracy: { text: "test accuracy", log: false },
};

/** What tells the trainings within a run apart, apart from texts. */
const SETTINGS = ["learningRate", "batchSize", "n"];

/** The most lines of a plot, and points of a line. */
const MOST_LINES = 16;
const MOST_POINTS = 200;

/** Compares runs by their summaries and metrics. */
export const reportExperiment: Experiment = {
  summary: "a report that compares the folders of finished runs: verdicts, summaries and metrics",
  defaults: "report DIR...; nothing is trained",
  operands: "DIR...",
  common: ["out"],
  async prepare({ operands }) {
    if (operands.length === 0) throw new UsageError("report needs folders of runs: report DIR...");
    const runs = await Promise.all(operands.map(finishedRun));
    const labels = labelsOf(runs);
    return () => {
      const groups = runs.flatMap((run, i) => groupsOf(run).map((g) => ({ run: labels[i]!, ...g })));
      const measured = [...new Set(groups.flatMap((g) => Object.keys(g.values)))];
      const settings = [...new Set(groups.flatMap((g) => Object.keys(g.settings)))];
      return Promise.resolve({
        runs: groups.map(({ run, settings, values, seeds }) => ({
          run,
          ...settings,
          seeds,
          ...Object.fromEntries(Object.entries(values).map(([name, of]) => [name, mean([...of])])),
        })),
        config: { folders: runs.map((r) => r.path) },
        files: [{
          name: "comparison.csv",
          content: stringify(
            groups.map(({ run, settings, values, seeds }) => ({
              run,
              ...settings,
              seeds,
              ...Object.fromEntries(Object.entries(values).map(([name, of]) => [name, mean([...of])])),
            })),
            { columns: ["run", ...settings, "seeds", ...measured] },
          ),
        }],
        tables: [
          foldersTable(runs, labels),
          ...(runs.some((r) => r.claims.length > 0) ? [verdictsTable(runs, labels)] : []),
          {
            title: "Summaries",
            header: ["run", ...settings, "seeds", ...measured],
            rows: groups.map((g) => [
              g.run,
              ...settings.map((s) => text(g.settings[s])),
              String(g.seeds),
              ...measured.map((m) => (m in g.values ? plusMinus(g.values[m]!, short) : "")),
            ]),
            note: "Means and standard deviations over the seeds of a run.",
          },
        ],
        plots: Object.keys(MEASURES).flatMap((measure) => measurePlot(runs, { labels, measure })),
      });
    };
  },
};

/** The names of folders; the whole paths where names are not enough. */
function labelsOf(runs: readonly FinishedRun[]): string[] {
  const names = runs.map((r) => `${r.experiment}/${r.path.slice(r.path.lastIndexOf("/") + 1)}`);
  return new Set(names).size === names.length ? names : runs.map((r) => r.path);
}

interface Group {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly seeds: number;
  readonly values: Readonly<Record<string, readonly number[]>>;
}

/** The trainings of a run that differ by their seeds alone. */
function groupsOf({ runs }: FinishedRun): Group[] {
  const groups = new Map<string, { settings: Record<string, unknown>; of: Record<string, unknown>[] }>();
  for (const run of runs) {
    const settings = Object.fromEntries(
      Object.entries(run).filter(([k, v]) => typeof v === "string" || SETTINGS.includes(k)),
    );
    const key = JSON.stringify(settings);
    const group = groups.get(key) ?? { settings, of: [] };
    group.of.push(run);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ settings, of }) => {
    const names = [...new Set(of.flatMap((r) => Object.keys(r)))].filter((k) =>
      k !== "seed" && !(k in settings) && of.every((r) => r[k] === null || typeof r[k] === "number")
    );
    // A number that is not finite is `null` in JSON.
    const values = Object.fromEntries(names.map((n) => [n, of.map((r) => Number(r[n] ?? NaN))]));
    return { settings, seeds: of.length, values };
  });
}

function foldersTable(runs: readonly FinishedRun[], labels: readonly string[]): ResultTable {
  const versions = [...new Set(runs.flatMap((r) => Object.keys(r.versions)))]
    .filter((v) => new Set(runs.map((r) => r.versions[v])).size > 1);
  return {
    title: "Runs",
    header: ["run", "device", "seconds", "command", ...versions],
    rows: runs.map((r, i) => [
      labels[i]!,
      r.device,
      r.seconds.toFixed(1),
      shellLine(r.command),
      ...versions.map((v) => r.versions[v] ?? ""),
    ]),
    note: versions.length > 0 ? "Versions that differ are shown." : "All were made with the same versions.",
  };
}

function verdictsTable(runs: readonly FinishedRun[], labels: readonly string[]): ResultTable {
  const claims = [...new Set(runs.flatMap((r) => r.claims.map((c) => c.claim)))];
  const verdict = (run: FinishedRun, claim: string) => {
    const found = run.claims.find((c) => c.claim === claim);
    return found === undefined ? "" : found.holds ? "holds" : "does not hold";
  };
  return {
    title: "Verdicts",
    header: ["claim", ...labels],
    rows: claims.map((c) => [c, ...runs.map((r) => verdict(r, c))]),
  };
}

/** A line for each group of trainings, a mean over seeds; nothing where no run has the measure. */
function measurePlot(
  runs: readonly FinishedRun[],
  { labels, measure }: { labels: readonly string[]; measure: string },
): Plot[] {
  const { text: y, log } = MEASURES[measure]!;
  const byLine = new Map<string, Map<number, number[]>>();
  const axis =
    runs.every((r) => r.metrics.length === 0 || "epoch" in r.metrics[0]!) && measure !== "batchLoss"
      ? "epoch"
      : "step";
  for (const [i, { metrics }] of runs.entries()) {
    for (const row of metrics) {
      if (!row[measure] || !row[axis]) continue;
      const settings = Object.entries(row).filter(([k, v]) =>
        SETTINGS.includes(k) || (v !== "" && Number.isNaN(Number(v)) && !(k in MEASURES))
      );
      const line = [labels[i]!, ...settings.map(([, v]) => short(v))].join(" ");
      const points = byLine.get(line) ?? new Map<number, number[]>();
      byLine.set(line, points);
      const x = Number(row[axis]);
      points.set(x, [...points.get(x) ?? [], Number(row[measure])]);
    }
  }
  if (byLine.size === 0) return [];
  const shown = [...byLine].slice(0, MOST_LINES);
  const points = shown.flatMap(([line, of]): LinePoint[] => {
    const all = [...of].map(([x, values]) => ({
      x,
      y: mean(values),
      ...(values.length > 1 ? { low: Math.min(...values), high: Math.max(...values) } : {}),
      line,
    }));
    const every = Math.ceil(all.length / MOST_POINTS);
    return all.filter((_, k) => k % every === 0 || k === all.length - 1);
  });
  const captions = [
    ...(points.some((p) => p.low !== undefined) ? ["Means over the seeds; the bands span them."] : []),
    ...(byLine.size > MOST_LINES ? [`The first ${MOST_LINES} of ${byLine.size} lines.`] : []),
  ];
  return [lines(points, {
    name: measure.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`),
    title: y[0]!.toUpperCase() + y.slice(1),
    ...(captions.length > 0 ? { caption: captions.join(" ") } : {}),
    x: axis,
    y,
    lines: shown.map(([line]) => line),
    log,
  })];
}

function text(value: unknown): string {
  return value === undefined ? "" : typeof value === "number" ? short(value) : String(value);
}

function short(value: number | string): string {
  const v = Number(value);
  return Number.isNaN(v) && value !== "NaN" && typeof value === "string"
    ? value
    : String(Number(v.toPrecision(4)));
}
