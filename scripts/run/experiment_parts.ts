/**
 * The types of an experiment: its measurements, its claims, and the content of its page.
 *
 * @module
 */
import type { Described, Options } from "../cli/mod.ts";
import type { Interrupts } from "../console/mod.ts";
import type { Asked, Design } from "../decision/mod.ts";
import type { Row } from "../metrics/mod.ts";
import type { Claim, Outcome, Page, RunFile } from "../report/mod.ts";
import type { Lab } from "./lab.ts";
import type { RunFolder } from "./run_folder.ts";
import type { RunSession } from "./run_session.ts";

/** Looks at the row of `metrics.csv` that ends an epoch. @returns an error to stop the training; it can be resumed. */
export type WatchEpoch = (row: Row) => Error | undefined;

/** The inputs of an experiment. */
export interface Context {
  /** The command line. */
  readonly options: Options;
  /** Reports progress: items done, total, label. */
  readonly progress: (done: number, of: number, what: string) => void;
  /** The folder of the run. If the run is resumed, it holds what was trained before. */
  readonly folder: RunFolder;
  /** The identity that the run's checkpoints must have; `undefined` for a run of an earlier version. */
  readonly identity: string | undefined;
  /** Handles SIGINT, SIGTERM and SIGHUP. */
  readonly interrupts: Interrupts;
  /** The session of all trainings. */
  readonly session?: RunSession;
  /** Is called with the row of `metrics.csv` that ends an epoch; an error that it returns stops the training, saved. */
  readonly watchEpoch?: WatchEpoch | undefined;
  /** Opens models for trainings. A run that is resumed does none of them twice. */
  readonly lab: Lab;
  /** Prints a text on standard output before the outcome; nothing with `--json`. */
  readonly say: (text: string) => void;
}

/** The inputs of the measuring part of an experiment. */
export interface MeasureContext extends Context {
  /** Adds a file that is no plain data, such as a trained model, to the files of the run. */
  readonly keep: (file: RunFile) => void;
}

/** An experiment that is ready to run: its input has been read and checked. */
export type Ready = (context: Context) => Promise<Outcome>;

/** The parts of a command that the command line reads. By default it takes all common options. */
export interface Named extends Described {
  /** Whether it connects to other machines; the command line revokes that permission by default. */
  readonly net?: boolean;
}

/** An experiment by name; `Data` is what its claims are decided by. */
export interface Experiment<Data = never> extends Named {
  /** Reads and checks what it needs, before anything is written. */
  readonly prepare: (options: Options) => Promise<Ready>;
  /** Decides its claims; absent if it makes none. */
  readonly claims?: (data: Data, asked: Asked) => readonly Claim[];
}

/**
 * Plain data: what JSON holds, and numbers that are not finite, which `exactJson` of the runtime encodes. Functions,
 * bigints and typed arrays become `never`, so that data with them does not compile.
 */
export type Plain<T> = T extends string | number | boolean | null | undefined ? T
  : T extends bigint | symbol | ArrayBufferView | ((...args: never[]) => unknown) ? never
  : { readonly [K in keyof T]: Plain<T[K]> };

/** The three parts of an experiment, and the preparation before them. */
export interface ExperimentParts<Setup, Data> extends Named {
  /** Reads and checks what it needs, before anything is written. @throws {UsageError} for options it cannot take. */
  readonly prepare: (options: Options) => Setup | Promise<Setup>;
  /** Measures: the only part that trains, reads a clock or takes long. Returns plain data. */
  readonly measure: (setup: Setup, context: MeasureContext) => Data | Promise<Data>;
  /** Decides the claims by the data, and the smallest effect that matters, alone. */
  readonly claims?: (data: Data, asked: Asked) => readonly Claim[];
  /** States what is going to be compared, so that the command says before it runs whether that can decide the claims. */
  readonly design?: (setup: Setup, asked: Asked) => Design;
  /** Lays out tables, plots, results and files from the data alone. */
  readonly page: (data: Data, claims: readonly Claim[]) => Page;
}
