/**
 * `adam`: Adam against what it is made of, each tuned alike.
 *
 * @module
 */
import { stringify } from "@std/csv";
import { adam } from "../../../mod.ts";
import {
  type Arm,
  compareArms,
  type Compared,
  COMPARED_COLUMNS,
  comparedRows,
  comparedTable,
  compareOptimizers,
  comparisonText,
  type Contender,
  convolutional,
  curvePlot,
  divergedText,
  type Measure,
  MEASURES,
  OPTIMIZERS,
  pairedTable,
  partsAt,
  perceptron,
  tuningPlot,
} from "../../lab/mod.ts";
import { byTest, type Claim } from "../../report/mod.ts";
import type { Experiment } from "../../run/mod.ts";
import { ownOptions, SCALE, seedsFrom, seedsOption } from "../../cli/mod.ts";

const OPTIONS = { scale: SCALE, seeds: seedsOption(8) };
const SIZES = {
  default: { hidden: [64], epochs: { mlp: 8, cnn: 4 }, batchSize: 32 },
  paper: { hidden: [1000], epochs: { mlp: 10, cnn: 5 }, batchSize: 128 },
};
const NAMES = ["sgd", "momentum", "adagrad", "rmsprop", "adam"];

/** Adam as the lecture's slide prints it: epsilon inside the root. */
const LECTURE = "adam (ε in root)";

/** How far apart two accuracies may be and still count as the same. */
const SAME = 0.01;

/** Runs rates are chosen by. */
const TUNING_SEEDS = 2;

function contenders(): Contender[] {
  return [
    ...NAMES.map((name): Contender => ({ name, rates: null, ...OPTIMIZERS[name]! })),
    {
      name: LECTURE,
      rates: null,
      learningRate: OPTIMIZERS.adam!.learningRate,
      make: (learningRate) => adam({ learningRate, epsilonPlacement: "inside" }),
    },
  ];
}

/** SGD, momentum, Adagrad, RMSProp and Adam on a perceptron and on a convolutional network. */
export const adamExperiment: Experiment = {
  summary: "Adam against SGD, momentum, Adagrad and RMSProp, each tuned alike, on an MLP and a CNN",
  defaults: "digits, MLP 64-64-10 (8 epochs) and a CNN (4), rates 2^k by validation, 8 seeds",
  common: ["seed", "device", "data-dir", "out", "resume"],
  options: OPTIONS,
  async prepare(options) {
    const { scale = "default", seeds: n } = ownOptions(OPTIONS, options);
    const [seeds, tuningSeeds] = seedParts(seedsFrom(options, n + TUNING_SEEDS), n);
    const parts = await partsAt(scale, options);
    const { hidden, epochs, batchSize } = SIZES[scale];
    const tasks = [
      {
        model: "mlp",
        text: `MLP ${[parts.features, ...hidden, 10].join("-")}`,
        task: perceptron(parts, hidden),
      },
      { model: "cnn", text: "CNN", task: convolutional(parts) },
    ] as const;
    return async ({ options: { device }, progress }) => {
      const all: { model: string; text: string; compared: Compared }[] = [];
      for (const [i, { model, text, task }] of tasks.entries()) {
        const compared = await compareOptimizers({
          task,
          contenders: contenders(),
          seeds,
          tuningSeeds,
          epochs: epochs[model],
          batchSize,
          device,
          progress: (done, of, what) => progress(i * of + done, tasks.length * of, `${text}, ${what}`),
        });
        all.push({ model, text, compared });
      }
      return {
        runs: all.flatMap(({ model, compared }) =>
          compared.arms.flatMap((a) => a.runs).map((r) => ({ model, ...r }))
        ),
        results: { trials: Object.fromEntries(all.map(({ model, compared }) => [model, compared.trials])) },
        config: { scale, seeds, tuningSeeds, hidden, epochs, batchSize },
        files: [{
          name: "metrics.csv",
          content: stringify(
            all.flatMap(({ model, compared }) => comparedRows(compared).map((row) => ({ model, ...row }))),
            { columns: ["model", ...COMPARED_COLUMNS] },
          ),
        }],
        tables: all.flatMap(({ text, compared }) => [
          comparedTable(compared, `${parts.name}, ${text}`),
          pairedTable(compared, {
            against: arm(compared, "adam"),
            measure: "trainLoss",
            title: `Training loss, difference from Adam's: ${text}`,
          }),
        ]),
        plots: all.flatMap(({ model, text, compared }) => [
          curvePlot(compared, {
            name: `${model}-train`,
            title: `Training loss, rates tuned alike: ${parts.name}, ${text}`,
            measure: "trainLoss",
            log: true,
          }),
          curvePlot(compared, {
            name: `${model}-test`,
            title: `Test accuracy, rates tuned alike: ${parts.name}, ${text}`,
            measure: "testAccuracy",
            log: false,
          }),
          tuningPlot(compared, {
            name: `${model}-tuning`,
            title: `Validation loss by learning rate: ${parts.name}, ${text}`,
          }),
        ]),
        claims: all.flatMap(({ text, compared }) => claims(text, compared)),
      };
    };
  },
};

/** The seeds that results are told of, and those that rates are chosen by. */
export function seedParts(seeds: readonly number[], n: number): [readonly number[], readonly number[]] {
  return [seeds.slice(0, n), seeds.slice(n)];
}

function arm({ arms }: Compared, name: string): Arm {
  return arms.find((a) => a.name === name)!;
}

function claims(text: string, compared: Compared): Claim[] {
  const own = arm(compared, "adam");
  const inside = compareArms(arm(compared, LECTURE), own, { measure: "testAccuracy" });
  const within = inside !== null && inside.low > -SAME && inside.high < SAME;
  return [
    lower(own, arm(compared, "sgd"), { measure: "trainLoss", text }),
    ...["momentum", "rmsprop"].map((name) => lower(own, arm(compared, name), { measure: "trainLoss", text })),
    {
      claim: `${text}: epsilon inside the root, as the lecture prints it, makes no difference that matters.`,
      verdict: byTest(within),
      evidence: inside === null
        ? `${divergedText([arm(compared, LECTURE), own])}.`
        : `Test accuracy with epsilon inside less that with it outside: ${comparisonText(inside)}. ` +
          `Test: the interval (95 %, bootstrap over the pairs) lies within ±${SAME}.`,
    },
  ];
}

/** The claim that one optimizer ends below another, by a paired test over the seeds. */
export function lower(a: Arm, b: Arm, { measure, text }: { measure: Measure; text: string }): Claim {
  const c = compareArms(a, b, { measure });
  return {
    claim: `${text}: tuned alike, ${a.name} reaches a lower ${
      MEASURES[measure]
    } than ${b.name} in as many epochs.`,
    verdict: byTest(c !== null && c.value < 0 && c.p < 0.05),
    evidence: c === null
      ? `${divergedText([a, b])}.`
      : `${a.name} less ${b.name}: ${comparisonText(c)}, over ${a.runs.length} seeds. ` +
        `Test: below 0 with p < 0.05 (sign flips of the seeds' differences).`,
  };
}
