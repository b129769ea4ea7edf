/**
 * The short trainings of an experiment, kept in the folder of its run: a run that is killed at any moment and resumed does
 * none of them twice.
 *
 * @module
 */
import {
  type Data,
  type EpochRecord,
  fit,
  type FitOptions,
  type FitResult,
  type FitState,
  type Model,
  openTrainer,
  type SwitchState,
  type Trainer,
  type TrainerOptions,
  type TrainOptions,
  type TrainState,
} from "../../mod.ts";
import {
  type Kept,
  type KeptPoint,
  type LabRun,
  type Store,
  type Stored,
  storeOf,
} from "./training_store.ts";

/** The options of a trainer that trains a model many times. */
export interface LabTrainerOptions extends Omit<TrainerOptions, "model" | "train"> {
  /** A name for it in the folder of the run. */
  readonly name: string;
  /** The untrained model of a seed, with a loss: of the same parameters and shapes for every seed. */
  readonly model: (seed: number) => Model;
  readonly train: Data;
}

/** One training, which by default ends at the first loss that is not finite. */
export interface LabTraining
  extends
    Omit<TrainOptions, "checkpoint" | "resume" | "signal" | "onChunk" | "onPoint" | "nonFinite" | "until"> {
  /** Seed of the weights and of the order of the examples. */
  seed: number;
  /** A name for what is trained in the folder of the run; by default that of the trainer. */
  name?: string;
  /** The label of the training in the folder of the run; by default the optimizer with its first learning rate. */
  label?: string;
  /**
   * Returns whether to end the training after an evaluation; it must depend on its arguments alone.
   *
   * @param reports what the steps so far reported, by name; empty unless they are kept
   */
  until?: (record: EpochRecord, reports: Trained["reports"]) => boolean;
  /** Numbers to keep with each evaluation, from the state that is evaluated. */
  observe?: (
    state: TrainState,
  ) => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>;
  /** Whether to keep what every step reports; `false` by default. */
  keepReports?: boolean;
  /** Whether to keep the state after each epoch; `false` by default. */
  keepStates?: boolean;
  /** Whether to keep the last state; `false` by default. */
  keepState?: boolean;
  /** Whether to train on after a loss that is not finite; `false` by default. */
  goOn?: boolean;
  /**
   * Ends at the first evaluation after so many seconds of steps, above 0; evaluations do not count. A resumed training
   * counts the seconds that led to the state it resumes from.
   */
  seconds?: number;
  /** Told after each evaluation of this process. */
  onPoint?: (point: TrainedPoint) => void;
}

/** The results of an evaluation. */
export interface TrainedPoint extends EpochRecord, KeptPoint {}

/** The result of a training. */
export interface Trained {
  /** The evaluations. */
  readonly points: readonly TrainedPoint[];
  /** Steps taken. */
  readonly steps: number;
  /** Whether a loss was not finite: the training ends there. */
  readonly diverged: boolean;
  /** `true` if it was interrupted and went on in another process, which measured a part of its seconds. */
  readonly resumed: boolean;
  /** The reports of every step by name, the loss included; empty unless kept. */
  readonly reports: Readonly<Record<string, readonly number[]>>;
  /** The state of the criterion for another optimizer; `null` without one. */
  readonly switching: SwitchState | null;
  /** Returns the state after the last step. @throws {Error} unless it is kept. */
  state(): Promise<TrainState>;
  /** Returns the state after an epoch, by the number of its last step. @throws {Error} unless it is kept. */
  stateAfter(step: number): Promise<TrainState>;
}

/**
 * The trainings of one run, of any number of models. Each is named by what is trained, and by a number where that is
 * trained several times: an experiment must ask for them in the same order each time.
 */
export class Lab {
  readonly #run: LabRun | undefined;
  readonly #names = new Map<string, number>();

  /** @param run where trainings are kept; without one they are not */
  constructor(run?: LabRun) {
    this.#run = run;
  }

  /** Opens a model for trainings. It compiles nothing before it is needed. */
  open(options: LabTrainerOptions): LabTrainer {
    return new LabTrainer(options, { run: this.#run, name: (label) => this.#name(label) });
  }

  /** Trains one model by `fit()`, for {@linkcode Trainings}. */
  fit(options: FitOptions): Promise<FitResult> {
    return fit({ ...options, ...this.#run?.session?.options });
  }

  #name(label: string): string {
    const count = (this.#names.get(label) ?? 0) + 1;
    this.#names.set(label, count);
    return count === 1 ? label : `${label} (${count})`;
  }
}

/** A model that is open for trainings. */
export class LabTrainer implements AsyncDisposable {
  readonly #run: LabRun | undefined;
  readonly #name: (label: string) => string;
  #trainer: Promise<Trainer> | undefined;

  constructor(
    readonly options: LabTrainerOptions,
    lab: { run: LabRun | undefined; name: (label: string) => string },
  ) {
    this.#run = lab.run;
    this.#name = lab.name;
  }

  /** Whole batches an epoch, of the batch size that the trainer is opened for. */
  get stepsPerEpoch(): number {
    const { train, batchSize = 1 } = this.options;
    return Math.floor(Object.values(train)[0]!.shape[0]! / batchSize);
  }

  /** Trains, or returns what the training gave before the run was resumed. */
  async train(training: LabTraining): Promise<Trained> {
    const { optimizer, seed, name = this.options.name } = training;
    const rate = optimizer.learningRate === null ? "" : ` ${optimizer.learningRate(0)}`;
    const { label = `${optimizer.name}${rate}` } = training;
    const store = storeOf(this.#run, {
      name: this.#name(`${name}, ${label}, seed ${seed}`),
      training,
    });
    const newest = await store.newest();
    if (newest?.kept.finished) return trained(newest, store);
    return trained(await this.#train(training, { newest, store }), store);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The first training throws if the trainer cannot be opened.
    await (await this.#trainer?.catch(() => undefined))?.close();
  }

  #open(): Promise<Trainer> {
    const { name: _, model, ...options } = this.options;
    return this.#trainer ??= openTrainer({
      ...options,
      ...this.#run?.session?.options,
      model: model(0),
    });
  }

  async #train(training: LabTraining, { newest, store }: { newest: Stored | null; store: Store }) {
    const {
      name: _,
      label: __,
      observe,
      keepReports,
      keepStates: ___,
      keepState: ____,
      goOn = false,
      seconds: limit = Infinity,
      until,
      onPoint,
      ...options
    } = training;
    const trainer = await this.#open();
    const before = newest?.kept.seconds ?? 0;
    const details = [...newest?.kept.details ?? []];
    const reports = Object.fromEntries(
      Object.entries(newest?.kept.reports ?? {}).map(([name, values]) => [name, [...values]]),
    );
    let seconds = before;
    let last: FitState | undefined;
    const kept = (more: Pick<Kept, "finished" | "diverged">): Kept => ({
      ...more,
      resumed: newest !== null,
      seconds,
      details,
      reports,
    });
    const result = await store.guard((signal) =>
      trainer.train({
        ...options,
        ...(options.from ?? options.initial ? {} : { initial: this.options.model(training.seed) }),
        ...(newest === null ? {} : { resume: newest.state }),
        ...(signal === undefined ? {} : { signal }),
        ...(goOn ? {} : { nonFinite: "end" }),
        ...(limit === Infinity && until === undefined
          ? {}
          : { until: (record: EpochRecord) => seconds >= limit || (until?.(record, reports) ?? false) }),
        checkpoint: {
          ...store.every,
          async save(state, reason) {
            if (reason === "end") last = state;
            else await store.save({ state, kept: kept({ finished: false, diverged: false }) }, reason);
          },
        },
        onChunk(chunk) {
          seconds = before + chunk.seconds;
          if (!keepReports) return;
          for (const [name, values] of Object.entries(chunk.reports)) {
            (reports[name] ??= []).push(...Array.from(values));
          }
        },
        async onPoint(record, { state }) {
          details.push({ seconds, observed: await observe?.(state) ?? {} });
          onPoint?.({ ...record, ...details.at(-1)! });
        },
      })
    );
    const finished = { state: last!, kept: kept({ finished: true, diverged: result.diverged }) };
    await store.finish(finished);
    return finished;
  }
}

function trained({ state, kept }: Stored, store: Store): Trained {
  return {
    points: state.epochs.map((record, i) => ({ ...record, ...kept.details[i]! })),
    steps: state.step,
    diverged: kept.diverged,
    resumed: kept.resumed ?? false,
    reports: kept.reports,
    switching: state.switching,
    state: () => store.stateAt(state.step),
    stateAfter: (step) => store.stateAt(step),
  };
}
