/**
 * `csv`: optimizers on a user's table.
 *
 * @module
 */
import { sizeOfDataSet } from "../../../mod.ts";
import { ownOptions, textOption, TRAINING_OPTIONS } from "../../cli/mod.ts";
import { UsageError } from "../../console/mod.ts";
import { CURVATURE_OPTION, loadedOptimizers } from "../../lab/mod.ts";
import { classifierOf, readOwnTable } from "../../lab/tasks/mod.ts";
import { experiment } from "../../run/mod.ts";
import { type Defaults, defaultsText, measure, OPTIMIZERS, type Setup } from "./classify/measure.ts";
import { page } from "./classify/page.ts";
import type { Data } from "./classify/data.ts";

const DEFAULTS: Defaults = { optimizers: OPTIMIZERS, epochs: 40, batchSize: 32, chunk: 64 };

const OPTIONS = {
  "data-file": textOption(
    "FILE",
    "the table: numbers, and a class in the last column; text (header and delimiter are detected) or Parquet",
  ),
  ...CURVATURE_OPTION,
};

/** The rows, features and classes of a table. */
interface TableData {
  readonly rows: number;
  readonly features: number;
  readonly classes: number;
  /** The names of the columns, if the file has them. */
  readonly names: readonly string[] | null;
}

interface TableSetup extends Setup {
  readonly file: string;
  readonly table: TableData;
}

/** Returns a sentence about the table, so users can check it. */
function tableText({ rows, features, classes, names }: TableData): string {
  const named = names === null ? "columns without names" : "columns with names";
  return `${rows} rows of ${features} features (${named}), ${classes} classes`;
}

/** An MLP with 64 hidden units on a table of numbers whose last column is the class; a fifth each is for validation and the test. */
export const csvExperiment = experiment<TableSetup, Data & { readonly table: TableData }>({
  summary: "an MLP on a table (CSV or Parquet), the class in its last column (needs --data-file)",
  examples: [["--data-file table.csv", "a table with a class in its last column"], [
    "--data-file table.parquet --optimizer adam --epochs 100",
    "a Parquet file, one optimizer, more epochs",
  ]],
  defaults: defaultsText(DEFAULTS),
  common: TRAINING_OPTIONS,
  options: OPTIONS,
  async prepare(options) {
    // A wrong optimizer is refused before data is read.
    const optimizers = await loadedOptimizers(options, DEFAULTS.optimizers);
    const file = ownOptions(OPTIONS, options)["data-file"];
    if (file === undefined) {
      throw new UsageError("csv needs a file of numbers, the class in its last column: --data-file FILE");
    }
    const { set, parts } = await readOwnTable(file, { validation: 0.2, test: 0.2, seed: options.seed });
    const classifier = classifierOf(parts, "mlp-64");
    const { features, classes } = parts;
    const table = { rows: sizeOfDataSet(set), features, classes, names: set.featureNames ?? null };
    return {
      file,
      table,
      title: `${parts.name}, ${classifier.title}`,
      parts,
      classifier,
      optimizers,
      defaults: DEFAULTS,
    };
  },
  async measure({ file, table, ...setup }, context) {
    context.say(`${file}: ${tableText(table)}\n`);
    return { ...await measure(setup, context), table };
  },
  page({ table, ...data }) {
    const shown = page(data);
    return { ...shown, config: { ...shown.config, table } };
  },
});
