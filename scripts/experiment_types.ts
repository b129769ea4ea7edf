/**
 * What an experiment is.
 *
 * @module
 */
import type { Options, Takes } from "./args.ts";

/** A file of the run's folder. */
export interface RunFile {
  /** Its name within the folder. */
  readonly name: string;
  /** What it holds. */
  readonly content: string | Uint8Array;
}

/** What an experiment found. */
export interface Outcome {
  /** The runs, as `summary.json` and `--json` show them. */
  readonly runs: readonly object[];
  /** Everything needed to repeat it, apart from what the command line and the versions say. */
  readonly config: object;
  /** The files to keep, `metrics.csv` among them. */
  readonly files: readonly RunFile[];
  /** What to print. */
  readonly table: string;
}

/** What an experiment is given. */
export interface Context {
  /** The command line. */
  readonly options: Options;
  /** Says how much of what is done. */
  readonly progress: (done: number, of: number, what: string) => void;
}

/** An experiment that is ready to run: its input has been read and checked. */
export type Ready = (context: Context) => Promise<Outcome>;

/** An experiment by name, and the options that it takes; of the common ones all, where it does not say. */
export interface Experiment extends Takes {
  /** What it shows, in a line. */
  readonly summary: string;
  /** Its own defaults, for the usage text. */
  readonly defaults: string;
  /** Reads and checks what it needs, before anything is written. */
  readonly prepare: (options: Options) => Promise<Ready>;
}
