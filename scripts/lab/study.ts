/**
 * Many trainings of one task: opened once, run for each learning rate and seed.
 *
 * @module
 */
import type { Data, Device, Model, Optimizer, Shuffle, Switch, TrainerOptions } from "../../mod.ts";
import { Lab, type LabTrainer, type TrainedPoint } from "../run/mod.ts";
import type { Setting } from "./search/mod.ts";

/** A model, its training data and its evaluation data. */
export interface StudyTask {
  /** The untrained model of a seed, with scalar outputs for the metrics, such as `withLoss` makes. */
  readonly model: (seed: number) => Model;
  /** The training data. */
  readonly train: Data;
  /** Data sets to evaluate on, by name. */
  readonly evaluate: Readonly<Record<string, Data>>;
  /** The metrics; `loss` and `accuracy` by default. */
  readonly metrics?: readonly string[];
  /** The shuffling of the training examples; `"epochs"` by default. */
  readonly shuffle?: Shuffle;
  /** What of the model is trained, and how. */
  readonly trainer?: Pick<
    TrainerOptions,
    "parameters" | "quantization" | "batchStatistics" | "evaluationBatchSize" | "augment" | "labelSmoothing"
  >;
}

/** Returns whether a task has accuracies: regressions and language models are measured by their losses alone. */
export function hasAccuracy({ metrics }: Pick<StudyTask, "metrics">): boolean {
  return metrics?.includes("accuracy") ?? true;
}

/** The options of an opened task. */
export interface TaskOptions {
  readonly task: StudyTask;
  readonly device: Device;
  /** The lab of the run, which keeps the trainings; by default they are not kept. */
  readonly lab?: Lab;
}

/** The common part of a study's runs: an update rule. */
export interface StudyRule {
  /** The update rule at a learning rate. */
  readonly make: (learningRate: number, course: RunCourse) => Optimizer;
  /** Returns the switch to another rule; by default the rule stays. */
  readonly switching?: () => Switch;
  /** A name for the study in the folder of the run; `study` by default. */
  readonly name?: string;
}

/** The shared options of all runs of a study. */
export interface StudyOptions extends TaskOptions, StudyRule {}

/** What a rule may depend on besides its learning rate. */
export interface RunCourse {
  /** The updates of the run, for schedules that depend on them; absent if seconds end it. */
  readonly steps?: number;
  /** Hyper-parameters besides the learning rate. */
  readonly hyperparameters: Setting;
}

/** The length of a run, by one or more of the three: it ends at the first that is reached. */
export interface RunLength {
  readonly epochs?: number;
  /** Updates. */
  readonly steps?: number;
  /**
   * Seconds spent on updates, without evaluations: the run ends at the first evaluation after them. Such runs are not
   * reproducible bit for bit.
   */
  readonly seconds?: number;
}

/** One run. */
export interface StudyRunOptions extends RunLength {
  readonly learningRate: number;
  /** Hyper-parameters besides the learning rate; none by default. */
  readonly hyperparameters?: Setting;
  /** Seed of the weights and of the order of the examples. */
  readonly seed: number;
  readonly batchSize: number;
  /** Its name in the folder of the run; by default the learning rate and the batch size. */
  readonly label?: string;
  /**
   * The number of updates between evaluations, across epochs; by default an epoch, or one run of the program where the
   * length is in seconds and that is shorter.
   */
  readonly every?: number;
  /** `"last"` to evaluate nothing before the last update, for a run that does not end by seconds; `"all"` by default. */
  readonly points?: "all" | "last";
  /** The names of the data sets to evaluate; all of the task's by default. The others are not read. */
  readonly evaluateOnly?: readonly string[];
  /** Whether to keep the loss of each step; `false` by default. */
  readonly keepLosses?: boolean;
  /** Returns whether to end the run early; it must depend only on steps and scores. */
  readonly until?: (point: StudyPoint) => boolean;
  /** Called after each evaluation of this process. */
  readonly onPoint?: (point: StudyPoint) => void;
}

/** The state at an evaluation. */
export interface StudyPoint {
  /** The number of updates so far. */
  readonly step: number;
  /** The number of epochs so far, with fractions. */
  readonly epoch: number;
  /** Seconds spent on the updates so far, without evaluations. */
  readonly seconds: number;
  /** The mean loss of the examples since the last evaluation, each before the update of its batch; `NaN` if there are none. */
  readonly batchLoss: number;
  /** Loss and accuracy by data set; the accuracy is `NaN` if the loss has none. */
  readonly scores: Readonly<Record<string, { readonly loss: number; readonly accuracy: number }>>;
}

/** A run's evaluations: the first before any update. */
export interface StudyRun {
  readonly points: readonly StudyPoint[];
  /** The loss of each step's batch before its update; empty unless they are kept. */
  readonly losses: readonly number[];
  /** Whether a loss was not finite, which ends the run. */
  readonly diverged: boolean;
  /** `true` if it was interrupted and went on in another process: its seconds are no measurement then. */
  readonly resumed: boolean;
}

/** The trainings of one update rule. */
export interface StudyRuns {
  /** Trains a fresh model. */
  run(options: StudyRunOptions): Promise<StudyRun>;
}

/** An opened study. */
export interface Study extends StudyRuns, AsyncDisposable {}

/** A task that is open for the studies of several rules, one after another. They share its data and its evaluation. */
export interface OpenTask extends AsyncDisposable {
  /** Returns the study of a rule. Its program is compiled once for all its rates and seeds. */
  study(rule: StudyRule): StudyRuns;
}

/** The programs of an opened task that are kept: one of a rule, and one more for a rule that it changes to. */
const PROGRAMS = 2;

/** The most examples in one run of a program. */
const EXAMPLES_A_RUN = 16_384;

/** The most steps in one run of a program. */
const STEPS_A_RUN = 512;

/** Returns a loss and an accuracy; `NaN` for the accuracy of a loss that has none. */
function scoreOf({ loss = NaN, accuracy = NaN }: Readonly<Record<string, number>>) {
  return { loss, accuracy };
}

/** Opens a task. It compiles nothing before a training needs it. */
export function openTask({ task, device, lab = new Lab() }: TaskOptions): OpenTask {
  const { model, train, evaluate, metrics = ["loss", "accuracy"], shuffle } = task;
  const trainer = lab.open({
    ...task.trainer,
    name: "study",
    model,
    train,
    evaluate,
    metrics,
    device,
    programs: PROGRAMS,
  });
  const count = Object.values(train)[0]!.shape[0]!;
  return {
    study: (rule) => ({ run: (options) => runOf(trainer, { rule, count, shuffle, options }) }),
    [Symbol.asyncDispose]: () => trainer[Symbol.asyncDispose](),
  };
}

/** Opens a study. */
export function openStudy({ task, device, lab, ...rule }: StudyOptions): Promise<Study> {
  const opened = openTask({ task, device, ...(lab === undefined ? {} : { lab }) });
  return Promise.resolve({
    ...opened.study(rule),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  });
}

/** Trains a fresh model by a rule. */
async function runOf(
  trainer: LabTrainer,
  { rule: { make, switching, name = "study" }, count, shuffle, options }: {
    rule: StudyRule;
    /** The number of training examples. */
    count: number;
    shuffle: Shuffle | undefined;
    options: StudyRunOptions;
  },
): Promise<StudyRun> {
  const { learningRate, seed, batchSize, until, onPoint, evaluateOnly, points: shown = "all" } = options;
  const { epochs, steps, seconds, keepLosses = false } = options;
  const size = Math.min(batchSize, count);
  const stepsPerEpoch = Math.floor(count / size);
  const chunk = Math.min(STEPS_A_RUN, Math.max(1, Math.floor(EXAMPLES_A_RUN / size)));
  const pointOf = pointsOf(stepsPerEpoch);
  const { points, reports, diverged, resumed } = await trainer.train({
    name,
    optimizer: make(learningRate, courseOf(options, stepsPerEpoch)),
    ...(switching === undefined ? {} : { switching: switching() }),
    label: options.label ?? `rate ${learningRate}, batches of ${size}`,
    seed,
    ...(epochs === undefined ? {} : { epochs }),
    ...(steps === undefined ? {} : { steps }),
    ...(seconds === undefined ? {} : { seconds }),
    batchSize: size,
    // The remaining examples of an epoch are dropped, so all batches have one size, and all steps cost the same.
    remainder: "drop",
    ...(shuffle === undefined ? {} : { shuffle }),
    every: everyOf(options, { stepsPerEpoch, chunk }),
    evaluateFirst: shown === "all",
    ...(evaluateOnly === undefined ? {} : { evaluateOnly }),
    chunk,
    keepReports: keepLosses,
    ...(until === undefined ? {} : { until: (record) => until(pointOf({ ...record, seconds: NaN })) }),
    ...(onPoint === undefined ? {} : { onPoint: (point) => onPoint(pointOf(point)) }),
  });
  return { points: points.map(pointOf), losses: reports.loss ?? [], diverged, resumed };
}

/** Returns the updates between evaluations. */
function everyOf(
  { every, points, epochs = Infinity, steps = Infinity, seconds }: StudyRunOptions,
  { stepsPerEpoch, chunk }: { stepsPerEpoch: number; chunk: number },
): number {
  const last = Math.min(steps, epochs * stepsPerEpoch);
  if (points === "last" && seconds === undefined && Number.isFinite(last)) return last;
  return every ?? (seconds === undefined ? stepsPerEpoch : Math.min(stepsPerEpoch, chunk));
}

/** Returns a function from what a training keeps of an evaluation to a point. */
function pointsOf(stepsPerEpoch: number): (point: Omit<TrainedPoint, "observed">) => StudyPoint {
  return ({ step, seconds, trainLoss, metrics }) => ({
    step,
    epoch: step / stepsPerEpoch,
    seconds,
    batchLoss: trainLoss,
    scores: Object.fromEntries(Object.entries(metrics).map(([set, score]) => [set, scoreOf(score)])),
  });
}

function courseOf(
  { epochs = Infinity, steps = Infinity, seconds, hyperparameters = {} }: StudyRunOptions,
  stepsPerEpoch: number,
): RunCourse {
  const all = Math.min(steps, epochs * stepsPerEpoch);
  return { hyperparameters, ...(seconds === undefined && Number.isFinite(all) ? { steps: all } : {}) };
}
