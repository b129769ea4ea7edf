/**
 * The engine of `fit`: from one state of a training to the next, a chunk of steps further.
 *
 * @module
 */
import type { Optimizer } from "../../optim/mod.ts";
import {
  type Batches,
  checkTensors,
  chunkSize,
  firstBatches,
  type ProgramOptions,
  type ProgramRun,
  repeatBatches,
  type Statistic,
  type TrainingFormOptions,
  type TrainingProgram,
  trainingProgram,
  type TrainState,
} from "../program/mod.ts";
import { EpochOrder } from "./epoch_order.ts";
import { type EvaluationBuffers, evaluationBuffers, type Evaluator, evaluator } from "../evaluation/mod.ts";
import { type Fault, FaultFinder, MOST_HALVINGS, MOST_SKIPPED, NumericalError } from "./faults.ts";
import type { Data, FitOptions } from "./fit.ts";
import {
  checkResume,
  type EpochRecord,
  type FitOrder,
  type FitState,
  NO_FAULTS,
  type StepRecord,
} from "./fit_state.ts";
import type { SessionOptions } from "../session/mod.ts";
import { observe } from "./switching.ts";

/** A training whose programs are compiled. */
export interface Training extends AsyncDisposable {
  /** The state to begin with: the model's own values, or the state to resume from. */
  start(): FitState;
  /**
   * The state at the end of the next chunk; with the epoch's record where that ends the epoch. It may be on the device
   * unless an epoch ends; the state that was given is freed there.
   */
  advance(state: FitState): Promise<FitState>;
  /** The state with all its tensors on the host. */
  fetch(state: FitState): Promise<FitState>;
  /** Returns the running statistics that belong to the optimizer's `evaluationParams`, for a state on the host. */
  evaluationBuffers(state: FitState): Promise<TrainState["buffers"]>;
}

/** Compiles what a training needs. @throws {RangeError} when a state to resume from does not belong to the options. */
export async function openTraining(options: FitOptions): Promise<Training> {
  const { resume, switching, plateau, seed = 0, batchSize } = options;
  const order: FitOrder = { seed, examples: Object.values(options.train)[0]!.shape[0]!, batchSize };
  if (resume) {
    checkResume(resume, { order, plateau: plateau !== undefined, switching: switching !== undefined });
  }
  const switched = resume?.switching?.fired ? switching!.to(resume.switching.Lambda) : undefined;
  const engine = new Engine(options, order);
  await engine.open(switched ?? options.optimizer, { watched: switching !== undefined && !switched });
  return engine;
}

class Engine implements Training {
  #program: TrainingProgram | undefined;
  #finder: FaultFinder | undefined;
  #evaluator: Evaluator | undefined;
  readonly #statistics: EvaluationBuffers;
  #order: EpochOrder | undefined;
  /** The rule in use. */
  #optimizer: Optimizer;

  constructor(readonly options: FitOptions, readonly order: FitOrder) {
    this.#optimizer = options.optimizer;
    this.#statistics = statisticsOf(options);
  }

  async open(optimizer: Optimizer, { watched }: { watched: boolean }): Promise<void> {
    const { model, loss = "loss", train, metrics = [loss], evaluate, nonFinite } = this.options;
    const session = sessionOptions(this.options);
    if (watched && gradientsOf(optimizer) > 1) {
      throw new RangeError(
        `switching needs a rule of one gradient an update, ${optimizer.name} takes ${gradientsOf(optimizer)}`,
      );
    }
    await this.#program?.close();
    this.#optimizer = optimizer;
    const statistics: Statistic[] = [
      ...(watched ? ["update-dot-update", "update-dot-gradient"] as const : []),
      ...(nonFinite === undefined ? [] : ["gradient-sum"] as const),
    ];
    const program: ProgramOptions = {
      ...session,
      ...formOptions(this.options),
      model,
      loss,
      optimizer,
      data: train,
      statistics,
      ...(this.options.parameters && { parameters: this.options.parameters }),
      ...(this.options.quantization && { quantization: this.options.quantization }),
    };
    this.#program = await trainingProgram(program);
    const size = { data: train, batchSize: this.order.batchSize, gradientsPerUpdate: gradientsOf(optimizer) };
    const { chunk = chunkSize(this.#program.compiled, size), checkpoint } = this.options;
    this.#order = new EpochOrder(this.order, { chunk, every: checkpoint?.every ?? Infinity });
    this.#finder ??= nonFinite && new FaultFinder(program);
    if (evaluate === undefined || this.#evaluator) return;
    const { parameters: trained, buffers } = this.#program.compiled;
    const parameters = Object.keys({ ...trained, ...buffers });
    try {
      this.#evaluator = await evaluator({
        ...session,
        model,
        metrics,
        inputs: train,
        parameters,
        ...(this.options.evaluationBatchSize && { batchSize: this.options.evaluationBatchSize }),
      });
    } catch (error) {
      // The first error matters: an error while closing must not hide it.
      await this.#program.close().catch(() => {});
      throw error;
    }
  }

  start(): FitState {
    const { resume, plateau, switching } = this.options;
    if (resume) {
      checkTensors(resume.train, this.#program!.compiled, { what: "resume", rule: this.#optimizer });
    }
    return resume ?? {
      train: this.#program!.init(),
      step: 0,
      epoch: 1,
      batch: 0,
      lossSum: 0,
      epochs: [],
      plateau: plateau?.init() ?? null,
      switching: switching?.criterion.init() ?? null,
      faults: NO_FAULTS,
      epochStart: null,
      order: this.order,
    };
  }

  async advance(from: FitState): Promise<FitState> {
    const next = await this.#advance(from);
    if (next.train !== from.train) this.#program!.release(from.train);
    return next;
  }

  async fetch(state: FitState): Promise<FitState> {
    const train = await this.#program!.fetch(state.train);
    return train === state.train ? state : { ...state, train };
  }

  evaluationBuffers({ train }: FitState): Promise<TrainState["buffers"]> {
    const { seed, batchSize } = this.order;
    return this.#statistics.of({ optimizer: this.#optimizer, state: train, batchSize, seed });
  }

  async #advance(from: FitState): Promise<FitState> {
    const begins = this.options.nonFinite !== undefined && from.batch === 0;
    const state = begins ? { ...from, epochStart: { ...from, epochStart: null } } : from;
    let batches = this.#order!.from(state);
    const running = this.#run(state, batches);
    // What comes next, if all goes well, is read while this run is under way.
    const next = this.#order!.after(state, batches);
    if (next.epoch <= this.options.epochs) this.#program!.prefetch(this.#order!.from(next));
    let run = await running;
    if (this.options.nonFinite !== undefined) {
      const again = (some: Batches) => some === batches ? Promise.resolve(run) : this.#run(state, some);
      const sound = await this.#finder!.sound(batches, { run, again });
      const taken = firstBatches(batches, Math.max(sound, 1));
      [run, batches] = [await again(taken), taken];
      const fault = sound === 0
        ? await this.#finder!.look(state.train, { batch: batches, after: run })
        : null;
      if (fault !== null) return await this.#overcome(state, { fault, batch: batches });
    }
    return await this.#take(state, { batches, run });
  }

  /** Runs batches; what is reported is one number a batch, whatever the number of its gradients. */
  async #run(state: FitState, batches: Batches): Promise<ProgramRun> {
    const each = gradientsOf(this.#optimizer);
    const repeated = repeatBatches(batches, each);
    const run = await this.#program!.run(state.train, repeated, {
      learningRateScale: rateScale(state),
      // Who watches for faults reads the parameters after each run, and may begin an epoch again.
      onDevice: this.options.nonFinite === undefined,
    });
    if (each === 1) return run;
    const reports = Object.entries(run.reports).map(([name, values]) => {
      // Of a batch's gradients, the first is the one at the parameters themselves; any of them may fail.
      const first = values.filter((_, k) => k % each === 0);
      const sums = first.map(() => 0);
      values.forEach((v, k) => (sums[Math.floor(k / each)]! += v));
      return [name, name === "gradient-sum" ? sums : first] as const;
    });
    return { ...run, reports: Object.fromEntries(reports) };
  }

  /** The state after a run; after fewer of its steps where the criterion fires, and with another optimizer. */
  async #take(state: FitState, { batches, run }: { batches: Batches; run: ProgramRun }): Promise<FitState> {
    const { switching } = this.options;
    const faults = { ...state.faults, inARow: 0 };
    if (switching === undefined || state.switching!.fired) {
      return await this.#count({ ...state, faults, train: run.state }, { batches, run });
    }
    // Skipped steps do not count for the criterion.
    const before = state.step - faults.skipped;
    const seen = observe(switching.criterion, state.switching!, { reports: run.reports, before });
    const firedAt = seen.firedAfter === undefined ? null : state.step + seen.firedAfter;
    const next = { ...state, faults, switching: { ...seen.state, firedAt } };
    if (seen.firedAfter === undefined) {
      return await this.#count({ ...next, train: run.state }, { batches, run });
    }
    const taken = firstBatches(batches, seen.firedAfter);
    const last = taken === batches ? run : await this.#run(state, taken);
    const to = switching.to(seen.state.Lambda);
    // What the first optimizer's program has on the device goes with it.
    const reached = await this.#program!.fetch(last.state);
    await this.open(to, { watched: false });
    const train = { ...reached, optimizer: to.init(reached.params, reached.buffers) };
    return await this.#count({ ...next, train }, { batches: taken, run: last });
  }

  /** Counts the steps of a run, tells of them, and ends the epoch where they do. */
  async #count(
    state: FitState,
    { batches, run }: { batches: Batches; run: Pick<ProgramRun, "reports"> },
  ): Promise<FitState> {
    const { loss = "loss", epochs, onChunk, nonFinite } = this.options;
    const { step, epoch, batch } = state;
    const records = Array.from(
      run.reports[loss]!,
      (l, k): StepRecord => ({ step: step + k + 1, epoch, loss: l }),
    );
    const counted = nonFinite === undefined ? records : records.filter((r) => Number.isFinite(r.loss));
    const { batchSize } = batches;
    const uncounted = state.faults.uncounted + (records.length - counted.length) * batchSize;
    const after: FitState = {
      ...state,
      step: step + records.length,
      batch: batch + records.length,
      lossSum: counted.reduce((sum, r) => sum + r.loss * batchSize, state.lossSum),
      faults: { ...state.faults, uncounted },
    };
    const stepsPerEpoch = Math.ceil(this.order.examples / this.order.batchSize);
    onChunk?.({ step: after.step, steps: stepsPerEpoch * epochs, epoch, records });
    return after.batch < stepsPerEpoch ? after : await this.#endEpoch(after);
  }

  /** Does about the failure of the next step what the policy says. */
  async #overcome(
    state: FitState,
    { fault, batch }: { fault: Pick<Fault, "loss" | "gradients" | "updates">; batch: Batches },
  ): Promise<FitState> {
    const { loss = "loss", nonFinite, onFault } = this.options;
    const rate = this.#optimizer.learningRate?.(state.train.optimizer.count);
    const whole: Fault = {
      step: state.step + 1,
      epoch: state.epoch,
      ...fault,
      learningRate: rate === undefined ? null : rate * rateScale(state),
    };
    const { faults } = state;
    if (nonFinite === "skip") {
      if (faults.inARow >= MOST_SKIPPED) {
        throw new NumericalError(whole, `${MOST_SKIPPED} were skipped before it`);
      }
      onFault?.(whole);
      // The rule's state and count stay: its next update is the one that it would have made here.
      const train = { ...state.train, step: state.train.step + gradientsOf(this.#optimizer) };
      const more = { ...faults, skipped: faults.skipped + 1, inARow: faults.inARow + 1 };
      const reports = { [loss]: Float64Array.of(fault.loss) };
      return await this.#count({ ...state, train, faults: more }, { batches: batch, run: { reports } });
    }
    if (nonFinite === "stop") throw new NumericalError(whole);
    if (faults.halvings >= MOST_HALVINGS) {
      throw new NumericalError(whole, `its rate has been halved ${MOST_HALVINGS} times in this epoch`);
    }
    onFault?.(whole);
    // A state saved in the middle of an epoch, before any fault, may not know how the epoch began.
    const start = state.epochStart ?? this.options.resume!;
    // The epoch may have begun with another optimizer.
    if (state.switching?.fired && !start.switching!.fired) {
      await this.open(this.options.optimizer, { watched: true });
    }
    return { ...start, faults: { ...start.faults, scale: faults.scale / 2, halvings: faults.halvings + 1 } };
  }

  async #endEpoch(reached: FitState): Promise<FitState> {
    const state = await this.fetch(reached);
    if (state !== reached) this.#program!.release(reached.train);
    const { plateau, evaluate = {}, onEpoch } = this.options;
    const metrics: Record<string, Record<string, number>> = {};
    const { params, optimizer, buffers } = state.train;
    const values = Object.keys(evaluate).length === 0 ? {} : {
      ...this.#optimizer.evaluationParams(params, optimizer, buffers),
      ...await this.evaluationBuffers(state),
    };
    for (const [name, data] of Object.entries<Data>(evaluate)) {
      metrics[name] = await this.#evaluator!.evaluate(values, data);
    }
    const record: EpochRecord = {
      epoch: state.epoch,
      step: state.step,
      trainLoss: state.lossSum / (this.order.examples - state.faults.uncounted),
      learningRateScale: rateScale(state),
      metrics,
    };
    onEpoch?.(record);
    return {
      ...state,
      epoch: state.epoch + 1,
      batch: 0,
      lossSum: 0,
      faults: { ...state.faults, halvings: 0, uncounted: 0 },
      epochStart: null,
      epochs: [...state.epochs, record],
      plateau: plateau ? plateau.update(state.plateau!, record.trainLoss) : null,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program?.close();
    await this.#evaluator?.close();
    await this.#statistics.close();
    await this.#finder?.[Symbol.asyncDispose]();
  }
}

/** Returns the source of statistics for a training's averages. */
export function statisticsOf(options: FitOptions): EvaluationBuffers {
  const { model, train, loss, parameters, quantization } = options;
  return evaluationBuffers({
    ...sessionOptions(options),
    ...formOptions(options),
    model,
    data: train,
    ...(loss === undefined ? {} : { loss }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(quantization === undefined ? {} : { quantization }),
  });
}

function gradientsOf({ rule }: Optimizer): number {
  return rule.gradientsPerUpdate ?? 1;
}

/** The factor on the learning rate: that of plateau annealing, and that of reductions after faults. */
function rateScale({ plateau, faults }: FitState): number {
  return (plateau?.scale ?? 1) * faults.scale;
}

function sessionOptions({ device, threads, optimization }: SessionOptions): SessionOptions {
  return {
    ...(device === undefined ? {} : { device }),
    ...(threads === undefined ? {} : { threads }),
    ...(optimization === undefined ? {} : { optimization }),
  };
}

function formOptions(options: FitOptions): TrainingFormOptions {
  const { batchStatistics, dropout, seed, precision, lossScale } = options;
  return {
    ...(precision === undefined ? {} : { precision }),
    ...(lossScale === undefined ? {} : { lossScale }),
    ...(batchStatistics === undefined ? {} : { batchStatistics }),
    ...(dropout === undefined ? {} : { dropout }),
    ...(seed === undefined ? {} : { seed }),
  };
}
