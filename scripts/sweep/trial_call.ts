/**
 * What a process that runs a trial is told, and tells.
 *
 * @module
 */
import type { Claim } from "./claim.ts";

/** What a process is to run. */
export interface TrialCall extends Claim {
  /** The command line of the run. */
  readonly args: readonly string[];
}

/** The exit code of a process that found its trial claimed by another. */
export const HELD = 75;

/** The folder of the run within that of its trial. */
export const RUN = "run";
