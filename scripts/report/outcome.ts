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
  /** An address for the first cell of each row, relative to the report's folder, on its page; none by default. */
  readonly links?: readonly (string | undefined)[];
}

/** A run among which a reader of a page chooses. */
export interface ChoosableRun {
  /** Its name, as the lines of plots have it. */
  readonly name: string;
  /** The address of its report, relative to the page; absent if there is none. */
  readonly report?: string;
  /** A cell for each name of the header. */
  readonly cells: readonly string[];
  /** Its configuration, in rows of a name and a text: what can differ between two runs. */
  readonly facts: readonly (readonly [name: string, text: string])[];
}

/** The runs among which a reader of a page chooses. */
export interface RunChoice {
  /** The titles of their cells. */
  readonly header: readonly string[];
  readonly runs: readonly ChoosableRun[];
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
  /** The runs among which a reader of the report chooses, if its plots show several. */
  readonly choice?: RunChoice;
}

/** The findings of an experiment. */
export interface Outcome extends Page {
  /** Each claim with its verdict; none by default. */
  readonly claims?: readonly Claim[];
}
