/**
 * `report`: compares folders of runs.
 *
 * @module
 */
import { stringify } from "@std/csv";
import { shellLine, UsageError } from "../console/mod.ts";
import { configurationRows, type Experiment, type FinishedRun, finishedRun } from "../run/mod.ts";
import { measurePlot, type ResultTable, verdictOf } from "../report/mod.ts";
import { MEASURES, SETTINGS, short } from "../metrics/mod.ts";
import { mean, plusMinus } from "../statistics/mod.ts";
import { bestTable, choiceOf, reportLinks } from "./report_choice.ts";

/** Compares runs by their summaries and metrics. */
export const reportExperiment: Experiment = {
  summary: "write a report that compares the folders of finished runs: verdicts, summaries and metrics",
  examples: [["runs/digits/*", "all runs of one experiment"], [
    "runs/compare/a runs/compare/b --out runs/both",
    "two runs, into a folder of that name",
  ]],
  defaults: "nothing is trained",
  operands: "DIR...",
  common: ["out", "resume"],
  async prepare({ operands }) {
    if (operands.length === 0) throw new UsageError("report needs folders of runs: report DIR...");
    const runs = await Promise.all(operands.map(finishedRun));
    const labels = labelsOf(runs);
    for (const damage of runs.flatMap((r) => r.damage ?? [])) {
      console.error(`warning: ${damage}; its curves are left out`);
    }
    return async ({ folder }) => {
      const links = await reportLinks(runs, folder.path);
      const groups = runs.flatMap((run, i) => groupsOf(run).map((g) => ({ run: labels[i]!, ...g })));
      const measured = [...new Set(groups.flatMap((g) => Object.keys(g.values)))];
      const settings = [...new Set(groups.flatMap((g) => Object.keys(g.settings)))];
      return {
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
          { ...foldersTable(runs, labels), links },
          ...configurationTable(runs, labels),
          ...(runs.some((r) => r.claims.length > 0) ? [verdictsTable(runs, labels)] : []),
          ...bestTable(runs, labels),
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
        ...(runs.length < 2 ? {} : { choice: choiceOf(runs, { labels, links }) }),
      };
    };
  },
};

/** Returns the names of folders, or their whole paths if names are ambiguous. */
function labelsOf(runs: readonly FinishedRun[]): string[] {
  const names = runs.map((r) => `${r.experiment}/${r.path.slice(r.path.lastIndexOf("/") + 1)}`);
  return new Set(names).size === names.length ? names : runs.map((r) => r.path);
}

interface Group {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly seeds: number;
  readonly values: Readonly<Record<string, readonly number[]>>;
}

/** Groups the trainings of a run that differ in their seeds only. */
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
    // JSON holds `null` for a number that is not finite.
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
    note: [
      versions.length > 0 ? "Versions that differ are shown." : "All were made with the same versions.",
      ...runs.flatMap((r) => r.damage === undefined ? [] : [`Without the curves of ${r.damage}.`]),
    ].join(" "),
  };
}

/** Returns the parts of the configurations that differ; no table if none does, or for a single run. */
function configurationTable(runs: readonly FinishedRun[], labels: readonly string[]): ResultTable[] {
  const all = runs.map((r) => new Map(configurationRows(r.configuration)));
  const names = [...new Set(all.flatMap((rows) => [...rows.keys()]))]
    .filter((name) => new Set(all.map((rows) => rows.get(name))).size > 1);
  if (names.length === 0) return [];
  return [{
    title: "Configurations: what differs",
    header: ["", ...labels],
    rows: names.map((name) => [name, ...all.map((rows) => rows.get(name) ?? "")]),
  }];
}

function verdictsTable(runs: readonly FinishedRun[], labels: readonly string[]): ResultTable {
  const claims = [...new Set(runs.flatMap((r) => r.claims.map((c) => c.claim)))];
  const verdict = (run: FinishedRun, claim: string) => {
    const found = run.claims.find((c) => c.claim === claim);
    // A run of a version before 0.2.0 tells only whether a claim holds.
    return found === undefined ? "" : verdictOf(found) ?? "does not hold";
  };
  return {
    title: "Verdicts",
    header: ["claim", ...labels],
    rows: claims.map((c) => [c, ...runs.map((r) => verdict(r, c))]),
  };
}

function text(value: unknown): string {
  return value === undefined ? "" : typeof value === "number" ? short(value) : String(value);
}
