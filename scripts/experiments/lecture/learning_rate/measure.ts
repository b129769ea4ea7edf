/**
 * The measurements of `learning-rate`: full-batch gradient descent over a sweep of rates.
 *
 * @module
 */
import { gradientDescent } from "../../../../mod.ts";
import { required } from "../../../../options/mod.ts";
import { type Options, ownOptions, SCALE, seedsFrom, seedsOption } from "../../../cli/mod.ts";
import { mlpText, openStudy, partsAt, perceptron, type StudyTask } from "../../../lab/mod.ts";
import type { Context } from "../../../run/mod.ts";
import type { LearningRateConfig, LearningRateData, LearningRateRun } from "./data.ts";

/** The options of `learning-rate`. */
export const OPTIONS = { scale: SCALE, seeds: seedsOption(6) };

/** Rates are 2^k. */
export const EXPONENTS = { from: -10, to: 7 };

/** The sizes of its runs. */
export const SIZES = { default: { hidden: [32], updates: 200 }, paper: { hidden: [256], updates: 400 } };

interface Setup extends Omit<LearningRateData, "runs"> {
  readonly task: StudyTask;
}

/** Reads the data set. */
export async function prepare(options: Options): Promise<Setup> {
  const { scale = "default", seeds: n } = ownOptions(OPTIONS, options);
  const seeds = seedsFrom(options, n);
  const parts = await partsAt(scale, options);
  const { hidden, updates } = SIZES[scale];
  const batchSize = required(required(parts.train, "x", "input").shape, 0, "dimension");
  const rates = Array.from(
    { length: EXPONENTS.to - EXPONENTS.from + 1 },
    (_, i) => 2 ** (EXPONENTS.from + i),
  );
  return {
    title: `${parts.name}, ${mlpText(parts, hidden)}, full batch`,
    classes: parts.classes,
    config: { scale, seeds, rates, updates, batchSize, hidden },
    task: { ...perceptron(parts, hidden), evaluate: { train: parts.train } },
  };
}

/** Trains at each rate with every seed. */
export async function measure(
  { task, ...rest }: Setup,
  { options: { device }, progress, lab }: Context,
): Promise<LearningRateData> {
  const { seeds, rates, updates, batchSize }: LearningRateConfig = rest.config;
  await using study = await openStudy({
    task,
    make: (learningRate) => gradientDescent({ learningRate }),
    device,
    lab,
    name: "gd",
  });
  const runs: LearningRateRun[] = [];
  for (const learningRate of rates) {
    for (const seed of seeds) {
      progress(runs.length, rates.length * seeds.length, `rate ${learningRate}`);
      const { losses } = await study.run({
        learningRate,
        seed,
        batchSize,
        epochs: updates,
        every: updates,
        keepLosses: true,
      });
      runs.push({ learningRate, seed, losses });
    }
  }
  return { ...rest, runs };
}
