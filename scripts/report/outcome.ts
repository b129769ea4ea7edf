/**
 * What an experiment returns: its figures, its files, and what the terminal and the report show.
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
  /** What it shows, where there are several. */
  readonly title?: string;
  readonly header: readonly string[];
  /** A cell for each name of the header. */
  readonly rows: readonly (readonly string[])[];
  /** What has to be known to read it. */
  readonly note?: string;
}

/** Everything that an experiment shows and keeps, apart from its claims. */
export interface Page {
  /** The runs, as `summary.json` and `--json` show them. */
  readonly runs: readonly object[];
  /** Everything needed to repeat it, apart from what the command line and the versions say. */
  readonly config: object;
  /** Further results, by name: they stand in `summary.json` and in `--json` beside the runs. */
  readonly results?: Readonly<Record<string, unknown>>;
  /** The files to keep, apart from what `Trainings` writes and from the report and its plots. */
  readonly files: readonly RunFile[];
  /** The tables to print, and to show in the report. */
  readonly tables: readonly ResultTable[];
  /** The plots of the report. */
  readonly plots?: readonly Plot[];
}

/** What an experiment found. */
export interface Outcome extends Page {
  /** Each claim with its verdict; none by default. */
  readonly claims?: readonly Claim[];
}
