/**
 * The measurements of `sparse`: logistic regression on sparse features with each optimizer, its rate chosen by
 * validation.
 *
 * @module
 */
import { linear, type TrainState, withLoss } from "../../../../mod.ts";
import { required } from "../../../../options/mod.ts";
import {
  count,
  numberOption,
  type Options,
  ownOptions,
  SCALE,
  seedsFrom,
  seedsOption,
} from "../../../cli/mod.ts";
import { SUBJECTS } from "../../../inputs/mod.ts";
import { searchRates } from "../../../lab/mod.ts";
import type { Context, Trained, TrainedPoint } from "../../../run/mod.ts";
import type { SparseData, SparseEpoch, SparseRun, SparseSearch } from "./data.ts";
import { type Problem, readProblem } from "./problem.ts";
import { medianRate, type Rule, rules } from "./rules.ts";

/** The options of `sparse`. */
export const OPTIONS = {
  scale: SCALE,
  seeds: seedsOption(8),
  epochs: numberOption("N", { text: "epochs of each training, at least 2; 20 by default", range: count }),
};

const BATCH = 32;

interface Setup {
  readonly problem: Problem;
  readonly epochs: number;
  readonly seeds: readonly number[];
}

/** Reads the data set. */
export async function prepare(options: Options): Promise<Setup> {
  const { scale = "default", seeds: n, epochs = scale === "paper" ? 60 : 20 } = ownOptions(OPTIONS, options);
  const problem = await readProblem(options);
  return { problem, epochs: Math.max(2, epochs), seeds: seedsFrom(options, n) };
}

/** Searches the rate of each optimizer, then trains at it with every seed. */
export async function measure(
  { problem, epochs, seeds }: Setup,
  { options: { device }, progress, lab }: Context,
): Promise<SparseData> {
  const { train, validation, test, about } = problem;
  const model = () => withLoss(linear({ inputs: about.features, outputs: 2 }), { loss: "cross-entropy" });
  SUBJECTS.noteModel("logistic regression", model);
  await using trainer = lab.open({
    name: about.title,
    model,
    train,
    evaluate: { train, validation, test },
    metrics: ["loss", "accuracy"],
    batchSize: BATCH,
    device,
  });
  const searches: SparseSearch[] = [];
  const runs: SparseRun[] = [];
  const optimizers = rules();
  for (const [i, rule] of optimizers.entries()) {
    progress(i, optimizers.length, rule.name);
    const search = await searchRates(
      async (rate) =>
        lowestValidation(
          await trainer.train({ ...trainingOf(rule, rate), seed: required(seeds, 0, "seed"), epochs }),
        ),
      { center: rule.center },
    );
    searches.push({ optimizer: rule.name, ...search });
    const { rate } = search.best;
    const observe = (state: TrainState) => ({
      frequentRate: medianRate(state, { rule, rate, features: problem.members.frequent }),
      rareRate: medianRate(state, { rule, rate, features: problem.members.rare }),
    });
    for (const seed of seeds) {
      const training = await trainer.train({ ...trainingOf(rule, rate), seed, epochs, observe });
      runs.push(runOf(training, { rule, rate, seed }));
    }
  }
  return { problem: about, batchSize: BATCH, searches, runs };
}

/** Returns how a rule trains at a rate. Examples that are left over are dropped. */
function trainingOf(rule: Rule, rate: number) {
  return { optimizer: rule.make(rate), label: `${rule.name}, rate ${rate}`, remainder: "drop" } as const;
}

/** Returns a metric of an epoch. */
function metric({ metrics }: TrainedPoint, set: string, name: "loss" | "accuracy"): number {
  return required(required(metrics, set, "metrics of the set"), name, "metric");
}

function lowestValidation({ points }: Trained): number {
  const losses = points.map((e) => metric(e, "validation", "loss"));
  return losses.every(Number.isFinite) ? Math.min(...losses) : NaN;
}

function runOf(
  { points }: Trained,
  { rule, rate, seed }: { rule: Rule; rate: number; seed: number },
): SparseRun {
  const curves = points.map((e): SparseEpoch => ({
    epoch: e.epoch,
    trainLoss: metric(e, "train", "loss"),
    validationLoss: metric(e, "validation", "loss"),
    testLoss: metric(e, "test", "loss"),
    frequentRate: required(e.observed, "frequentRate"),
    rareRate: required(e.observed, "rareRate"),
  }));
  const last = required(points, points.length - 1, "epoch");
  return {
    optimizer: rule.name,
    rate,
    hyperparameters: rule.hyperparameters,
    seed,
    trainLoss: metric(last, "train", "loss"),
    validationLoss: metric(last, "validation", "loss"),
    testLoss: metric(last, "test", "loss"),
    testAccuracy: metric(last, "test", "accuracy"),
    curves,
  };
}
