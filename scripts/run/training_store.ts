/**
 * Stores trainings of a lab: in the folder of the run, or in memory.
 *
 * @module
 */
import type { FitState, TrainState } from "../../mod.ts";
import type { Options } from "../cli/mod.ts";
import { messageOf } from "../../options/mod.ts";
import { type Interrupts, tell } from "../console/mod.ts";
import { Checkpoints, INTERVAL } from "./checkpoints.ts";
import type { RunFolder } from "./run_folder.ts";
import type { RunSession } from "./run_session.ts";

/** The run that trainings belong to. */
export interface LabRun {
  readonly folder: Pick<RunFolder, "path">;
  readonly identity: string | undefined;
  readonly options: Pick<Options, "keep" | "checkpointEvery">;
  readonly interrupts: Interrupts;
  /** The session of all its trainings; their own by default. */
  readonly session?: RunSession;
}

/** Data stored with an evaluation, besides its record. */
export interface KeptPoint {
  /** Seconds spent on steps so far, in all processes; evaluations do not count. */
  readonly seconds: number;
  /** The result of `observe`; empty without it. */
  readonly observed: Readonly<Record<string, number>>;
}

/** Data stored with the checkpoints of a training, and with its result. */
export interface Kept {
  /** Whether it is the result: its tensors may be left out. */
  readonly finished: boolean;
  readonly diverged: boolean;
  /** `true` if it went on from a saved state in another process, which measured a part of its seconds; absent from earlier versions. */
  readonly resumed?: boolean;
  readonly seconds: number;
  /** For each evaluation, besides its record. */
  readonly details: readonly KeptPoint[];
  readonly reports: Readonly<Record<string, readonly number[]>>;
}

/** A state of a training, and what is kept with it. */
export interface Stored {
  readonly state: FitState;
  readonly kept: Kept;
}

/** The store of a training. */
export interface Store {
  /** After how many steps to save; by default after each epoch. */
  readonly every: { readonly every?: number };
  /** Returns what was saved last; `null` if nothing was. */
  newest(): Promise<Stored | null>;
  /** Saves a state to resume from. It may pass over those at the ends of epochs. */
  save(stored: Stored, reason: string): Promise<void>;
  /** Saves the result. */
  finish(stored: Stored): Promise<void>;
  /** Returns the state after a step. @throws {Error} unless it was requested. */
  stateAt(step: number): Promise<TrainState>;
  /** Does work that a signal to the process stops. */
  guard<T>(work: (signal?: AbortSignal) => Promise<T>): Promise<T>;
}

/** The training to keep. */
interface StoreOptions {
  /** Its name, another one for each training of the run. */
  readonly name: string;
  /** The states to keep. */
  readonly training: { readonly keepState?: boolean; readonly keepStates?: boolean };
}

/** Returns where to keep a training: in memory if it belongs to no run. */
export function storeOf(run: LabRun | undefined, options: StoreOptions): Store {
  return run === undefined ? memory(options) : onDisk(run, options);
}

/** Keeps the requested states in memory. */
function memory({ name, training: { keepState, keepStates } }: StoreOptions): Store {
  const states = new Map<number, TrainState>();
  return {
    every: {},
    newest: () => Promise.resolve(null),
    save({ state }, reason) {
      if (keepStates && reason === "epoch") states.set(state.step, state.train);
      return Promise.resolve();
    },
    finish({ state }) {
      if (keepState || keepStates) states.set(state.step, state.train);
      return Promise.resolve();
    },
    stateAt(step) {
      const state = states.get(step);
      return state === undefined
        ? Promise.reject(new Error(`${name}: the state after step ${step} is not kept`))
        : Promise.resolve(state);
    },
    guard: (work) => work(),
  };
}

/** Keeps checkpoints, the result and the requested states in the folder of the run. */
function onDisk({ folder: { path }, identity, options, interrupts }: LabRun, of: StoreOptions): Store {
  const { name, training: { keepState = false, keepStates = false } } = of;
  const { checkpointEvery, keep = 2 } = options;
  const checkpoints = (keep: number) => new Checkpoints<{ kept: Kept }>(path, { name, keep, identity });
  const own = checkpoints(keepStates ? Infinity : keep);
  let saved = performance.now();
  return {
    every: checkpointEvery === undefined || keepStates ? {} : { every: checkpointEvery },
    async newest() {
      const found = await own.newest((text) => tell(`warning: ${text}`));
      return found && { state: found.state, kept: found.extra.kept };
    },
    async save({ state, kept }, reason) {
      const soon = reason === "epoch" && performance.now() - saved < 1000 * INTERVAL;
      if (soon && !keepStates) return;
      await own.save({ state, extra: { kept } });
      saved = performance.now();
    },
    async finish({ state, kept }) {
      const whole = keepState || keepStates || checkpointEvery !== undefined;
      const result = whole ? own : checkpoints(1);
      try {
        await result.save({ state: whole ? state : withoutTensors(state), extra: { kept } });
      } catch (error) {
        if (keepState || keepStates) throw error;
        tell(`warning: ${messageOf(error)}: resuming the run would train ${name} again`);
      }
    },
    stateAt: async (step) => (await own.at(step)).state.train,
    guard: (work) => interrupts.guard(work),
  };
}

/** The state without the tensors, which only a resumed training needs. */
function withoutTensors(state: FitState): FitState {
  const { step } = state.train;
  return { ...state, train: { params: {}, optimizer: { count: 0, slots: {} }, buffers: {}, step } };
}
