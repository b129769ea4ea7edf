/**
 * Sweeps: trials over a space of options, local or under Slurm.
 *
 * @module
 */
export { drive } from "./drive.ts";
export { localExecutor } from "./local.ts";
export { trialCommand } from "./process.ts";
export { sweepDocument, type SweepResult, sweepTables, writeSweep } from "./report.ts";
export { candidates } from "./schedule.ts";
export { slurmExecutor } from "./slurm.ts";
export type { TrialCall } from "./trial_call.ts";
export { MOST_TRIALS } from "./limits.ts";
export { fieldOfOption, type ReadSweep, readSweepFile } from "./read_sweep.ts";
export { choosesByTest, type Sweep } from "./sweep_file.ts";
