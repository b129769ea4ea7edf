/**
 * Numerical faults: losses, gradients and parameters that are NaN or infinite, and the step at which they become so.
 *
 * @module
 */
import { DescentError } from "../../options/mod.ts";
import type { Tensor } from "../../onnx/mod.ts";
import { sgd } from "../../optim/mod.ts";
import {
  type Batches,
  firstBatches,
  type ProgramOptions,
  type ProgramRun,
  type TrainingProgram,
  trainingProgram,
  type TrainState,
} from "../program/mod.ts";

/**
 * The response to a step whose loss, gradient or update is not finite.
 *
 * - `"stop"`: training ends with a {@linkcode NumericalError}; the state before the step is saved.
 * - `"skip"`: the step counts, but its update is left out: the rule's own count and state stay as they were, as with
 *   Optax's `apply_if_finite` and PyTorch's `GradScaler`. After 100 skipped steps in a row training ends as with
 *   `"stop"`.
 * - `"reduce"`: the learning rate is halved, and the epoch begun again. After 20 halvings within an epoch training ends.
 */
export type FaultPolicy = "stop" | "skip" | "reduce";

/** How many parameters a message names. */
const NAMED = 4;

/** A step that failed. */
export interface Fault {
  /** The number of the step, from 1. */
  readonly step: number;
  /** Its epoch, from 1. */
  readonly epoch: number;
  /** Its loss. */
  readonly loss: number;
  /** Parameters whose gradients are not finite: the number of such elements, and of all. */
  readonly gradients: Readonly<Record<string, readonly [count: number, of: number]>>;
  /** Parameters that the update makes NaN or infinite, although gradients are finite. */
  readonly updates: Readonly<Record<string, readonly [count: number, of: number]>>;
  /** The learning rate of the step; `null` for an optimizer without one. */
  readonly learningRate: number | null;
}

/** Reports that a numerical fault stopped a training. */
export class NumericalError extends DescentError {
  /** The name of the class. */
  override name = "NumericalError";

  /** The step that failed. */
  readonly fault: Fault;

  /**
   * An error about a step.
   *
   * @param why what stopped it, if a policy that continues gave up
   */
  constructor(fault: Fault, why?: string) {
    super(faultText(fault) + (why === undefined ? "" : `; ${why}`));
    this.fault = fault;
  }
}

/**
 * Describes a fault in a sentence: its step, the values that are not finite, and the learning rate.
 *
 * @example
 * ```ts
 * import { faultText } from "./faults.ts";
 * import { assertEquals } from "@std/assert";
 * const fault = { step: 7, epoch: 2, loss: NaN, gradients: { w: [1, 6] }, updates: {}, learningRate: 0.1 } as const;
 * assertEquals(
 *   faultText(fault),
 *   "step 7 (epoch 2): the loss is NaN; the gradient is not finite for w (1 of 6 elements), at learning rate 0.1",
 * );
 * ```
 */
export function faultText({ step, epoch, loss, gradients, updates, learningRate }: Fault): string {
  const list = (of: Fault["gradients"]) => {
    const all = Object.entries(of).map(([name, [n, size]]) => `${name} (${n} of ${size} elements)`);
    return all.slice(0, NAMED).join(", ") + (all.length > NAMED ? ` and ${all.length - NAMED} more` : "");
  };
  const parts = [
    ...(Number.isFinite(loss) ? [] : [`the loss is ${loss}`]),
    ...(Object.keys(gradients).length > 0 ? [`the gradient is not finite for ${list(gradients)}`] : []),
    ...(Object.keys(updates).length > 0 ? [`the update is not finite for ${list(updates)}`] : []),
  ];
  const rate = learningRate === null ? "" : `, at learning rate ${Number(learningRate.toPrecision(6))}`;
  return `step ${step} (epoch ${epoch}): ${parts.join("; ")}${rate}`;
}

/** Finds out which steps fail, by running parts of a chunk again from the state before it. */
export class FaultFinder implements AsyncDisposable {
  #gradients: TrainingProgram | undefined;

  /** @param options those of the program that is watched, which must report `gradient-sum` */
  constructor(readonly options: ProgramOptions) {}

  /**
   * Returns how many of a run's steps, from its first, leave everything finite; 0 if the first step fails.
   *
   * @param run the result of `again` for all batches
   * @param again runs some batches from the state before the run
   */
  async finiteSteps(
    batches: Batches,
    { run, again }: { run: ProgramRun; again: (batches: Batches) => Promise<ProgramRun> },
  ): Promise<number> {
    const steps = batches.rows.length / batches.batchSize;
    const { loss = "loss" } = this.options;
    const reported = [run.reports[loss]!, run.reports["gradient-sum"]!];
    const first = Array.from({ length: steps }, (_, k) => k).find((k) =>
      !reported.every((r) => Number.isFinite(r[k]))
    );
    let bad = first ?? steps;
    if (bad === 0) return 0;
    const at = async (n: number) => n === steps ? run : await again(firstBatches(batches, n));
    if (allFinite((await at(bad)).state)) return bad;
    // An update failed although its gradient was finite: the first one after which a parameter is not.
    let good = 0;
    while (bad - good > 1) {
      const middle = (good + bad) >> 1;
      if (allFinite((await at(middle)).state)) good = middle;
      else bad = middle;
    }
    return good;
  }

  /**
   * Returns the fault of a step.
   *
   * @param of.after the result of a run of that step alone
   * @param of.seed the seed of the training
   * @returns `null` if there is none: a sum of finite gradients can overflow
   */
  async failureOf(
    state: TrainState,
    { batch, after, seed }: { batch: Batches; after: ProgramRun; seed: number },
  ): Promise<Pick<Fault, "loss" | "gradients" | "updates"> | null> {
    const { loss = "loss" } = this.options;
    const probe = sgd({ learningRate: 1 });
    this.#gradients ??= await trainingProgram({ ...this.options, optimizer: probe, statistics: [] });
    const start = { ...state, optimizer: { ...probe.init(state.params), count: state.optimizer.count } };
    // p - g is finite where p and g are, short of an overflow in g alone.
    const { state: { params } } = await this.#gradients.run(start, batch, { seed });
    const gradients = nonFiniteIn(params);
    const updates = Object.keys(gradients).length > 0 ? {} : nonFiniteIn(after.state.params);
    const value = after.reports[loss]![0]!;
    const nothing = Number.isFinite(value) && Object.keys({ ...gradients, ...updates }).length === 0;
    return nothing ? null : { loss: value, gradients, updates };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gradients?.close();
  }
}

/** Returns how many elements are NaN or infinite, of how many, for each tensor that has any. */
function nonFiniteIn(tensors: Readonly<Record<string, Tensor>>): Record<string, readonly [number, number]> {
  const counts: Record<string, readonly [number, number]> = {};
  for (const [name, t] of Object.entries(tensors)) {
    const data = t.data as Float32Array;
    let count = 0;
    for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i]!)) count++;
    if (count > 0) counts[name] = [count, data.length];
  }
  return counts;
}

function allFinite({ params }: TrainState): boolean {
  return Object.values(params).every((t) => {
    const data = t.data as Float32Array;
    // A sum of zeros, unless an element is NaN or infinite.
    let sum = 0;
    for (let i = 0; i < data.length; i++) sum += data[i]! * 0;
    return sum === 0;
  });
}
