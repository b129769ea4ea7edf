/**
 * Compares optimizers on one task with equal budgets, over several seeds. The statistics of the results are in
 * `scripts/comparison`.
 *
 * @module
 */
import type { Device, Optimizer, Switch } from "../../mod.ts";
import type { Arm, Compared, ComparedRun, Trial } from "../comparison/mod.ts";
import type { Lab } from "../run/mod.ts";
import type { SearchSpace, Setting } from "./search/mod.ts";
import {
  openTask,
  type RunCourse,
  type RunLength,
  type StudyRule,
  type StudyRun,
  type StudyRuns,
  type StudyTask,
} from "./study.ts";
import { searchPowers, searchSpace, type Tuned } from "./trials.ts";

/** An optimizer to compare, with one setting or more. */
export interface Contender {
  readonly name: string;
  /** The rates to run; `null` to choose a setting by trials. */
  readonly rates: readonly number[] | null;
  /**
   * The space that trials are drawn from, as many for each contender. Without one, trials take powers of two times the
   * learning rate, until the best lies between others.
   */
  readonly space?: SearchSpace;
  /** The first of the trials from a space, instead of the nearest that is drawn; by default all are drawn. */
  readonly first?: Setting;
  /** The rate at which powers of two start, and that of a space without one. */
  readonly learningRate: number;
  /** Hyper-parameters besides the rate, before trials choose some of them; none by default. */
  readonly hyperparameters?: Setting;
  /** Makes the rule at a learning rate, with the hyper-parameters that trials chose. */
  readonly make: (learningRate: number, course: RunCourse) => Optimizer;
  /** Returns the switch to another rule; by default the rule stays. */
  readonly switching?: () => Switch;
}

/** The budget of each run. */
export interface Budget extends RunLength {
  readonly batchSize: number;
}

/** The contenders and settings of a comparison. */
export interface ComparisonOptions extends Budget {
  readonly task: StudyTask;
  readonly contenders: readonly Contender[];
  readonly seeds: readonly number[];
  /** Seeds of the runs that choose the settings; they differ from `seeds`. */
  readonly tuningSeeds: readonly number[];
  /** The trials of each contender with a space, at least 1; 1 by default. */
  readonly budget?: number;
  /** Seed of the settings that trials draw; 0 by default. */
  readonly searchSeed?: number;
  /** The measure that trials from a space are judged by on the validation set; `"loss"` by default. */
  readonly judgedBy?: "loss" | "accuracy";
  /** A name for the task in the folder of the run, if it has several. */
  readonly name?: string;
  /** Told why a contender cannot be trained, to go on without it; by default the error is thrown. */
  readonly onFailure?: (contender: Contender, error: unknown) => void;
  readonly device: Device;
  /** The lab of the run, which keeps the trainings. */
  readonly lab: Lab;
  readonly progress: (done: number, of: number, what: string) => void;
}

/** The results of a comparison. */
export interface MeasuredComparison extends Compared {
  /** By arm and seed, whether the training was interrupted and resumed: its seconds are no measurement then. */
  readonly resumed: Readonly<Record<string, readonly boolean[]>>;
}

/** The trainings that a search by powers of two takes, at a guess, as trials. */
const POWERS = 7;

/**
 * Tunes each contender without given rates, then runs it with every seed. One program of a rule serves all its trainings;
 * trials read nothing of the test set.
 */
export async function compareOptimizers(options: ComparisonOptions): Promise<MeasuredComparison> {
  const { contenders, progress, task, device, lab, onFailure } = options;
  const arms: ArmRuns[] = [];
  const trials: Record<string, readonly Trial[]> = {};
  await using opened = openTask({ task, device, lab });
  for (const [i, contender] of contenders.entries()) {
    const at = (share: number, what: string) =>
      progress(i + share, contenders.length, `${contender.name}: ${what}`);
    try {
      const study = opened.study(ruleOf(contender, options));
      const result = await compareOne(contender, { study, options, at });
      arms.push(...result.arms);
      if (result.trials !== undefined) trials[contender.name] = result.trials;
    } catch (error) {
      if (onFailure === undefined) throw error;
      onFailure(contender, error);
    }
  }
  progress(contenders.length, contenders.length, "done");
  return {
    arms: arms.map((a) => a.arm),
    trials,
    resumed: Object.fromEntries(arms.map(({ arm: { name }, resumed }) => [name, resumed])),
  };
}

/** An arm, and which of its runs were resumed. */
interface ArmRuns {
  readonly arm: Arm;
  readonly resumed: readonly boolean[];
}

/** A contender's study, and the options of the comparison. */
interface Work {
  readonly study: StudyRuns;
  readonly options: ComparisonOptions;
  /** Reports the share of the work that is done. */
  readonly at: (part: number, what: string) => void;
}

/** Tunes a contender without given rates, then runs it with every seed. */
async function compareOne(
  contender: Contender,
  { study, options, at }: Work,
): Promise<{ arms: readonly ArmRuns[]; trials: readonly Trial[] | undefined }> {
  const share = tuningShare(contender, options);
  const tuned = await tune(contender, { study, options, at: (part, what) => at(share * part, what) });
  const settings = tuned === undefined
    ? (contender.rates ?? [contender.learningRate]).map((learningRate) => ({ learningRate }))
    : [tuned.best.setting];
  const arms = await armsOf(contender, {
    study,
    options,
    settings,
    at: (part, what) => at(share + (1 - share) * part, what),
  });
  return { arms, trials: tuned?.trials };
}

/** Returns the share of a contender's trainings that are trials. */
function tuningShare(
  { rates, space }: Contender,
  { budget = 1, tuningSeeds, seeds }: ComparisonOptions,
): number {
  if (rates !== null) return 0;
  const trainings = (space === undefined ? POWERS : budget) * tuningSeeds.length;
  return trainings / (trainings + seeds.length);
}

/** Chooses a setting by validation. Returns `undefined` where there is nothing to choose. */
async function tune(contender: Contender, { study, options, at }: Work): Promise<Tuned | undefined> {
  const { rates, space, first, learningRate } = contender;
  if (rates !== null || (space !== undefined && Object.keys(space).length === 0)) return undefined;
  const { task, tuningSeeds: seeds, budget = 1, searchSeed = 0, judgedBy = "loss" } = options;
  if (task.evaluate.validation === undefined) {
    throw new RangeError("a task needs a validation part to choose a setting by");
  }
  const expected = (space === undefined ? POWERS : budget) * seeds.length;
  const trialOptions = {
    ...lengthOf(options),
    seeds,
    onTraining: (trainings: number, trials: number) =>
      at(Math.min(1, trainings / expected), `trial ${trials + 1}`),
  };
  return space === undefined
    ? await searchPowers(study, { base: learningRate, ...trialOptions })
    : await searchSpace(study, { space, budget, first, searchSeed, learningRate, judgedBy, ...trialOptions });
}

function ruleOf(
  { name, make, switching }: Contender,
  { name: task }: Pick<ComparisonOptions, "name">,
): StudyRule {
  return {
    name: task === undefined ? name : `${task}, ${name}`,
    make,
    ...(switching === undefined ? {} : { switching }),
  };
}

function lengthOf({ batchSize, epochs, steps, seconds }: Budget): Budget {
  return {
    batchSize,
    ...(epochs === undefined ? {} : { epochs }),
    ...(steps === undefined ? {} : { steps }),
    ...(seconds === undefined ? {} : { seconds }),
  };
}

/** Runs each setting of a contender with every seed. */
async function armsOf(
  contender: Contender,
  { study, options, settings, at }: Work & { settings: readonly Trial["setting"][] },
): Promise<ArmRuns[]> {
  const { name, hyperparameters: given = {} } = contender;
  const { seeds } = options;
  const arms: ArmRuns[] = [];
  for (const [j, setting] of settings.entries()) {
    const { learningRate, ...chosen } = setting;
    const told = { optimizer: name, learningRate, hyperparameters: { ...given, ...chosen } };
    const runs: StudyRun[] = [];
    for (const [k, seed] of seeds.entries()) {
      at((j + k / seeds.length) / settings.length, `seed ${k + 1}/${seeds.length}`);
      runs.push(await study.run({ ...lengthOf(options), learningRate, hyperparameters: chosen, seed }));
    }
    const arm = {
      name: settings.length > 1 ? `${name} ${learningRate}` : name,
      ...told,
      runs: runs.map((run, k) => ({ ...told, ...resultOf(run, seeds[k]!) })),
      points: runs.map((r) => r.points),
    };
    arms.push({ arm, resumed: runs.map((r) => r.resumed) });
  }
  return arms;
}

/** Returns the scores of a run after its last update. */
function resultOf(
  { points, diverged }: StudyRun,
  seed: number,
): Omit<ComparedRun, "optimizer" | "learningRate" | "hyperparameters"> {
  const { step, epoch, seconds, scores } = points.at(-1)!;
  return {
    seed,
    epochs: epoch,
    steps: step,
    trainLoss: scores.train!.loss,
    validationLoss: scores.validation!.loss,
    validationAccuracy: scores.validation!.accuracy,
    testLoss: scores.test!.loss,
    testAccuracy: scores.test!.accuracy,
    diverged,
    seconds,
  };
}
