/**
 * Where a training is: everything that the rest of it depends on, as plain data and tensors.
 *
 * @module
 */
import type { PlateauState, SwitchState } from "../../schedules/mod.ts";
import type { TrainState } from "../program/mod.ts";

/** What one step told. */
export interface StepRecord {
  /** The number of the step, from 1. */
  readonly step: number;
  /** The epoch it belongs to, from 1. */
  readonly epoch: number;
  /** The mean loss of its batch, before the update. */
  readonly loss: number;
}

/** What was known after an epoch. */
export interface EpochRecord {
  /** The number of the epoch, from 1. */
  readonly epoch: number;
  /** The number of its last step, from 1. */
  readonly step: number;
  /** The mean of the losses of its batches, each before its update. */
  readonly trainLoss: number;
  /** The factor on the learning rate during the epoch. */
  readonly learningRateScale: number;
  /** Metrics by name for each data set in `evaluate`. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/**
 * A point between two steps of a training. Going on from it gives the same bits as never having stopped: the order of the
 * examples and all other randomness depend on the seed and the counters alone.
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
  /** The sum of that epoch's losses so far, over examples; those of steps that were skipped do not count. */
  readonly lossSum: number;
  /** One record an epoch. */
  readonly epochs: readonly EpochRecord[];
  /** What plateau annealing remembers; `null` without it. */
  readonly plateau: PlateauState | null;
  /** What the criterion for another optimizer remembers; `null` without one. */
  readonly switching: SwitchState | null;
  /** What became of numerical faults so far. */
  readonly faults: FaultState;
  /** The state before the epoch, where it may have to be begun again because of a fault. */
  readonly epochStart: FitState | null;
  /** What the order of the examples, and so the meaning of the counters, depends on. */
  readonly order: FitOrder;
}

/** What became of numerical faults. */
export interface FaultState {
  /** The factor on the learning rate, halved with each reduction. */
  readonly scale: number;
  /** Reductions since the last epoch that ended. */
  readonly halvings: number;
  /** Steps that were skipped. */
  readonly skipped: number;
  /** Of these, those right before the next step. */
  readonly inARow: number;
  /** Examples of the epoch under way whose losses do not count. */
  readonly uncounted: number;
}

/** Before any fault. */
export const NO_FAULTS: FaultState = { scale: 1, halvings: 0, skipped: 0, inARow: 0, uncounted: 0 };

/** What the order of the examples depends on. */
export interface FitOrder {
  /** The seed. */
  readonly seed: number;
  /** Examples in the data set. */
  readonly examples: number;
  /** Examples a step. */
  readonly batchSize: number;
}

/**
 * Refuses to go on from a state under other conditions than its own.
 *
 * @throws {RangeError} naming what differs.
 */
export function checkResume(
  state: FitState,
  { order, plateau, switching }: { order: FitOrder; plateau: boolean; switching: boolean },
): void {
  for (const name of ["seed", "examples", "batchSize"] as const) {
    if (state.order[name] !== order[name]) {
      throw new RangeError(
        `resume needs the same ${name} as before: it was ${state.order[name]}, now it is ${order[name]}`,
      );
    }
  }
  for (const [name, now] of Object.entries({ plateau, switching })) {
    const before = state[name as "plateau" | "switching"] !== null;
    if (before !== now) {
      throw new RangeError(`resume needs ${name} as before: it was ${before ? "given" : "absent"}`);
    }
  }
}
