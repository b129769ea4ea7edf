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
  openStudy,
  type RunCourse,
  type RunLength,
  type StudyOptions,
  type StudyRun,
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
  readonly device: Device;
  /** The lab of the run, which keeps the trainings. */
  readonly lab: Lab;
  readonly progress: (done: number, of: number, what: string) => void;
}

/** The trainings that a search by powers of two takes, at a guess, as trials. */
const POWERS = 7;

/** Tunes each contender without given rates, then runs it with every seed. */
export async function compareOptimizers(options: ComparisonOptions): Promise<Compared> {
  const { contenders, progress } = options;
  const arms: Arm[] = [];
  const trials: Record<string, readonly Trial[]> = {};
  for (const [i, contender] of contenders.entries()) {
    const at = (share: number, what: string) =>
      progress(i + share, contenders.length, `${contender.name}: ${what}`);
    const share = tuningShare(contender, options);
    const tuned = await tune(contender, options, (part, what) => at(share * part, what));
    if (tuned !== undefined) trials[contender.name] = tuned.trials;
    const settings = tuned === undefined
      ? (contender.rates ?? [contender.learningRate]).map((learningRate) => ({ learningRate }))
      : [tuned.best.setting];
    arms.push(
      ...await armsOf(contender, {
        options,
        settings,
        at: (part, what) => at(share + (1 - share) * part, what),
      }),
    );
  }
  progress(contenders.length, contenders.length, "done");
  return { arms, trials };
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
async function tune(
  contender: Contender,
  options: ComparisonOptions,
  at: (part: number, what: string) => void,
): Promise<Tuned | undefined> {
  const { rates, space, learningRate } = contender;
  if (rates !== null || (space !== undefined && Object.keys(space).length === 0)) return undefined;
  const { task, device, lab, tuningSeeds: seeds, budget = 1, searchSeed = 0 } = options;
  const { validation } = task.evaluate;
  if (validation === undefined) throw new RangeError("a task needs a validation part to choose a setting by");
  await using study = await openStudy({
    ...ruleOf(contender),
    task: { ...task, evaluate: { validation } },
    device,
    lab,
  });
  const expected = (space === undefined ? POWERS : budget) * seeds.length;
  const trialOptions = {
    ...lengthOf(options),
    seeds,
    onTraining: (trainings: number, trials: number) =>
      at(Math.min(1, trainings / expected), `trial ${trials + 1}`),
  };
  return space === undefined
    ? await searchPowers(study, { base: learningRate, ...trialOptions })
    : await searchSpace(study, { space, budget, searchSeed, learningRate, ...trialOptions });
}

function ruleOf({ name, make, switching }: Contender): Pick<StudyOptions, "name" | "make" | "switching"> {
  return { name, make, ...(switching === undefined ? {} : { switching }) };
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
  { options, settings, at }: {
    options: ComparisonOptions;
    settings: readonly Trial["setting"][];
    at: (part: number, what: string) => void;
  },
): Promise<Arm[]> {
  const { name, hyperparameters: given = {} } = contender;
  const { task, device, lab, seeds } = options;
  await using study = await openStudy({ ...ruleOf(contender), task, device, lab });
  const arms: Arm[] = [];
  for (const [j, setting] of settings.entries()) {
    const { learningRate, ...chosen } = setting;
    const told = { optimizer: name, learningRate, hyperparameters: { ...given, ...chosen } };
    const runs: StudyRun[] = [];
    for (const [k, seed] of seeds.entries()) {
      at((j + k / seeds.length) / settings.length, `seed ${k + 1}/${seeds.length}`);
      runs.push(await study.run({ ...lengthOf(options), learningRate, hyperparameters: chosen, seed }));
    }
    arms.push({
      name: settings.length > 1 ? `${name} ${learningRate}` : name,
      ...told,
      runs: runs.map((run, k) => ({ ...told, ...resultOf(run, seeds[k]!) })),
      points: runs.map((r) => r.points),
    });
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
