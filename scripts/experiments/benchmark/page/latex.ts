/**
 * The results as a LaTeX table for a paper.
 *
 * @module
 */
import { escapeTex, type RunFile, texTable } from "../../../report/mod.ts";
import { printedOf } from "../results/printed.ts";
import type { ProblemRow } from "../results/rows.ts";
import { countOf } from "../../../statistics/mod.ts";

/** The most problems beside each other: small, they fit into the 345 pt of a line of LaTeX's article. */
const MOST_COLUMNS = 4;

/**
 * Returns `results.tex`: a table for every four problems, with a row for each optimizer and the final test value, the mean
 * over the seeds ± half of its interval (95 %). The best mean of a problem is bold.
 */
export function latexFile(rows: readonly ProblemRow[], { seeds }: { seeds: number }): RunFile {
  const problems = [...new Set(rows.map((r) => r.problem))];
  const optimizers = [...new Set(rows.map((r) => r.optimizer))];
  const tables = Array.from({ length: Math.ceil(problems.length / MOST_COLUMNS) }, (_, i) =>
    tableOf(rows, {
      problems: problems.slice(i * MOST_COLUMNS, (i + 1) * MOST_COLUMNS),
      optimizers,
      seeds,
    }));
  const head = "% Needs \\usepackage{booktabs} and \\usepackage[T1]{fontenc}.\n";
  return { name: "results.tex", content: `${head}${tables.join("\n")}` };
}

function tableOf(
  rows: readonly ProblemRow[],
  { problems, optimizers, seeds }: {
    problems: readonly string[];
    optimizers: readonly string[];
    seeds: number;
  },
): string {
  const of = (problem: string, optimizer: string) =>
    rows.find((r) => r.problem === problem && r.optimizer === optimizer);
  const columns = problems.map((problem) => rows.filter((r) => r.problem === problem));
  const heads = columns.map(([row]) =>
    `${escapeTex(row!.problem)} ${row!.direction === "maximize" ? "$\\uparrow$" : "$\\downarrow$"}`
  );
  const units = columns.map(([row]) => (row!.metric === "accuracy" ? "accuracy (\\%)" : "loss"));
  const best = columns.map(bestText);
  const body = optimizers.map((optimizer) =>
    [
      escapeTex(optimizer),
      ...problems.map((problem, i) => {
        const row = of(problem, optimizer);
        if (row === undefined || row.refused !== undefined) return "--";
        if (row.diverged > 0) return `diverged (${row.diverged} of ${row.seeds})`;
        const printed = texOf(row);
        return printed.mean === best[i] ? `$\\mathbf{${printed.text}}$` : `$${printed.text}$`;
      }),
    ].join(" & ")
  );
  const interval = seeds < 2 ? "" : ` $\\pm$ half of the 95\\,\\% interval`;
  return texTable({
    caption:
      `Test results after the last step: means over ${
        countOf(seeds, "seed")
      }${interval}; the best mean of a ` +
      "problem in bold.",
    columns: `l${"r".repeat(problems.length)}`,
    head: [heads, units].map((cells) => ` & ${cells.join(" & ")}`),
    body,
    fitted: false,
  });
}

/** Returns the best mean of a problem as it is printed: all that print the same share the place. */
function bestText(rows: readonly ProblemRow[]): string | undefined {
  const shown = rows.filter((r) => r.final.value !== null);
  if (shown.length === 0) return undefined;
  const sign = shown[0]!.direction === "maximize" ? 1 : -1;
  const best = shown.reduce((a, b) => (sign * b.final.value! > sign * a.final.value! ? b : a));
  return texOf(best).mean;
}

/** Returns the mean of a row, alone and with the half of its interval, in math mode. */
function texOf({ metric, final }: ProblemRow): { readonly mean: string; readonly text: string } {
  const { mean, half, power } = printedOf(final, metric === "accuracy" ? 100 : 1)!;
  const times = power === 0 ? "" : ` \\cdot 10^{${power}}`;
  if (half === undefined) return { mean: `${mean}${times}`, text: `${mean}${times}` };
  const both = `${mean} \\pm ${half}`;
  return { mean: `${mean}${times}`, text: power === 0 ? both : `(${both})${times}` };
}
