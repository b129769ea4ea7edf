/**
 * One training from its first state to its result.
 *
 * @module
 */
import { messageOf } from "../../options/mod.ts";
import type { Converged } from "../../optim/minimize/mod.ts";
import type { SwitchState } from "../../schedules/mod.ts";
import type { TrainState } from "../program/mod.ts";
import { NumericalError } from "./faults.ts";
import type { EpochRecord, FitState } from "./fit_state.ts";
import type { Checkpointing, SaveReason, TrainOptions } from "./train_options.ts";
import type { Training } from "./training.ts";

/** The result of a training. */
export interface TrainResult {
  /** The parameters and the optimizer's state after the last step. */
  readonly state: TrainState;
  /** The parameters to use: averages where the rule keeps them, else those of `state`. Evaluations are at them. */
  readonly evaluationParams: TrainState["params"];
  /**
   * The running statistics of batch normalizations that belong to `evaluationParams`: those of `state` or, for
   * averages, statistics computed by one more pass over the training data. Evaluations use them.
   */
  readonly evaluationBuffers: TrainState["buffers"];
  /** One record an evaluation: by default one an epoch. */
  readonly epochs: readonly EpochRecord[];
  /** Number of steps taken, those before `from` included. */
  readonly steps: number;
  /**
   * Whether the training ended because it diverged: the loss of its last step, or a loss of its last evaluation, is not
   * finite. Only a training with `nonFinite: "end"` looks for that.
   */
  readonly diverged: boolean;
  /** Why a minimizer such as `lbfgs` ended the training; absent if the options ended it, or the optimizer is a rule. */
  readonly converged?: Converged;
  /** The last step before the change of optimizer; absent if it did not change. */
  readonly switchedAtStep?: number;
  /** Number of steps that were skipped; present if there are any. */
  readonly skipped?: number;
  /** The state of the criterion at the end; absent without a criterion. */
  readonly switchState?: SwitchState;
}

/** Trains until the end, and saves on the way. */
export async function trainOnce(training: Training): Promise<TrainResult> {
  const { checkpoint, signal, nonFinite, resume } = training.options;
  // A training that is over needs no program.
  if (resume !== undefined && training.isOver(resume)) return await resultOf(training, resume);
  let state = await training.begin();
  let over = training.isOver(state);
  if (over) await checkpoint?.save(lean(state), "end");
  while (!over) {
    const before = state;
    try {
      state = await training.advance(state);
    } catch (error) {
      if (error instanceof NumericalError) await saveBeforeFault(error, { checkpoint, before });
      throw error;
    }
    over = training.isOver(state);
    const why = over ? "end" : reasonToSave(training.options, { before, state });
    if (why !== undefined && checkpoint) {
      const here = await training.fetch(state);
      await checkpoint.save(nonFinite === "reduce" ? here : lean(here), why);
    }
    if (!over) signal?.throwIfAborted();
  }
  return await resultOf(training, state);
}

/** Saves the state before a fault. If that fails, its error is appended to the fault's message. */
async function saveBeforeFault(
  fault: NumericalError,
  { checkpoint, before }: { checkpoint: Checkpointing | undefined; before: FitState },
): Promise<void> {
  try {
    await checkpoint?.save(before, "fault");
  } catch (error) {
    fault.message += `; the state before it is not saved: ${messageOf(error)}`;
  }
}

/** Without the state to begin the epoch again from, which only one policy needs and doubles the size. */
function lean(state: FitState): FitState {
  return { ...state, epochStart: null };
}

function reasonToSave(
  { checkpoint, signal }: Pick<TrainOptions, "checkpoint" | "signal">,
  { before, state }: { before: FitState; state: FitState },
): SaveReason | undefined {
  if (state.faults.halvings > before.faults.halvings) return "rewind";
  if (signal?.aborted) return "abort";
  if (checkpoint?.every === undefined) return state.epoch > before.epoch ? "epoch" : undefined;
  return state.step % checkpoint.every === 0 ? "step" : undefined;
}

async function resultOf(training: Training, state: FitState): Promise<TrainResult> {
  const { train, epochs, step, switching, faults } = state;
  const evaluated = training.evaluated(state);
  return {
    state: train,
    evaluationParams: evaluated.optimizer.evaluationParams(train.params, train.optimizer, train.buffers),
    evaluationBuffers: await training.shared.evaluation.buffersOf(evaluated),
    epochs,
    steps: step,
    diverged: training.diverged(state),
    ...(faults.skipped === 0 ? {} : { skipped: faults.skipped }),
    ...(switching === null ? {} : { switchState: switching }),
    ...(switching?.fired ? { switchedAtStep: switching.firedAt! } : {}),
  };
}
