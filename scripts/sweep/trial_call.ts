/**
 * The interface of a trial's process.
 *
 * @module
 */
import type { Claim } from "./claim.ts";

/** The trial that a process runs. */
export interface TrialCall extends Claim {
  /** The command line of the run. */
  readonly args: readonly string[];
}

/** The exit code of a process whose trial was claimed by another. */
export const HELD = 75;

/** The folder of the run in that of its trial. */
export const RUN = "run";
