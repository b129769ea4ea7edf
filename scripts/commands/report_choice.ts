/**
 * The choice of readers of `report`: the runs, the best of each, and links to their reports.
 *
 * @module
 */
import { relative } from "node:path/posix";
import { shellLine } from "../console/mod.ts";
import { bestTexts, type ResultTable, type RunChoice } from "../report/mod.ts";
import { configurationRows, type FinishedRun } from "../run/mod.ts";

/** The addresses of the runs' reports; `undefined` for a run without one. */
export type Links = readonly (string | undefined)[];

/** Returns the addresses of the runs' reports, relative to a folder. */
export function reportLinks(runs: readonly FinishedRun[], folder: string): Promise<Links> {
  return Promise.all(runs.map(async ({ path }) => {
    const file = `${path}/report.html`;
    const isFile = await Deno.stat(file).then((info) => info.isFile, () => false);
    return isFile ? relative(folder, file).split("/").map(encodeURIComponent).join("/") : undefined;
  }));
}

/** Returns a table of the best value of each run along its curves; none without curves. */
export function bestTable(runs: readonly FinishedRun[], labels: readonly string[]): ResultTable[] {
  const texts = bestTexts(runs, labels);
  const measures = [...new Set(texts.flatMap((t) => Object.keys(t)))];
  if (measures.length === 0) return [];
  return [{
    title: "The best of each run",
    header: ["run", ...measures],
    rows: labels.map((label, i) => [label, ...measures.map((m) => texts[i]![m] ?? "")]),
    note: [
      "The lowest loss, or the highest accuracy, along the curves, which are means over seeds.",
      ...(measures.some((m) => m.startsWith("test"))
        ? ["The best of many test results is too good: it was chosen among them."]
        : []),
    ].join(" "),
  }];
}

/** Returns the runs among which a reader chooses. */
export function choiceOf(
  runs: readonly FinishedRun[],
  { labels, links }: { readonly labels: readonly string[]; readonly links: Links },
): RunChoice {
  const texts = bestTexts(runs, labels);
  const measures = [...new Set(texts.flatMap((t) => Object.keys(t)))];
  return {
    header: ["device", ...measures.map((m) => `best ${m}`)],
    runs: runs.flatMap((run, i) => {
      // The same folder given twice is one run.
      if (labels.indexOf(labels[i]!) < i) return [];
      const report = links[i];
      return [{
        name: labels[i]!,
        ...(report === undefined ? {} : { report }),
        cells: [run.device, ...measures.map((m) => texts[i]![m] ?? "")],
        facts: [
          ["command", shellLine(run.command)] as const,
          ...configurationRows(run.configuration),
          ...Object.entries(run.versions).map(([name, version]) => [`version: ${name}`, version] as const),
        ],
      }];
    }),
  };
}
