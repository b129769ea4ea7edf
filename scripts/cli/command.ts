/**
 * What an experiment is.
 *
 * @module
 */
import type { Options, Takes } from "./args.ts";
import type { Interrupts } from "./interrupts.ts";
import type { Plot } from "../report/plot.ts";
import type { RunFolder } from "../run/run_folder.ts";

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

/** What an experiment is given. */
export interface Context {
  /** The command line. */
  readonly options: Options;
  /** Says how much of what is done. */
  readonly progress: (done: number, of: number, what: string) => void;
  /** The folder of the run; what has been trained lies there, where the run is gone on with. */
  readonly folder: RunFolder;
  /** What the run's checkpoints have to bear; `undefined` for a run of an earlier version. */
  readonly identity: string | undefined;
  /** What to do on SIGINT, SIGTERM and SIGHUP. */
  readonly interrupts: Interrupts;
  /** Prints a text on standard output, before the outcome; nothing with `--json`. */
  readonly say: (text: string) => void;
}

/** An experiment that is ready to run: its input has been read and checked. */
export type Ready = (context: Context) => Promise<Outcome>;

/** What the command line has a name for, and the options that it takes; of the common ones all, where it does not say. */
interface Named extends Takes {
  /** What it shows, in a line. */
  readonly summary: string;
  /** Its own defaults, for the usage text. */
  readonly defaults: string;
  /** Whether it reaches other processes and machines; the permission to is given up by default. */
  readonly net?: boolean;
}

/** An experiment by name. */
export interface Experiment extends Named {
  /** Reads and checks what it needs, before anything is written. */
  readonly prepare: (options: Options) => Promise<Ready>;
}

/** What goes on until it is stopped, and leaves no folder. */
export interface Service extends Named {
  /** Serves. @throws {UsageError} when it cannot. */
  readonly serve: (options: Options) => Promise<void>;
}

/** What the command line has a name for. */
export type Command = Experiment | Enquiry | Service;

/** What was found. */
export interface Told {
  readonly document: object;
  readonly tables: readonly ResultTable[];
  /** What is wrong with all of it, where nothing came of it. */
  readonly failed?: string;
  /** The folder with the results, if there is one. */
  readonly kept?: string;
}

/** What is no run: it looks and tells, or sees to its folder by itself. */
export interface Enquiry extends Named {
  /** What was found: as one document for `--json`, and as tables. */
  readonly tell: (options: Options) => Promise<Told>;
}
