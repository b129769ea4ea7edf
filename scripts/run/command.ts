/**
 * What an experiment is.
 *
 * @module
 */
import type { Options, Takes } from "../cli/mod.ts";
import type { Interrupts } from "../console/mod.ts";
import type { Outcome, ResultTable } from "../report/mod.ts";
import type { RunFolder } from "./run_folder.ts";

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
