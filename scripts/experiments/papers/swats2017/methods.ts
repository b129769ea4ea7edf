/**
 * The methods of `swats2017`: what trains a task with each of them.
 *
 * @module
 */
import { adam, type EpochRecord, type Optimizer, sgd, type TrainState } from "../../../../mod.ts";
import { required } from "../../../../options/mod.ts";
import { clippedAdam, searchRates } from "../../../lab/mod.ts";
import type { LabTrainer, Trained } from "../../../run/mod.ts";
import { CLIPPED, forcedName, type SwatsRun, type ToleranceResult } from "./data.ts";
import { BETA1, swatsFrom } from "./switch_over.ts";
import type { SwatsTask } from "./tasks.ts";

/** Returns the paper's Adam. */
export const first = (learningRate: number): Optimizer =>
  adam({ learningRate, epsilon: 1e-9, epsilonPlacement: "scaled" });

/** Returns the paper's SGD. */
export const momentum = (learningRate: number): Optimizer => sgd({ learningRate, momentum: BETA1 });

/** The options of one training. */
interface Once {
  readonly seed: number;
  /** The label of the training in the folder of the run. */
  readonly label: string;
  readonly from?: { readonly state: TrainState; readonly step: number };
  readonly keepStates?: boolean;
  readonly keepReports?: boolean;
}

/** Reports progress: items done, total, label. */
export type Progress = (done: number, of: number, what: string) => void;

/** The methods on a task. Each training of Adam starts several others. */
export class Methods {
  readonly runs: SwatsRun[] = [];
  readonly #task: SwatsTask;
  readonly #trainer: LabTrainer;
  readonly #seeds: readonly number[];
  readonly #progress: Progress;
  #stage = 0;

  constructor(
    task: SwatsTask,
    { trainer, seeds, progress }: { trainer: LabTrainer; seeds: readonly number[]; progress: Progress },
  ) {
    this.#task = task;
    this.#trainer = trainer;
    this.#seeds = seeds;
    this.#progress = progress;
  }

  /** Returns the rate that the task has for an optimizer, or the best power of 2 by the validation loss of the first seed. */
  async tune(
    name: "Adam" | "SGD",
    make: (rate: number) => Optimizer,
    rate: number | undefined,
  ): Promise<number> {
    this.#report(`tuning ${name}`);
    if (rate !== undefined) return rate;
    const seed = required(this.#seeds, 0, "seed");
    const { best } = await searchRates(
      async (rate) =>
        validationLoss(await this.#train(make(rate), { seed, label: `tuning ${name}, rate ${rate}` })),
      { center: name === "Adam" ? this.#task.centers.adam : this.#task.centers.sgd },
    );
    return best.rate;
  }

  /** Trains with Adam and with SGD. @returns the trainings of Adam, with the state after each epoch. */
  async adamAndSgd({ adamRate, sgdRate }: { adamRate: number; sgdRate: number }): Promise<Trained[]> {
    const adams: Trained[] = [];
    for (const seed of this.#seeds) {
      this.#report(`Adam, seed ${seed}`);
      const training = await this.#train(first(adamRate), {
        seed,
        label: "adam",
        keepStates: true,
        keepReports: true,
      });
      adams.push(training);
      this.#add("adam", { seed, epochs: training.points });
      this.#report(`SGD, seed ${seed}`);
      const { points } = await this.#train(momentum(sgdRate), { seed, label: "sgd" });
      this.#add("sgd", { seed, epochs: points });
    }
    return adams;
  }

  /** Trains with SWATS, where the criterion fired for a seed: a training that never switches is that of Adam. */
  async swats(
    found: readonly ToleranceResult[],
    { adams, adamRate }: { adams: readonly Trained[]; adamRate: number },
  ): Promise<void> {
    for (const [i, seed] of this.#seeds.entries()) {
      this.#report(`SWATS, seed ${seed}`);
      const adamOf = required(adams, i, "training");
      const { step, Lambda } = required(found, i, "tolerance");
      if (step === undefined || Lambda === undefined) {
        this.#add("swats", { seed, epochs: adamOf.points });
        continue;
      }
      const annealed = (epoch: number) => this.#annealed(epoch);
      const at = { adamOf, optimizer: first(adamRate), step, Lambda, seed, annealed };
      this.#add("swats", { seed, epochs: await swatsFrom(this.#trainer, at), step, Lambda });
    }
  }

  /** Switches to the tuned SGD after several epochs of Adam. */
  async forced({ adams, sgdRate }: { adams: readonly Trained[]; sgdRate: number }): Promise<void> {
    for (const [i, seed] of this.#seeds.entries()) {
      const before = required(adams, i, "training");
      for (const epoch of this.#task.switches) {
        this.#report(`${forcedName(epoch)}, seed ${seed}`);
        const step = epoch * this.#trainer.stepsPerEpoch;
        const reached = await before.stateAfter(step);
        const optimizer = momentum(sgdRate);
        const state = { ...reached, optimizer: optimizer.init(reached.params) };
        const after = await this.#train(optimizer, { seed, label: forcedName(epoch), from: { state, step } });
        this.#add(forcedName(epoch), {
          seed,
          epochs: [...before.points.slice(0, epoch), ...after.points],
          step,
        });
      }
    }
  }

  /** Trains with Adam whose rates stay above that of SGD, and below it. */
  async clipped({ adamRate, sgdRate }: { adamRate: number; sgdRate: number }): Promise<void> {
    // The rate of SGD per unit of Adam's m: its buffer sums what m averages.
    const bound = sgdRate / (1 - BETA1);
    const clips = [
      [CLIPPED.above, clippedAdam({ learningRate: adamRate, low: bound, high: Infinity })],
      [CLIPPED.below, clippedAdam({ learningRate: adamRate, low: 0, high: bound })],
    ] as const;
    for (const seed of this.#seeds) {
      for (const [method, optimizer] of clips) {
        this.#report(`${method}, seed ${seed}`);
        const { points } = await this.#train(optimizer, { seed, label: method });
        this.#add(method, { seed, epochs: points });
      }
    }
  }

  #report(what: string): void {
    const stages = 2 + this.#seeds.length * (5 + this.#task.switches.length);
    this.#progress(this.#stage++, stages, what);
  }

  /** Returns the factor on the rate in an epoch: a tenth of the one before from each milestone on. */
  #annealed(epoch: number): number {
    return 0.1 ** this.#task.milestones.filter((m) => epoch > m).length;
  }

  #train(optimizer: Optimizer, once: Once): Promise<Trained> {
    const { epochs } = this.#task;
    return this.#trainer.train({
      optimizer,
      epochs,
      remainder: "drop",
      learningRateScale: (epoch) => this.#annealed(epoch),
      ...once,
    });
  }

  #add(
    method: string,
    { seed, epochs, step, Lambda }: {
      seed: number;
      epochs: readonly EpochRecord[];
      step?: number;
      Lambda?: number;
    },
  ): void {
    this.runs.push({
      task: this.#task.name,
      method,
      seed,
      ...summarized(this.#task, epochs),
      ...(step === undefined ? {} : { switchedAtStep: step }),
      ...(Lambda === undefined ? {} : { Lambda }),
    });
  }
}

function summarized(task: SwatsTask, epochs: readonly EpochRecord[]) {
  const curves = epochs.map(({ epoch, metrics }) => ({
    epoch,
    trainLoss: metrics.train!.loss!,
    score: task.score.of(metrics.test!),
  }));
  const last = epochs.at(-1)!.metrics;
  return { score: curves.at(-1)!.score, trainLoss: last.train!.loss!, testLoss: last.test!.loss!, curves };
}

function validationLoss({ points }: Trained): number {
  const losses = points.map((e) => e.metrics.validation!.loss!);
  return losses.every(Number.isFinite) ? Math.min(...losses) : NaN;
}
