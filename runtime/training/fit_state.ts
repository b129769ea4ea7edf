/**
 * The state of a training: everything that the remaining steps depend on, as plain data and tensors.
 *
 * @module
 */
import type { Converged } from "../../optim/minimize/mod.ts";
import type { PlateauState, SwitchState } from "../../schedules/mod.ts";
import type { TrainState } from "../program/mod.ts";

/** The report of one step. */
export interface StepRecord {
  /** The number of the step, from 1. */
  readonly step: number;
  /** The epoch it belongs to, from 1. */
  readonly epoch: number;
  /** The mean loss of its batch, before the update. */
  readonly loss: number;
}

/** The results of an evaluation: after an epoch, or after every `every` steps. */
export interface EpochRecord {
  /** The number of the epoch of the last step, from 1; 0 before any step. */
  readonly epoch: number;
  /** The number of the last step, from 1; 0 before any step. */
  readonly step: number;
  /** The mean loss of the examples since the previous evaluation, each before the update of its batch. */
  readonly trainLoss: number;
  /** The factor on the learning rate of the last step. */
  readonly learningRateScale: number;
  /** Metrics by name for each data set in `evaluate`. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/**
 * A point between two steps of a training. Resuming from it gives the same bits as never having stopped: the order of
 * the examples and all other randomness depend on the seed and the counters alone.
 */
export interface FitState {
  /** The parameters and the optimizer's state. */
  readonly train: TrainState;
  /** Number of steps taken. */
  readonly step: number;
  /** The epoch of the next step, from 1; beyond the last one when all is done. */
  readonly epoch: number;
  /** Batches of that epoch already taken. */
  readonly batch: number;
  /** The sum of the losses since the last record, over examples; those of steps that were skipped do not count. */
  readonly lossSum: number;
  /** One record an evaluation: by default one an epoch. */
  readonly epochs: readonly EpochRecord[];
  /** The state of plateau annealing; `null` without it. */
  readonly plateau: PlateauState | null;
  /** The state of the criterion for another optimizer; `null` without one. */
  readonly switching: SwitchState | null;
  /** The numerical faults so far. */
  readonly faults: FaultState;
  /** The state before the epoch, if a fault may require repeating the epoch. */
  readonly epochStart: FitState | null;
  /** Why a minimizer such as `lbfgs` ended the training; absent before, and with update rules. */
  readonly converged?: Converged;
  /** The settings that the order of the examples, and so the meaning of the counters, depends on. */
  readonly order: FitOrder;
}

/** The numerical faults of a training, and the response to them. */
export interface FaultState {
  /** The factor on the learning rate, halved with each reduction. */
  readonly scale: number;
  /** Reductions since the last epoch that ended. */
  readonly halvings: number;
  /** Steps that were skipped. */
  readonly skipped: number;
  /** Of these, those right before the next step. */
  readonly inARow: number;
  /** Examples since the last record whose losses do not count. */
  readonly uncounted: number;
}

/** Before any fault. */
export const NO_FAULTS: FaultState = { scale: 1, halvings: 0, skipped: 0, inARow: 0, uncounted: 0 };

/** The treatment of the examples left over after the last whole batch: train on a smaller batch, or drop them. */
export type Remainder = "train" | "drop";

/**
 * The shuffling of the examples: anew for each epoch, or once, so that every epoch has the batches of the first, or none:
 * every epoch takes them in the order of the data set.
 */
export type Shuffle = "epochs" | "once" | "none";

/** The settings that the order of the examples depends on. */
export interface FitOrder {
  /** The seed. */
  readonly seed: number;
  /** Examples in the data set. */
  readonly examples: number;
  /** Examples a step. */
  readonly batchSize: number;
  /** The treatment of the examples left over; `"train"` by default. */
  readonly remainder?: Remainder;
  /** The shuffling of the examples; `"epochs"` by default. */
  readonly shuffle?: Shuffle;
}

/** The values of settings that are left out. */
const ORDER_DEFAULTS = { remainder: "train", shuffle: "epochs" } as const;

/**
 * Refuses to resume from a state under other conditions than its own.
 *
 * @throws {RangeError} naming what differs.
 *
 * @example
 * ```ts
 * import { checkResume, type FitState } from "./fit_state.ts";
 * import { assertThrows } from "@std/assert";
 * const order = { seed: 1, examples: 100, batchSize: 10 };
 * const state = { order, plateau: null, switching: null } as unknown as FitState;
 * checkResume(state, { order, plateau: false, switching: false });
 * const other = { order: { ...order, seed: 2 }, plateau: false, switching: false };
 * assertThrows(() => checkResume(state, other), RangeError, "the same seed as before: it was 1, now it is 2");
 * ```
 */
export function checkResume(
  state: FitState,
  { order, plateau, switching }: { order: FitOrder; plateau: boolean; switching: boolean },
): void {
  for (const name of ["seed", "examples", "batchSize", "remainder", "shuffle"] as const) {
    const [before, now] = [state.order, order].map((o) => ({ ...ORDER_DEFAULTS, ...o })[name]);
    if (before !== now) {
      throw new RangeError(`resume needs the same ${name} as before: it was ${before}, now it is ${now}`);
    }
  }
  for (const [name, now] of Object.entries({ plateau, switching })) {
    const before = state[name as "plateau" | "switching"] !== null;
    if (before !== now) {
      throw new RangeError(`resume needs ${name} as before: it was ${before ? "given" : "absent"}`);
    }
  }
}
