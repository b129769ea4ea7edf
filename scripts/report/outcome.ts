/**
 * What an experiment finds: runs, tables, plots, claims and files.
 *
 * @module
 */
import type { Plot } from "./plot.ts";

/** A file of the run's folder. */
export interface RunFile {
  /** Its name within the folder. */
  readonly name: string;
  /** What it holds. */
  readonly content: string | Uint8Array;
}

/** A claim, and what was measured of it. */
export interface Claim {
  /** The claim, in a sentence. */
  readonly claim: string;
  /** Whether it holds for what was measured here. */
  readonly holds: boolean;
  /** The figures, and the test on them that decided. */
  readonly evidence: string;
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

/** What an experiment found. */
export interface Outcome {
  /** The runs, as `summary.json` and `--json` show them. */
  readonly runs: readonly object[];
  /** Everything needed to repeat it, apart from what the command line and the versions say. */
  readonly config: object;
  /** Further findings, by name: they stand in `summary.json` and in `--json` beside the runs. */
  readonly results?: Readonly<Record<string, unknown>>;
  /** The files to keep, apart from what `Trainings` writes and from the report and its plots. */
  readonly files: readonly RunFile[];
  /** What to print, and to show in the report. */
  readonly tables: readonly ResultTable[];
  /** The plots of the report. */
  readonly plots?: readonly Plot[];
  /** What the experiment is about: each claim with its verdict; none by default. */
  readonly claims?: readonly Claim[];
}
