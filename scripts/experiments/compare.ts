/**
 * `compare`: any optimizers at any rates over any number of seeds, with equal budgets.
 *
 * @module
 */
import { stringify } from "@std/csv";
import {
  againstText,
  type Arm,
  beatsAll,
  compareArms,
  COMPARED_COLUMNS,
  comparedRows,
  comparedTable,
  compareOptimizers,
  type Contender,
  convolutional,
  curvePlot,
  DATA_SETS,
  loadedOptimizers,
  pairedTable,
  partsOf,
  perceptron,
  tuningPlot,
  valuesOf,
} from "../lab/mod.ts";
import { UsageError } from "../console/mod.ts";
import { byTest, type Claim, points } from "../report/mod.ts";
import type { Experiment } from "../run/mod.ts";
import {
  choiceOption,
  listOption,
  ownOptions,
  positive,
  readNumber,
  seedsFrom,
  seedsOption,
  textOption,
} from "../cli/mod.ts";
import { bootstrap, leastBy, mean } from "../statistics/mod.ts";
import { seedParts } from "./lecture/adam.ts";

const MODELS = ["linear", "mlp", "cnn"] as const;
const OPTIONS = {
  rates: listOption(
    "X,Y",
    "learning rates for each optimizer, or tuned: each chooses 2^k by validation; its own rate by default",
  ),
  seeds: seedsOption(10),
  data: choiceOption(
    DATA_SETS,
    "what to train on; digits by default. mnist and fashion-mnist need --data-dir",
  ),
  "data-file": textOption("FILE", "a table of numbers to train on, the class in its last column"),
  model: choiceOption(MODELS, "the model; mlp by default"),
  hidden: listOption("N,M", "units of the perceptron's hidden layers; 64 by default"),
};
const DEFAULTS = { optimizers: ["sgd", "momentum", "adam"], epochs: 10, batchSize: 32 };
const TUNING_SEEDS = 2;

/** Optimizers x rates x seeds, a paired test of each pair. */
export const compareExperiment: Experiment = {
  summary: "any optimizers x rates x seeds on any data and model, equal budgets, intervals and paired tests",
  defaults: `digits, MLP 64-64-10, ${DEFAULTS.epochs} epochs, batches of 32, 10 seeds; ${
    DEFAULTS.optimizers.join(", ")
  }`,
  common: [
    "optimizer",
    "learning-rate",
    "epochs",
    "batch-size",
    "seed",
    "device",
    "data-dir",
    "out",
    "resume",
  ],
  options: OPTIONS,
  async prepare(options) {
    const own = ownOptions(OPTIONS, options);
    const chosen = await loadedOptimizers(options, DEFAULTS.optimizers);
    for (const { name, entry } of chosen) {
      const several = (entry.make(entry.learningRate).rule.gradientsPerUpdate ?? 1) > 1;
      if (entry.switching === undefined && !several) continue;
      const why = several ? "takes several gradients of a batch" : "changes its rule on the way";
      throw new UsageError(`compare cannot run "${name}", which ${why}: use digits or csv`);
    }
    if (own.rates !== undefined && options.learningRate !== undefined) {
      throw new UsageError("--rates and --learning-rate cannot both be given: --rates takes several");
    }
    const rates = ratesOf(own.rates) ??
      (options.learningRate === undefined ? undefined : [options.learningRate]);
    const hidden = (own.hidden ?? ["64"]).map((h) =>
      readNumber("hidden", h, {
        text: "whole numbers of at least 1",
        test: (v) => Number.isInteger(v) && v >= 1,
      })
    );
    const [seeds, tuningSeeds] = seedParts(seedsFrom(options, own.seeds + TUNING_SEEDS), own.seeds);
    const parts = await partsOf({ name: own.data, file: own["data-file"], dataDir: options.dataDir });
    const { model = "mlp" } = own;
    if (model === "cnn" && !parts.image) {
      throw new UsageError(`--model cnn needs images, and ${parts.name} has none: take mlp or linear`);
    }
    const layers = model === "mlp" ? hidden : [];
    const task = model === "cnn" ? convolutional(parts) : perceptron(parts, layers);
    const { epochs = DEFAULTS.epochs, batchSize = DEFAULTS.batchSize } = options;
    const contenders = chosen.map(({ name, entry }): Contender => {
      const own = [entry.learningRate];
      return { name, rates: rates === undefined ? own : rates === "tuned" ? null : rates, ...entry };
    });
    return async ({ options: { device }, progress }) => {
      const compared = await compareOptimizers({
        task,
        contenders,
        seeds,
        tuningSeeds,
        epochs,
        batchSize,
        device,
        progress,
      });
      const { arms } = compared;
      const title = `${parts.name}, ${
        model === "cnn" ? "CNN" : `MLP ${[parts.features, ...layers, parts.classes].join("-")}`
      }`;
      const best = bestOf(arms);
      return {
        runs: arms.flatMap((a) => a.runs),
        results: { trials: compared.trials, differences: pairs(arms) },
        config: {
          data: parts.name,
          model,
          layers,
          seeds,
          tuningSeeds,
          epochs,
          batchSize,
          rates: rates ?? "own",
        },
        files: [{
          name: "metrics.csv",
          content: stringify(comparedRows(compared), { columns: COMPARED_COLUMNS }),
        }],
        tables: [
          comparedTable(compared, title),
          ...(arms.length < 2 ? [] : [pairedTable(compared, {
            against: best,
            measure: "testAccuracy",
            title: `Test accuracy, difference from ${best.name}, the best by validation`,
          })]),
        ],
        plots: [
          points(
            arms.map((arm) => {
              const { value, low, high } = bootstrap([valuesOf(arm, "testAccuracy")], ([v]) => mean([...v!]));
              return { row: arm.name, value, low, high, group: arm.optimizer };
            }),
            {
              name: "accuracy",
              title: `Test accuracy: ${title}`,
              caption: "Means over the seeds, with their bootstrap intervals (95 %).",
              x: "test accuracy",
            },
          ),
          curvePlot(compared, {
            name: "train",
            title: `Training loss: ${title}`,
            measure: "trainLoss",
            log: true,
          }),
          curvePlot(compared, {
            name: "test",
            title: `Test accuracy: ${title}`,
            measure: "testAccuracy",
            log: false,
          }),
          ...(rates === "tuned"
            ? [tuningPlot(compared, { name: "tuning", title: `Validation loss by learning rate: ${title}` })]
            : []),
        ],
        claims: arms.length < 2 ? [] : [claim(best, arms)],
      };
    };
  },
};

function ratesOf(given: readonly string[] | undefined): readonly number[] | "tuned" | undefined {
  if (given === undefined) return undefined;
  if (given.length === 1 && given[0] === "tuned") return "tuned";
  if (given.length === 0) throw new UsageError("--rates needs numbers above 0, or tuned");
  return given.map((r) => readNumber("rates", r, { ...positive, text: "numbers above 0, or tuned" }));
}

/** The arm with the least mean validation loss: chosen without a look at the test set. */
function bestOf(arms: readonly Arm[]): Arm {
  return leastBy(arms, (arm) => mean(valuesOf(arm, "validationLoss")));
}

function pairs(arms: readonly Arm[]) {
  return arms.flatMap((a, i) =>
    arms.slice(i + 1).map((b) => ({
      a: a.name,
      b: b.name,
      measure: "testAccuracy",
      ...compareArms(a, b, { measure: "testAccuracy" }),
    }))
  );
}

/** Holm's procedure over the others: the best is better than all of them. */
export function claim(best: Arm, arms: readonly Arm[]): Claim {
  const others = arms.filter((a) => a !== best).map((arm) => ({
    arm,
    c: compareArms(best, arm, { measure: "testAccuracy" }),
  }));
  return {
    claim: `${best.name}, the best by validation, has the best test accuracy.`,
    verdict: byTest(beatsAll(others.map(({ c }) => c), { sign: 1 })),
    evidence: `${best.name} less ${
      others.map(({ arm, c }) => againstText(best, arm, { c })).join("; ")
    }. Test: above 0 against each, with p < 0.05 by Holm's procedure (sign flips of ${best.runs.length} seeds' differences).`,
  };
}
