/**
 * The commands of the command line.
 *
 * @module
 */
import type { Options } from "../cli/mod.ts";
import type { ResultTable } from "../report/mod.ts";
import type { Experiment, Named } from "./experiment_parts.ts";

/** A command that runs until it is stopped, and leaves no folder. */
export interface Service extends Named {
  /** Serves. @throws {UsageError} when it cannot. */
  readonly serve: (options: Options) => Promise<void>;
}

/** Whatever the command line has a name for. */
export type Command = Experiment | Query | Service;

/** The commands by name. */
export type Commands = Readonly<Record<string, Command>>;

/** The results of a command without a run. */
export interface QueryResult {
  readonly document: object;
  readonly tables: readonly ResultTable[];
  /** The text to print instead of tables, such as a script. */
  readonly text?: string;
  /** Why the whole command failed; absent on success. */
  readonly failed?: string;
  /** The folder with the results, if there is one. */
  readonly kept?: string;
}

/** A command without a run: it makes no run folder, or manages its folder itself. */
export interface Query extends Named {
  /** Returns the results: one document for `--json`, and tables; `experiments` are all commands of the command line. */
  readonly run: (options: Options, context: { readonly experiments: Commands }) => Promise<QueryResult>;
}
