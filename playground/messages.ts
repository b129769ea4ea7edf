/**
 * The messages between the page and its worker.
 *
 * @module
 */
import type { Config } from "./config.ts";
import type { Point } from "./functions.ts";

/** The order of the page to its worker. */
export interface Order {
  readonly config: Config;
  /** The user's table. */
  readonly table?: { readonly name: string; readonly text: string };
}

/** The results after an epoch, on examples that were held out. */
export interface EpochResult {
  readonly epoch: number;
  readonly loss: number;
  /** Present for classes. */
  readonly accuracy?: number;
}

/** A report of the worker; `line` is the index of the update rule. */
export type Report =
  | {
    readonly type: "runtime";
    readonly device: string;
    readonly threads: number;
    readonly isolated: boolean;
  }
  | { readonly type: "data"; readonly name: string; readonly train: number; readonly test: number }
  | {
    readonly type: "steps";
    readonly line: number;
    readonly losses: readonly number[];
    readonly path?: readonly Point[];
  }
  | { readonly type: "epoch"; readonly line: number; readonly result: EpochResult }
  | { readonly type: "failed"; readonly line: number; readonly message: string }
  | { readonly type: "error"; readonly message: string }
  | { readonly type: "end" };
