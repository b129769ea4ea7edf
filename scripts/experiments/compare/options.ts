/**
 * The options of `compare`.
 *
 * @module
 */
import {
  choiceOption,
  listOption,
  type Options,
  ownOptions,
  positive,
  readNumber,
  seedsOption,
  textOption,
} from "../../cli/mod.ts";
import { UsageError } from "../../console/mod.ts";
import { DATA_SETS } from "../../lab/mod.ts";

const MODELS = ["linear", "mlp", "cnn"] as const;

/** The options of `compare`. */
export const OPTIONS = {
  rates: listOption(
    "X,Y",
    "learning rates for each optimizer, or tuned: each chooses 2^k by validation; its own rate by default",
  ),
  seeds: seedsOption(10),
  data: choiceOption(
    DATA_SETS,
    "data set to train on; digits by default; mnist and fashion-mnist need --data-dir",
  ),
  "data-file": textOption("FILE", "a table of numbers to train on, the class in its last column"),
  model: choiceOption(MODELS, "the model; mlp by default"),
  hidden: listOption("N,M", "units of the perceptron's hidden layers; 64 by default"),
};

/** The defaults of `compare`. */
export const DEFAULTS = { optimizers: ["sgd", "momentum", "adam"], epochs: 10, batchSize: 32 };

/** The options of `compare`, read from the command line. */
export interface Asked {
  readonly model: typeof MODELS[number];
  readonly hidden: readonly number[];
  /** Rates for each optimizer, or how to find one; `"own"` for the usual rate of each. */
  readonly rates: readonly number[] | "tuned" | "own";
  readonly seeds: number;
  readonly data: typeof DATA_SETS[number] | undefined;
  readonly file: string | undefined;
  readonly epochs: number;
  readonly batchSize: number;
}

/** Reads the options. @throws {UsageError} for values out of range, and for options that exclude each other. */
export function readOptions(options: Options): Asked {
  const own = ownOptions(OPTIONS, options);
  if (own.rates !== undefined && options.learningRate !== undefined) {
    throw new UsageError("--rates and --learning-rate cannot both be given: --rates takes several");
  }
  const { epochs = DEFAULTS.epochs, batchSize = DEFAULTS.batchSize } = options;
  return {
    model: own.model ?? "mlp",
    hidden: hiddenOf(own.hidden ?? ["64"]),
    rates: options.learningRate === undefined ? ratesOf(own.rates) : [options.learningRate],
    seeds: own.seeds,
    data: own.data,
    file: own["data-file"],
    epochs,
    batchSize,
  };
}

function ratesOf(given: readonly string[] | undefined): Asked["rates"] {
  if (given === undefined) return "own";
  if (given.length === 1 && given[0] === "tuned") return "tuned";
  if (given.length === 0) throw new UsageError("--rates needs numbers above 0, or tuned");
  return given.map((r) => readNumber("rates", r, { ...positive, text: "numbers above 0, or tuned" }));
}

function hiddenOf(given: readonly string[]): number[] {
  return given.map((h) =>
    readNumber("hidden", h, {
      text: "integers of at least 1",
      test: (v) => Number.isInteger(v) && v >= 1,
    })
  );
}
