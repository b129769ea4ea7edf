/**
 * One training: from one state to the next, a chunk of steps further. Everything that trains does it by this loop.
 *
 * @module
 */
import type { Optimizer } from "../../optim/mod.ts";
import { switchStateOf } from "../../schedules/mod.ts";
import {
  type Batches,
  checkTensors,
  chunkSize,
  firstBatches,
  freeState,
  type ProgramRun,
  repeatBatches,
  type Statistic,
  type TrainingProgram,
  type TrainState,
} from "../program/mod.ts";
import { EpochOrder, type RunEnds } from "./epoch_order.ts";
import type { Evaluated, Evaluation } from "./evaluation.ts";
import { requireRemedy } from "./fault_policy.ts";
import { type Fault, FaultFinder } from "./faults.ts";
import { checkResume, type EpochRecord, type FitState, NO_FAULTS, type StepRecord } from "./fit_state.ts";
import { gradientsOf, perBatch } from "./gradients_per_update.ts";
import type { Programs } from "./programs.ts";
import type { SizedProgram } from "./sized_program.ts";
import { observe } from "./switching.ts";
import type { TrainOptions, Watching } from "./train_options.ts";

/** The parts that all trainings of a trainer share. */
export interface Shared {
  readonly loss: string;
  readonly statistics: readonly Statistic[];
  readonly programs: Programs;
  readonly evaluation: Evaluation;
  /** Finds out which steps fail; made when first needed. */
  finder: FaultFinder | undefined;
  /** The parameters and statistics to begin with; `own` says whether all of them are in memory of their own. */
  readonly initial: (
    program: TrainingProgram,
    given: TrainOptions["initial"],
  ) => Pick<TrainState, "params" | "buffers"> & { readonly own: boolean };
}

/** A training's options with the batch size filled in. */
export type TrainingOptions = TrainOptions & { readonly batchSize: number };

/** A failed step, as {@linkcode FaultFinder} reports it. */
type Failure = Pick<Fault, "loss" | "gradients" | "updates">;

/** Batches, and what a run of them gave. */
interface Taken {
  readonly batches: Batches;
  readonly run: ProgramRun;
}

/** One training of a trainer. */
export class Training {
  readonly #order: EpochOrder;
  /** The number of the last step. */
  readonly #last: number;
  #program: SizedProgram | undefined;
  /** The rule in use. */
  #optimizer: Optimizer;
  #chunk = 1;
  #seconds = 0;
  #scale: { epoch: number; factor: number } | undefined;
  /** The states that no one outside has seen: the next run may take over their memory. */
  readonly #own = new WeakSet<TrainState>();

  /** @throws {RangeError} when a state to resume from does not belong to the options. */
  constructor(readonly shared: Shared, readonly options: TrainingOptions) {
    const { resume, switching, plateau, seed = 0, batchSize, epochs, steps } = options;
    const { remainder = "train", shuffle = "epochs" } = options;
    const examples = Object.values(shared.programs.options.data)[0]!.shape[0]!;
    this.#order = new EpochOrder({
      seed,
      examples,
      batchSize,
      ...(remainder === "drop" ? { remainder } : {}),
      ...(shuffle === "epochs" ? {} : { shuffle }),
    });
    const { stepsPerEpoch, order, even } = this.#order;
    if (shared.programs.options.batchSize !== undefined && !even) {
      throw new RangeError(
        `${examples} examples are not a whole number of batches of ${batchSize}, which the trainer was opened for: ` +
          `set remainder to "drop"`,
      );
    }
    shared.evaluation.requireSets(options.evaluateOnly ?? []);
    this.#last = Math.min((epochs ?? Infinity) * stepsPerEpoch, steps ?? Infinity);
    if (resume) {
      checkResume(resume, { order, plateau: plateau !== undefined, switching: switching !== undefined });
    }
    this.#optimizer = shared.programs.ruleFor(optimizerOf(resume, options));
  }

  /** Compiles what the training needs, and returns its first state. */
  async begin(): Promise<FitState> {
    const { resume, switching, evaluateFirst = false } = this.options;
    await this.#open(this.#optimizer, {
      watched: switching !== undefined && !(resume?.switching?.fired ?? false),
    });
    const { compiled } = this.#program!;
    if (resume) checkTensors(resume.train, compiled, { what: "resume", rule: this.#optimizer });
    const start = resume ?? this.#start();
    if (start.step < this.#last) await this.#chooseSession(start);
    await this.shared.evaluation.open(compiled, this.shared.programs.options);
    if (resume) return resume;
    return evaluateFirst ? await this.#evaluate(start) : start;
  }

  /** Whether nothing is left to do. */
  isOver(state: FitState): boolean {
    if (state.step >= this.#last) return true;
    const record = state.epochs.at(-1);
    if (record === undefined || record.step !== state.step) return false;
    return this.diverged(state) || (this.options.until?.(record) ?? false);
  }

  /** Whether the training looks for it, and a loss of the last steps or of the last evaluation is not finite. */
  diverged({ epochs }: FitState): boolean {
    const record = epochs.at(-1);
    if (this.options.nonFinite !== "end" || record === undefined) return false;
    const { trainLoss, metrics, step } = record;
    const losses = Object.values(metrics).map((of) => of[this.shared.loss] ?? 0);
    return ![...(step > this.#first ? [trainLoss] : []), ...losses].every(Number.isFinite);
  }

  /**
   * The state at the end of the next chunk; with a record where that is evaluated. It may be on the device unless it
   * was evaluated; the state that was given is freed, on the host only if no one outside has seen it.
   */
  async advance(from: FitState): Promise<FitState> {
    const next = await this.#advance(from);
    if (next.train === from.train) return next;
    // A training that watches for faults may repeat the epoch from an earlier state.
    if (this.#own.has(from.train) && !this.#watchesFaults) freeState(from.train);
    else this.#program!.release(from.train);
    return next;
  }

  /** The state with all its tensors on the host, for the caller to keep. */
  async fetch(state: FitState): Promise<FitState> {
    this.#own.delete(state.train);
    return await this.#onHost(state);
  }

  async #onHost(state: FitState): Promise<FitState> {
    if (this.#program === undefined) return state;
    const train = await this.#program.fetch(state.train);
    return train === state.train ? state : { ...state, train };
  }

  /** Returns the tensors of a state to evaluate, on the host. */
  evaluated({ train }: FitState): Evaluated {
    const { seed, batchSize } = this.#order.order;
    return { optimizer: this.#optimizer, state: train, batchSize, seed };
  }

  /** Steps taken before the first one. */
  get #first(): number {
    return this.options.from?.step ?? 0;
  }

  /** Whether gradients and parameters are looked through as well as losses. */
  get #watchesFaults(): boolean {
    const { nonFinite } = this.options;
    return nonFinite !== undefined && nonFinite !== "end";
  }

  get #ends(): RunEnds {
    const { every, checkpoint, watch, plateau, learningRateScale } = this.options;
    return {
      chunk: this.#chunk,
      last: this.#last,
      every: [every, checkpoint?.every, watch?.every].filter((n) => n !== undefined),
      // Nothing happens at the end of an epoch.
      acrossEpochs: every !== undefined && this.#order.even && !this.#watchesFaults &&
        plateau === undefined && learningRateScale === undefined,
    };
  }

  async #open(given: Optimizer, { watched }: { watched: boolean }): Promise<void> {
    const optimizer = this.shared.programs.ruleFor(given);
    if (watched && gradientsOf(optimizer) > 1) {
      throw new RangeError(
        `switching needs a rule of one gradient an update, ${optimizer.name} takes ${gradientsOf(optimizer)}`,
      );
    }
    const { programs } = this.shared;
    const statistics = new Set<Statistic>([
      ...this.shared.statistics,
      ...(watched ? ["update-dot-update", "update-dot-gradient"] as const : []),
      ...(this.#watchesFaults ? ["gradient-sum"] as const : []),
    ]);
    const { batchSize, examples } = this.#order.order;
    this.#program = await programs.for(optimizer, {
      statistics: [...statistics],
      batchSize: Math.min(batchSize, examples),
    });
    this.#optimizer = optimizer;
    const size = { data: programs.options.data, batchSize, gradientsPerUpdate: gradientsOf(optimizer) };
    this.#chunk = this.options.chunk ?? chunkSize(this.#program.compiled, size);
  }

  /** Chooses the session of all trainings by the first run of this one, unless an earlier one did. */
  async #chooseSession({ train: state, step }: FitState): Promise<void> {
    const { programs } = this.shared;
    const batches = repeatBatches(this.#order.batchesAfter(step, this.#ends), gradientsOf(this.#optimizer));
    const options = { optimizer: this.#optimizer, seed: this.#order.order.seed };
    await programs.choose(this.#program!, { state, batches, options });
    if (this.#watchesFaults) {
      this.shared.finder ??= new FaultFinder({ ...programs.options, optimizer: this.#optimizer });
    }
  }

  #start(): FitState {
    const { from, initial, plateau, switching } = this.options;
    const train = from?.state ?? this.#initialState(initial);
    return {
      train,
      step: this.#first,
      ...this.#order.placeAfter(this.#first),
      lossSum: 0,
      epochs: [],
      plateau: plateau?.init() ?? null,
      switching: switching === undefined ? null : switchStateOf(switching.criterion.init()),
      faults: NO_FAULTS,
      epochStart: null,
      order: this.#order.order,
    };
  }

  #initialState(given: TrainOptions["initial"]): TrainState {
    const { params, buffers, own } = this.shared.initial(this.#program!, given);
    const state = { params, buffers, optimizer: this.#optimizer.init(params, buffers), step: 0 };
    if (own) this.#own.add(state);
    return state;
  }

  async #advance(from: FitState): Promise<FitState> {
    const begins = this.#watchesFaults && (from.batch === 0 || from.step === this.#first);
    const state = begins ? { ...from, epochStart: { ...from, epochStart: null } } : from;
    const batches = this.#order.batchesAfter(state.step, this.#ends);
    const running = this.#run(state, batches);
    // Reads the rows of the next run during this one.
    const next = state.step + stepsOf(batches);
    if (next < this.#last) this.#program!.prefetch(this.#order.batchesAfter(next, this.#ends));
    const run = await running;
    if (this.#watchesFaults) return await this.#takeFinite(state, { batches, run });
    if (this.options.nonFinite === "end") {
      const bad = run.reports[this.shared.loss]!.findIndex((l) => !Number.isFinite(l));
      if (bad >= 0) {
        return await this.#takeSteps(state, await this.#firstSteps(state, { batches, run }, bad + 1));
      }
    }
    return await this.#takeSteps(state, { batches, run });
  }

  /** Takes the steps up to the first that fails, or does about that one what the policy says. */
  async #takeFinite(state: FitState, { batches, run }: Taken): Promise<FitState> {
    const again = (some: Batches) => some === batches ? Promise.resolve(run) : this.#run(state, some);
    const finite = await this.shared.finder!.finiteSteps(batches, { run, again });
    const taken = firstBatches(batches, Math.max(finite, 1));
    const after = await again(taken);
    if (finite === 0) {
      const { seed } = this.#order.order;
      const failure = await this.shared.finder!.failureOf(state.train, { batch: taken, after, seed });
      if (failure !== null) return await this.#handleFailure(state, { failure, batch: taken });
    }
    return await this.#takeSteps(state, { batches: taken, run: after });
  }

  /** Runs batches; what is reported is one number a batch, whatever the number of its gradients. */
  async #run(state: FitState, batches: Batches): Promise<ProgramRun> {
    const each = gradientsOf(this.#optimizer);
    const repeated = repeatBatches(batches, each);
    // A run of an open program asks for its rows at once, before those of the next run are read ahead.
    if (!this.#program!.isReady(batches.batchSize)) await this.#program!.prepare(batches.batchSize);
    const started = performance.now();
    const run = await this.#program!.run(state.train, repeated, {
      optimizer: this.#optimizer,
      learningRateScale: this.#rateScale(state, state.epoch),
      seed: this.#order.order.seed,
      // A training that watches for faults reads the parameters after each run, and may repeat an epoch.
      onDevice: !this.#watchesFaults,
      consume: this.#own.has(state.train) && !this.#mayRepeat(state),
    });
    this.#own.add(run.state);
    this.#seconds += (performance.now() - started) / 1000;
    return each === 1 ? run : { ...run, reports: perBatch(run.reports, each) };
  }

  /** Whether a run may have to be repeated from the state that it began with, or that state be saved. */
  #mayRepeat({ switching }: FitState): boolean {
    return this.options.nonFinite !== undefined || (switching !== null && !switching.fired);
  }

  /** The first steps of a run, as a run of their own. */
  async #firstSteps(state: FitState, taken: Taken, steps: number): Promise<Taken> {
    const batches = firstBatches(taken.batches, steps);
    if (batches === taken.batches) return taken;
    freeState(taken.run.state);
    return { batches, run: await this.#run(state, batches) };
  }

  /** The state after a run; after fewer of its steps where the criterion fires, and with another optimizer. */
  async #takeSteps(state: FitState, taken: Taken): Promise<FitState> {
    const { switching } = this.options;
    const faults = { ...state.faults, inARow: 0 };
    const { run } = taken;
    if (switching === undefined || state.switching!.fired) {
      return await this.#countSteps({ ...state, faults, train: run.state }, taken);
    }
    // Skipped steps do not count for the criterion.
    const before = state.step - faults.skipped;
    const seen = observe(switching.criterion, state.switching!, { reports: run.reports, before });
    const firedAt = seen.firedAfter === undefined ? null : state.step + seen.firedAfter;
    const next = { ...state, faults, switching: switchStateOf({ ...seen.state, firedAt }) };
    if (seen.firedAfter === undefined) return await this.#countSteps({ ...next, train: run.state }, taken);
    const last = await this.#firstSteps(state, taken, seen.firedAfter);
    const to = switching.to(seen.state.learningRate);
    // Closing the first optimizer's program frees its tensors on the device.
    const reached = await this.#program!.fetch(last.run.state);
    await this.#open(to, { watched: false });
    const train = { ...reached, optimizer: this.#optimizer.init(reached.params, reached.buffers) };
    return await this.#countSteps({ ...next, train }, last);
  }

  /** Counts and reports the steps of a run, and ends the epoch or evaluates if due. */
  async #countSteps(
    state: FitState,
    { batches, run }: { batches: Batches; run: Pick<ProgramRun, "reports"> },
  ): Promise<FitState> {
    const { loss } = this.shared;
    const records = Array.from(run.reports[loss]!, (l, k): StepRecord => ({
      step: state.step + k + 1,
      epoch: this.#order.placeAfter(state.step + k).epoch,
      loss: l,
    }));
    const counted = this.#watchesFaults ? records.filter((r) => Number.isFinite(r.loss)) : records;
    const { batchSize } = batches;
    const uncounted = state.faults.uncounted + (records.length - counted.length) * batchSize;
    const step = state.step + records.length;
    const { epoch } = records.at(-1)!;
    const after: FitState = {
      ...state,
      step,
      ...this.#order.placeAfter(step),
      lossSum: counted.reduce((sum, r) => sum + r.loss * batchSize, state.lossSum),
      faults: { ...state.faults, uncounted },
    };
    const seconds = this.#seconds;
    this.options.onChunk?.({ step, steps: this.#last, epoch, records, reports: run.reports, seconds });
    const { watch } = this.options;
    const seen = watch !== undefined && step % watch.every === 0 ? await this.#see(after, watch) : after;
    const evaluated = this.#isDue(seen) ? await this.#evaluate(seen) : seen;
    return after.batch === 0 ? this.#endEpoch(evaluated) : evaluated;
  }

  /** Whether to evaluate a state that was reached. */
  #isDue({ step, batch, lossSum }: FitState): boolean {
    const { every, nonFinite } = this.options;
    const diverged = nonFinite === "end" && !Number.isFinite(lossSum);
    return diverged || step >= this.#last || (every === undefined ? batch === 0 : step % every === 0);
  }

  /** Handles the failure of the next step as the policy says. */
  async #handleFailure(
    state: FitState,
    { failure, batch }: { failure: Failure; batch: Batches },
  ): Promise<FitState> {
    const rate = this.#optimizer.learningRate?.(state.train.optimizer.count);
    const scale = this.#rateScale(state, state.epoch);
    const { nonFinite, onFault } = this.options;
    const fault: Fault = {
      step: state.step + 1,
      epoch: state.epoch,
      ...failure,
      learningRate: rate === undefined ? null : rate * scale,
    };
    requireRemedy(fault, { policy: nonFinite, faults: state.faults });
    onFault?.(fault);
    return nonFinite === "skip"
      ? await this.#skip(state, { loss: failure.loss, batch })
      : await this.#rewind(state);
  }

  /** Counts a step without its update. */
  async #skip(state: FitState, { loss, batch }: { loss: number; batch: Batches }): Promise<FitState> {
    // The rule's state and count stay: its next update replaces this one.
    const train = { ...state.train, step: state.train.step + gradientsOf(this.#optimizer) };
    const { skipped, inARow } = state.faults;
    const faults = { ...state.faults, skipped: skipped + 1, inARow: inARow + 1 };
    const reports = Object.fromEntries(
      this.#program!.compiled.reports.map((r) => [r, Float64Array.of(r === this.shared.loss ? loss : NaN)]),
    );
    return await this.#countSteps({ ...state, train, faults }, { batches: batch, run: { reports } });
  }

  /** Begins the epoch again with half the rate. */
  async #rewind(state: FitState): Promise<FitState> {
    // A state saved in the middle of an epoch, before any fault, may not know how the epoch began.
    const start = state.epochStart ?? this.options.resume!;
    // The epoch may have begun with another optimizer.
    if (state.switching?.fired && !start.switching!.fired) {
      await this.#open(this.options.optimizer, { watched: true });
    }
    const { scale, halvings } = state.faults;
    return { ...start, faults: { ...start.faults, scale: scale / 2, halvings: halvings + 1 } };
  }

  /** Shows a state to a watcher. Returns it on the host. */
  async #see(reached: FitState, { see }: Watching): Promise<FitState> {
    const state = await this.#brought(reached);
    // The watcher may keep it.
    this.#own.delete(state.train);
    await see(state.train, state.step);
    return state;
  }

  /** Brings a state to the host, and frees it on the device. */
  async #brought(reached: FitState): Promise<FitState> {
    const state = await this.#onHost(reached);
    if (state !== reached) {
      this.#own.add(state.train);
      this.#program!.release(reached.train);
    }
    return state;
  }

  /** Adds a record of a state. Returns it on the host. */
  async #evaluate(reached: FitState): Promise<FitState> {
    const state = await this.#brought(reached);
    const { step, faults: { uncounted }, epochs } = state;
    const epoch = step === 0 ? 0 : this.#order.placeAfter(step - 1).epoch;
    const examples = this.#order.examplesIn(step) -
      this.#order.examplesIn(epochs.at(-1)?.step ?? this.#first);
    const record: EpochRecord = {
      epoch,
      step,
      trainLoss: state.lossSum / (examples - uncounted),
      learningRateScale: this.#rateScale(state, Math.max(1, epoch)),
      metrics: await this.shared.evaluation.metricsOf(this.evaluated(state), this.options.evaluateOnly),
    };
    const own = this.#own;
    let over = false;
    await this.options.onPoint?.(record, {
      get state() {
        if (over && own.has(state.train)) {
          throw new Error(
            "onPoint: read details.state in the call: the training goes on, and takes over its memory",
          );
        }
        own.delete(state.train);
        return state.train;
      },
      seconds: this.#seconds,
    });
    over = true;
    return {
      ...state,
      lossSum: 0,
      faults: { ...state.faults, uncounted: 0 },
      epochs: [...epochs, record],
    };
  }

  #endEpoch(state: FitState): FitState {
    const { plateau } = this.options;
    return {
      ...state,
      faults: { ...state.faults, halvings: 0 },
      epochStart: null,
      plateau: plateau ? plateau.update(state.plateau!, state.epochs.at(-1)!.trainLoss) : null,
    };
  }

  /** The factor on the learning rate: of the caller, of plateau annealing, and of reductions after faults. */
  #rateScale({ plateau, faults, epochs }: FitState, epoch: number): number {
    const { learningRateScale } = this.options;
    if (learningRateScale !== undefined && this.#scale?.epoch !== epoch) {
      const begin = (epoch - 1) * this.#order.stepsPerEpoch;
      this.#scale = { epoch, factor: learningRateScale(epoch, epochs.filter((r) => r.step <= begin)) };
    }
    return (this.#scale?.factor ?? 1) * (plateau?.scale ?? 1) * faults.scale;
  }
}

/** Returns the rule that a training uses at a state. */
function optimizerOf(state: FitState | undefined, { optimizer, switching }: TrainOptions): Optimizer {
  return state?.switching?.fired ? switching!.to(switchStateOf(state.switching).learningRate) : optimizer;
}

function stepsOf({ rows, batchSize }: Batches): number {
  return rows.length / batchSize;
}
