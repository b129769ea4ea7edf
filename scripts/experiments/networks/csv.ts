/**
 * `csv`: optimizers on a table of one's own.
 *
 * @module
 */
import { featureStatistics, mlp, readTable, sizeOfDataSet, split, standardize } from "../../../mod.ts";
import { ownOptions, textOption, TRAINING_OPTIONS } from "../../cli/mod.ts";
import { UsageError } from "../../console/mod.ts";
import type { Experiment } from "../../run/mod.ts";
import { INPUTS } from "../../inputs/mod.ts";
import { classify, type Defaults, loadedOptimizers } from "../../lab/mod.ts";

const DEFAULTS: Defaults = {
  optimizers: ["sgd", "momentum", "adagrad", "rmsprop", "adam", "amsgrad", "swats-1e-5"],
  epochs: 40,
  batchSize: 32,
  chunk: 64,
};

const OPTIONS = {
  "data-file": textOption(
    "FILE",
    "the table: numbers, and a class in the last column; a first row of names and the delimiter (, ; tab |) are detected",
  ),
};

function tableText(
  { rows, features, classes, names }: { rows: number; features: number; classes: number; names: unknown },
): string {
  const first = names === null ? "no row of names" : "the first row names them";
  return `${rows} rows of ${features} features (${first}), ${classes} classes`;
}

/** An MLP with 64 hidden units on a table of numbers whose last column is the class; a fifth is held out for the test. */
export const csvExperiment: Experiment = {
  summary: "an MLP on a CSV file of numbers, the class in its last column (needs --data-file)",
  defaults: `${DEFAULTS.epochs} epochs, batches of ${DEFAULTS.batchSize}; ${DEFAULTS.optimizers.join(", ")}`,
  common: TRAINING_OPTIONS,
  options: OPTIONS,
  async prepare(options) {
    await loadedOptimizers(options, DEFAULTS.optimizers);
    const { seed } = options;
    const file = ownOptions(OPTIONS, options)["data-file"];
    if (file === undefined) {
      throw new UsageError("csv needs a file of numbers, the class in its last column: --data-file FILE");
    }
    const set = await readTable(file);
    await INPUTS.note(file, { kind: "data" });
    if ((set.classes ?? 0) < 2) throw new UsageError(`${file} must hold two or more classes, holds one`);
    const parts = split(set, { fractions: { test: 0.2 }, seed, stratify: true });
    const statistics = featureStatistics(parts.train, { over: "each" });
    const inputs = (part: typeof set) => {
      const { x, y } = standardize(part, statistics).inputs;
      return { x, target: y };
    };
    const sizes = { inputs: set.inputs.x.shape[1]!, hidden: [64], outputs: set.classes! };
    const task = {
      model: (seed: number) => mlp({ ...sizes, seed }),
      train: inputs(parts.train),
      test: inputs(parts.test),
    };
    const title = `${file.slice(file.lastIndexOf("/") + 1)}, MLP ${sizes.inputs}-64-${sizes.outputs}`;
    // Shows what was read, so that users can check it.
    const table = {
      rows: sizeOfDataSet(set),
      features: sizes.inputs,
      classes: sizes.outputs,
      names: set.featureNames ?? null,
    };
    return async (context) => {
      context.say(`${file}: ${tableText(table)}\n`);
      const outcome = await classify(task, DEFAULTS, { context, title });
      return { ...outcome, config: { ...outcome.config, table } };
    };
  },
};
