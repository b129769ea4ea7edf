/**
 * `sparse`: Adagrad on sparse features, and what becomes of its rates.
 *
 * @module
 */
import { stringify } from "@std/csv";
import {
  adagrad,
  type Data,
  DataError,
  type DataSet,
  type Device,
  linear,
  loadLibsvm,
  type Optimizer,
  rmsprop,
  sgd,
  sizeOfDataSet,
  split,
  type TrainState,
  withLoss,
} from "../../../mod.ts";
import {
  count,
  numberOption,
  type Options,
  ownOptions,
  SCALE,
  seedsFrom,
  seedsOption,
  seedsText,
} from "../../cli/mod.ts";
import {
  byComparison,
  type Claim,
  lines,
  type Outcome,
  type Plot,
  type ResultTable,
} from "../../report/mod.ts";
import type { Experiment } from "../../run/mod.ts";
import { noteFilesOf } from "../../inputs/mod.ts";
import { zipfDocuments } from "../../lab/problems/mod.ts";
import { reason } from "../../console/mod.ts";
import { meanText, type RateSearch, searchRates, Trainer, type Training } from "../../lab/mod.ts";
import { allBelow, mean } from "../../statistics/mod.ts";

const OPTIONS = {
  scale: SCALE,
  seeds: seedsOption(3),
  epochs: numberOption("N", { text: "epochs of each training, at least 2; 20 by default", range: count }),
};

const BATCH = 32;

/** What RMSProp keeps of its squares, and both add to the root. */
const DECAY = 0.9;
const EPSILON = 1e-8;

/** The optimizers by rate, the exponent of the rate to begin with, and how to read the rates of a state. */
const RULES: readonly {
  readonly name: string;
  readonly make: (learningRate: number) => Optimizer;
  readonly center: number;
  /** The slot of squares that the rate is divided by the root of; none for SGD. */
  readonly squares?: string;
}[] = [
  { name: "sgd", make: (learningRate) => sgd({ learningRate }), center: -1 },
  {
    name: "adagrad",
    make: (learningRate) => adagrad({ learningRate, epsilon: EPSILON }),
    center: -4,
    squares: "G",
  },
  {
    name: "rmsprop",
    make: (learningRate) => rmsprop({ learningRate, decay: DECAY, epsilon: EPSILON }),
    center: -9,
    squares: "v",
  },
];

/** How often a feature occurs. */
const GROUPS = ["frequent", "rare"] as const;
type Group = typeof GROUPS[number];

interface Problem {
  readonly title: string;
  readonly train: Data;
  readonly validation: Data;
  readonly test: Data;
  readonly features: number;
  /** Features by how often they occur in the training set; those that never do are in neither group. */
  readonly members: Readonly<Record<Group, readonly number[]>>;
  /** The share of the examples that a feature of the group occurs in, on average. */
  readonly frequency: Readonly<Record<Group, number>>;
  readonly density: number;
  readonly device: Device;
}

/** A name for the data folder of a9a, and its files within it. */
const A9A = ["a9a.gz", "a9a.t.gz"];

interface Run {
  readonly optimizer: string;
  readonly rate: number;
  readonly seed: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
  readonly curves: readonly {
    readonly epoch: number;
    readonly trainLoss: number;
    readonly testLoss: number;
    /** The median rate of the features of each group. */
    readonly frequentRate: number;
    readonly rareRate: number;
  }[];
}

/** Logistic regression on bags of words. */
export const sparseExperiment: Experiment = {
  summary: "Adagrad on sparse features: against SGD and RMSProp, and their rates over time",
  defaults: "4,000 made-up documents of 1,000 words; UCI Adult (a9a) with --data-dir; 20 epochs, 3 seeds",
  common: ["seed", "device", "data-dir", "out", "resume"],
  options: OPTIONS,
  async prepare(options) {
    const { scale = "default", seeds, epochs = scale === "paper" ? 60 : 20 } = ownOptions(OPTIONS, options);
    const problem = await prepareProblem(options);
    return async ({ progress }) => {
      const found = await trainAll(problem, {
        epochs: Math.max(2, epochs),
        seeds: seedsFrom(options, seeds),
        progress,
      });
      return outcome(problem, found);
    };
  },
};

async function prepareProblem({ dataDir, seed, device }: Options): Promise<Problem> {
  if (dataDir === undefined) {
    const { x, y, count, words } = zipfDocuments({ documents: 4000, words: 1000, length: 15, seed });
    const set: DataSet = {
      name: "documents",
      inputs: {
        x: { dtype: "float32", shape: [count, words], data: x },
        y: { dtype: "int64", shape: [count], data: y },
      },
      classes: 2,
    };
    const parts = split(set, { fractions: { validation: 0.2, test: 0.2 }, seed, stratify: true });
    return problemOf("made-up documents", { ...parts, device });
  }
  const [train, test] = await Promise.all(A9A.map(async (file) => {
    const path = `${dataDir.replace(/\/+$/, "")}/${file}`;
    try {
      const set = await loadLibsvm(path, { features: 123, labels: [-1, 1] });
      await noteFilesOf("a9a")(path);
      return set;
    } catch (error) {
      throw new DataError(`${reason(error)}; the folder holds ${A9A.join(" and ")}`, { cause: error });
    }
  }));
  const parts = split(train!, { fractions: { validation: 0.2 }, seed, stratify: true });
  return problemOf("UCI Adult (a9a)", { ...parts, test: test!, device });
}

function problemOf(
  title: string,
  { train, validation, test, device }: Record<"train" | "validation" | "test", DataSet> & { device: Device },
): Problem {
  const x = train.inputs.x!;
  const [examples, features] = [sizeOfDataSet(train), x.shape[1]!];
  const occurrences = new Array<number>(features).fill(0);
  x.data.forEach((v, i) => (occurrences[i % features]! += Number(v) === 0 ? 0 : 1));
  const share = occurrences.map((n) => n / examples);
  const members = {
    frequent: share.flatMap((s, i) => (s >= 0.1 ? [i] : [])),
    rare: share.flatMap((s, i) => (s > 0 && s < 0.01 ? [i] : [])),
  };
  const inputs = (set: DataSet): Data => ({ x: set.inputs.x!, target: set.inputs.y! });
  return {
    title,
    train: inputs(train),
    validation: inputs(validation),
    test: inputs(test),
    features,
    members,
    frequency: {
      frequent: mean(members.frequent.map((i) => share[i]!)),
      rare: mean(members.rare.map((i) => share[i]!)),
    },
    density: mean(share),
    device,
  };
}

interface Found {
  readonly runs: readonly Run[];
  readonly searches: readonly (RateSearch & { readonly optimizer: string })[];
}

async function trainAll(
  problem: Problem,
  { epochs, seeds, progress }: {
    epochs: number;
    seeds: readonly number[];
    progress: (done: number, of: number, what: string) => void;
  },
): Promise<Found> {
  const { train, validation, test, features, device } = problem;
  await using trainer = new Trainer({
    model: () => withLoss(linear({ inputs: features, outputs: 2 }), { loss: "cross-entropy" }),
    train,
    sets: { train, validation, test },
    batchSize: BATCH,
    device,
  });
  const runs: Run[] = [];
  const searches: (RateSearch & { optimizer: string })[] = [];
  for (const [i, rule] of RULES.entries()) {
    progress(i, RULES.length, rule.name);
    const at = (rate: number, seed: number, keepStates: boolean) =>
      trainer.train(rule.make(rate), { seed, epochs, keepStates });
    const search = await searchRates(
      async (rate) => lowestValidation(await at(rate, seeds[0]!, false)),
      { center: rule.center },
    );
    searches.push({ optimizer: rule.name, ...search });
    for (const seed of seeds) {
      const { rate } = search.best;
      const training = await at(rate, seed, true);
      const curves = training.epochs.map(({ epoch, metrics: { train, test } }, k) => ({
        epoch,
        trainLoss: train!.loss!,
        testLoss: test!.loss!,
        frequentRate: medianRate(training.states[k]!, { ...rule, rate, members: problem.members.frequent }),
        rareRate: medianRate(training.states[k]!, { ...rule, rate, members: problem.members.rare }),
      }));
      const last = training.epochs.at(-1)!.metrics;
      runs.push({
        optimizer: rule.name,
        rate,
        seed,
        trainLoss: last.train!.loss!,
        testLoss: last.test!.loss!,
        testAccuracy: last.test!.accuracy!,
        curves,
      });
    }
  }
  return { runs, searches };
}

function lowestValidation({ epochs }: Training): number {
  const losses = epochs.map((e) => e.metrics.validation!.loss!);
  return losses.every(Number.isFinite) ? Math.min(...losses) : NaN;
}

/** The median, over features and classes, of what a gradient is multiplied by. */
function medianRate(
  { optimizer }: TrainState,
  { squares, rate, members }: { squares?: string; rate: number; members: readonly number[] },
): number {
  if (squares === undefined) return rate;
  const { data, shape } = optimizer.slots[`${squares}/layers.0.weight`]!;
  const rates = members.flatMap((i) =>
    Array.from({ length: shape[0]! }, (_, c) => rate / (Math.sqrt(Number(data[c * shape[1]! + i])) + EPSILON))
  ).sort((a, b) => a - b);
  return rates[Math.floor(rates.length / 2)]!;
}

const of = (runs: readonly Run[], optimizer: string) => runs.filter((r) => r.optimizer === optimizer);

function outcome(problem: Problem, { runs, searches }: Found): Outcome {
  return {
    runs: runs.map(({ curves: _, ...r }) => r),
    config: { data: problem.title, features: problem.features, density: problem.density, batchSize: BATCH },
    results: { searches },
    tables: [resultTable(problem, { runs, searches })],
    plots: plotsOf(problem, runs),
    claims: [suitsClaim(problem, runs), decayClaim(runs), resolvedClaim(runs)],
    files: [{
      name: "metrics.csv",
      content: stringify(
        runs.flatMap(({ optimizer, rate, seed, curves }) =>
          curves.map((c) => ({ optimizer, rate, seed, ...c }))
        ),
        {
          columns: [
            "optimizer",
            "rate",
            "seed",
            "epoch",
            "trainLoss",
            "testLoss",
            "frequentRate",
            "rareRate",
          ],
        },
      ),
    }],
  };
}

function resultTable(problem: Problem, { runs, searches }: Found): ResultTable {
  const { title, features, density, members, frequency } = problem;
  return {
    title: `${title}: ${features} features, ${(100 * density).toFixed(2)}% of them not 0`,
    header: ["optimizer", "rate", "training loss", "test loss", "test accuracy, %"],
    rows: RULES.map(({ name }) => {
      const all = of(runs, name);
      return [
        name,
        `2^${searches.find((s) => s.optimizer === name)!.best.k}`,
        meanText(all.map((r) => r.trainLoss)),
        meanText(all.map((r) => r.testLoss)),
        meanText(all.map((r) => 100 * r.testAccuracy), 2),
      ];
    }),
    note: `Logistic regression, batches of ${BATCH}, rates by the lowest validation loss. ${
      GROUPS.map((g) =>
        `${members[g].length} features are ${g}: on average in ${
          (100 * frequency[g]).toFixed(2)
        }% of the examples`
      ).join("; ")
    }.`,
  };
}

function plotsOf({ title }: Problem, runs: readonly Run[]): Plot[] {
  const curve = (of1: (c: Run["curves"][number]) => number, suffix = "", names = RULES.map((r) => r.name)) =>
    names.flatMap((name) => {
      const all = of(runs, name);
      return all[0]!.curves.map(({ epoch }, i) => ({
        x: epoch,
        y: mean(all.map((r) => of1(r.curves[i] ?? r.curves.at(-1)!))),
        line: `${name}${suffix}`,
      }));
    });
  const adaptive = ["adagrad", "rmsprop"];
  const common = { x: "epoch", caption: "The mean over the seeds." };
  return [
    lines(curve((c) => c.trainLoss), {
      ...common,
      name: "train",
      title: `${title}: training loss`,
      y: "loss",
    }),
    lines(curve((c) => c.testLoss), { ...common, name: "test", title: `${title}: test loss`, y: "loss" }),
    lines(
      [
        ...curve((c) => c.frequentRate, ", frequent", adaptive),
        ...curve((c) => c.rareRate, ", rare", adaptive),
      ],
      {
        name: "rates",
        title: `${title}: median rate of the features`,
        caption: "What a gradient is multiplied by: the learning rate over the root of the squares.",
        x: "epoch",
        y: "rate",
        log: true,
      },
    ),
  ];
}

function suitsClaim({ title }: Problem, runs: readonly Run[]): Claim {
  const losses = (name: string) => of(runs, name).map((r) => Math.min(...r.curves.map((c) => c.testLoss)));
  const [adagrad, plain] = [losses("adagrad"), losses("sgd")];
  return {
    claim: `On ${title}, sparse features suit Adagrad better than SGD.`,
    verdict: byComparison(allBelow(adagrad, plain)),
    evidence: `Lowest test loss of a training, both tuned, over ${seedsText(adagrad.length)}: Adagrad ${
      meanText(adagrad)
    }, SGD ${meanText(plain)}. Test: the highest of Adagrad is below the lowest of SGD.`,
  };
}

/** The exponent `p` of a rate that goes as `epoch^p` from the first epoch to the last, in the mean over seeds. */
function exponent(runs: readonly Run[], name: string, rate: "frequentRate" | "rareRate"): number {
  return mean(
    of(runs, name).map(({ curves }) =>
      Math.log(curves.at(-1)![rate] / curves[0]![rate]) / Math.log(curves.at(-1)!.epoch)
    ),
  );
}

function decayClaim(runs: readonly Run[]): Claim {
  const [frequent, rare] = [exponent(runs, "adagrad", "frequentRate"), exponent(runs, "adagrad", "rareRate")];
  return {
    claim: "Adagrad's rates decay without end, those of rare features as well.",
    verdict: byComparison(frequent < -0.25 && rare < -0.25),
    evidence: `The median rate goes as epoch^p, with p = ${frequent.toFixed(3)} for frequent features and ${
      rare.toFixed(3)
    } for rare ones; gradients of one size give -0.5. Test: both below -0.25.`,
  };
}

function resolvedClaim(runs: readonly Run[]): Claim {
  const [frequent, rare] = [exponent(runs, "rmsprop", "frequentRate"), exponent(runs, "rmsprop", "rareRate")];
  return {
    claim: "RMSProp resolves that: its rates do not decay.",
    verdict: byComparison(frequent > -0.1 && rare > -0.1),
    evidence: `The exponents of RMSProp: ${frequent.toFixed(3)} for frequent features, ${
      rare.toFixed(3)
    } for rare ones. Test: both above -0.1.`,
  };
}
