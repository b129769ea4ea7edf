/**
 * The page of `benchmark`.
 *
 * @module
 */
import { comparedTable, shownRuns, tunedTable } from "../../comparison/mod.ts";
import type { Page } from "../../report/mod.ts";
import type { BenchmarkData } from "./data.ts";

/** Lays out the page: a table of each problem. */
export function page({ protocol, config, problems }: BenchmarkData): Page {
  return {
    runs: problems.flatMap(({ problem, compared }) =>
      shownRuns(compared).map((run) => ({ problem, ...run }))
    ),
    config,
    results: { protocol },
    files: [],
    tables: problems.flatMap(({ title, compared, spaces }) => [
      comparedTable(compared, title),
      ...tunedTable(compared, spaces).map((table) => ({ ...table, title: `${title}: ${table.title}` })),
    ]),
  };
}
