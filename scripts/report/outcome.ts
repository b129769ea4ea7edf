/**
 * The result of an experiment: its figures, its files, and the content of the terminal and the report.
 *
 * @module
 */
import type { Claim } from "./claim.ts";
import type { Plot } from "./plot.ts";

/** A file of the run's folder. */
export interface RunFile {
  /** Its name within the folder. */
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** A table of results. */
export interface ResultTable {
  /** The title; needed if there are several tables. */
  readonly title?: string;
  readonly header: readonly string[];
  /** A cell for each name of the header. */
  readonly rows: readonly (readonly string[])[];
  /** An explanation for readers, of one or more lines. */
  readonly note?: string;
  /** The section of the report that it belongs to, see {@linkcode Page}; in none by default. */
  readonly section?: string;
}

/**
 * Everything that an experiment shows and keeps, apart from its claims. Tables and plots of one section stand together at
 * the end of the report, folded unless it is the only section; the others stand before.
 */
export interface Page {
  /** The runs, as `summary.json` and `--json` show them. */
  readonly runs: readonly object[];
  /** Everything needed to repeat it, apart from what the command line and the versions say. */
  readonly config: object;
  /** Further results, by name: they are in `summary.json` and in `--json`, next to the runs. */
  readonly results?: Readonly<Record<string, unknown>>;
  /** The files to keep, apart from what `Trainings` writes and from the report and its plots. */
  readonly files: readonly RunFile[];
  /** The tables to print, and to show in the report. */
  readonly tables: readonly ResultTable[];
  /** The plots of the report. */
  readonly plots?: readonly Plot[];
}

/** The findings of an experiment. */
export interface Outcome extends Page {
  /** Each claim with its verdict; none by default. */
  readonly claims?: readonly Claim[];
}
