/**
 * Published runs of other projects, as stored: rules, seeds, losses and accuracies per epoch.
 *
 * @module
 */
import fmnist2c2d from "./deepobs/fmnist_2c2d.json" with { type: "json" };
import mnistVae from "./deepobs/mnist_vae.json" with { type: "json" };
import quadraticDeep from "./deepobs/quadratic_deep.json" with { type: "json" };
import type { Measure } from "../comparison/mod.ts";
import type { Margin } from "./margin.ts";

/** A measure that is stored of a run, per epoch. */
export type StoredMeasure = Exclude<Measure, "validationLoss">;

/** The stored measures, in the order of the files. */
export const STORED_MEASURES: readonly StoredMeasure[] = ["trainLoss", "testLoss", "testAccuracy"];

/** A stored run. */
export interface StoredRun {
  readonly seed: number;
  /** The name of its file in the rule's folder; it ends with the date and the time of the run. */
  readonly file: string;
  /** The values before the training (place 0) and after each epoch; accuracies are shares. */
  readonly series: Readonly<Partial<Record<StoredMeasure, readonly number[]>>>;
}

/** The stored runs of a rule with its hyper-parameters. */
export interface StoredRule {
  /** The same rule here, as a text in canonical form: `sgd(learningRate=0.1)`. */
  readonly optimizer: string;
  /** The folder of its runs, in the folder of the source. */
  readonly folder: string;
  readonly runs: readonly StoredRun[];
}

/** The origin of stored runs. */
export interface BaselineSource {
  /** The name of the project. */
  readonly name: string;
  readonly repository: string;
  readonly commit: string;
  readonly folder: string;
  readonly license: string;
  /** The day on which the numbers were copied. */
  readonly copied: string;
  /** The decimals that were copied, in words. */
  readonly digits: string;
}

/** The stored runs of a problem. */
export interface Baseline {
  /** The name of the problem, which is the same here. */
  readonly problem: string;
  readonly source: BaselineSource;
  /** The way the values were measured, in sentences. */
  readonly about: string;
  readonly batchSize: number;
  /** The epochs of the published trainings; fewer may be stored. */
  readonly epochs: number;
  /** The margins for losses and for accuracies, fixed before any comparison. */
  readonly margins: { readonly loss: Margin; readonly accuracy?: Margin };
  readonly rules: readonly StoredRule[];
}

/** A file of stored runs. Each run states the last epoch of each of its series. */
export interface BaselineDocument extends Omit<Baseline, "rules"> {
  readonly rules: readonly {
    readonly optimizer: string;
    readonly folder: string;
    readonly runs: readonly StoredDocument[];
  }[];
}

interface StoredDocument extends Partial<Record<StoredMeasure, readonly number[]>> {
  readonly seed: number;
  readonly file: string;
  readonly lastEpoch: Readonly<Partial<Record<StoredMeasure, number>>>;
}

const DOCUMENTS: readonly BaselineDocument[] = [quadraticDeep, fmnist2c2d, mnistVae];

/** The names of the problems that have stored runs. */
export const BASELINE_PROBLEMS: readonly string[] = DOCUMENTS.map((d) => d.problem);

/** Returns the stored runs of a problem; `undefined` if there are none. */
export function baselineOf(problem: string): Baseline | undefined {
  const document = DOCUMENTS.find((d) => d.problem === problem);
  return document === undefined ? undefined : readBaseline(document);
}

/**
 * Returns the runs of a file.
 *
 * @throws {RangeError} naming the run, if a series has more or fewer values than the run states, a value that is no
 * finite number, or an accuracy outside 0 to 1; or if a rule has a seed twice.
 */
export function readBaseline({ rules, ...rest }: BaselineDocument): Baseline {
  return {
    ...rest,
    rules: rules.map(({ optimizer, folder, runs }) => {
      const seeds = runs.map((r) => r.seed);
      const twice = seeds.find((s, i) => seeds.indexOf(s) !== i);
      if (twice !== undefined) {
        throw new RangeError(`${rest.problem}, ${optimizer}: seed ${twice} stands twice`);
      }
      return {
        optimizer,
        folder,
        runs: runs.map((run) => runOf(run, { where: `${rest.problem}, ${optimizer}, seed ${run.seed}` })),
      };
    }),
  };
}

function runOf(
  { seed, file, lastEpoch, ...series }: StoredDocument,
  { where }: { where: string },
): StoredRun {
  for (const measure of STORED_MEASURES) {
    const [values = [], last = -1] = [series[measure], lastEpoch[measure]];
    if (values.length !== last + 1) {
      throw new RangeError(`${where}: ${measure} has ${values.length} values, its last epoch is ${last}`);
    }
    const wrong = values.findIndex((v) =>
      !Number.isFinite(v) || (measure === "testAccuracy" && (v < 0 || v > 1))
    );
    if (wrong >= 0) throw new RangeError(`${where}: ${measure} of epoch ${wrong} is ${values[wrong]}`);
  }
  return { seed, file, series };
}
