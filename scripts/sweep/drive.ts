/**
 * Drives a sweep to its end: looks for open trials, starts those without a claim, and repeats.
 *
 * @module
 */
import { Interrupted, type StopSignal } from "../console/mod.ts";
import { endClaim, Watch } from "./claim.ts";
import { type Board, Collector, trialFolder, type TrialState } from "./collect.ts";
import { writePruner } from "./pruning.ts";
import type { Trial } from "./space.ts";
import type { Sweep } from "./sweep_file.ts";
import type { TrialCall } from "./trial_call.ts";

/** Runs trials, on this machine or under Slurm. */
export interface Executor {
  /** The number of trials that it can start now. */
  room(): number;
  /** Returns whether it already has the trial of a folder. */
  has(folder: string): boolean;
  /** Starts trials. */
  start(calls: readonly TrialCall[]): Promise<void>;
  /** Removes its records when all trials have ended. */
  finish?(): Promise<void>;
  /** Waits until the state of trials may have changed. */
  news(signal: AbortSignal): Promise<void>;
  /** Stops the trials that it may stop. @returns a message about the others. */
  stop(signal: StopSignal): Promise<string>;
}

/** The options of a sweep's course. */
export interface DriveOptions {
  readonly folder: string;
  readonly retries: number;
  /** Seconds without a heartbeat after which a claim is dead. */
  readonly lease: number;
  readonly executor: Executor;
  readonly progress: (done: number, of: number, what: string) => void;
  /** Stops the sweep; its reason is an {@linkcode Interrupted}. */
  readonly signal: AbortSignal;
}

/** Runs the trials that are not finished. @returns the states of all trials at the end. */
export async function drive(sweep: Sweep, options: DriveOptions): Promise<Board> {
  const { folder, lease, executor, progress, signal } = options;
  const collector = new Collector(sweep, options);
  const watch = new Watch(lease);
  for (;;) {
    const board = await collector.look();
    const { states, complete } = board;
    progress(states.filter((s) => s.state !== "open").length, states.length, progressText(sweep, states));
    if (complete) {
      await executor.finish?.();
      return board;
    }
    if (signal.aborted) {
      const why: Interrupted = signal.reason;
      throw new Interrupted(why.signal, `${await executor.stop(why.signal)}the same command resumes it`);
    }
    const ready: { call: TrialCall; trial: Trial }[] = [];
    for (const { trial, state, claims } of othersFirst(states)) {
      const call = { folder: trialFolder(folder, trial), claim: claims.last + 1, token: crypto.randomUUID() };
      if (state !== "open" || executor.has(call.folder)) continue;
      if (claims.last === 0 || claims.ended !== null) {
        ready.push({ call: { ...call, args: trial.args }, trial });
      } else if (watch.dead(trial.id, claims)) {
        const last = { folder: call.folder, claim: claims.last };
        endClaim(last, { how: "failed", error: `no heartbeat for ${lease} s` });
      }
    }
    // Slurm may submit fewer than it has room for; the files do not depend on when a trial starts.
    const starting = ready.slice(0, executor.room());
    for (const { call, trial } of starting) {
      const pruner = board.prunerOf(trial);
      if (pruner !== undefined) await writePruner(call.folder, pruner);
    }
    await executor.start(starting.map((s) => s.call));
    await executor.news(signal);
  }
}

/** Returns the trial to start with. Machines that share a sweep start at different ones, so that they rarely compete. */
const START = Math.random();

function othersFirst(states: readonly TrialState[]): TrialState[] {
  const at = states.some((s) => s.claims.last > 0) ? Math.floor(START * states.length) : 0;
  return [...states.slice(at), ...states.slice(0, at)];
}

function progressText({ metric, goal }: Sweep, states: readonly TrialState[]): string {
  const count = (test: (s: TrialState) => boolean) => states.filter(test).length;
  const running = count((s) => s.state === "open" && s.claims.last > 0 && s.claims.ended === null);
  const [pruned, failed] = [count((s) => s.state === "pruned"), count((s) => s.state === "failed")];
  const scores = states.flatMap((s) => (s.state === "finished" ? s.score ?? [] : []));
  const best = goal === "max" ? Math.max(...scores) : Math.min(...scores);
  return [
    `${count((s) => s.state === "finished")} of ${states.length} trials finished`,
    `${running} running`,
    ...(pruned > 0 ? [`${pruned} pruned`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(scores.length > 0 ? [`best ${metric} ${Number(best.toPrecision(5))}`] : []),
  ].join(", ");
}
