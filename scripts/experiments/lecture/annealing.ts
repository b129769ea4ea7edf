/**
 * `annealing`: the lecture's schedules 'by a pre-defined plan, or when the change in objective between epochs falls below a
 * threshold'.
 *
 * @module
 */
import { stringify } from "@std/csv";
import {
  cosineDecay,
  exponentialDecay,
  fit,
  inverseSqrtDecay,
  inverseTimeDecay,
  plateau,
  type Schedule,
  sgd,
  stepDecay,
} from "../../../mod.ts";
import { byTest, type Claim, lines } from "../../report/mod.ts";
import type { Experiment } from "../../run/mod.ts";
import { ownOptions, SCALE, seedsFrom, seedsOption, seedsText } from "../../cli/mod.ts";
import { comparePaired, leastBy, mean, plusMinus } from "../../statistics/mod.ts";
import { partsAt, perceptron } from "../../lab/mod.ts";

const OPTIONS = { scale: SCALE, seeds: seedsOption(8) };
const SIZES = {
  default: { hidden: [64], epochs: 20, batchSize: 16, learningRate: 0.2 },
  paper: { hidden: [256], epochs: 20, batchSize: 128, learningRate: 0.2 },
};
const MOMENTUM = 0.9;

/** The change of the mean training loss between epochs below which `plateau` lowers the rate. */
const THRESHOLD = 0.02;
const PLATEAU = "plateau";
const CONSTANT = "constant";

interface Run {
  readonly schedule: string;
  readonly seed: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
  /** The rate of the last epoch, as a share of the first. */
  readonly lastScale: number;
  /** Epochs after which `plateau` lowered the rate. */
  readonly lowered: readonly number[];
}

interface Row {
  readonly schedule: string;
  readonly seed: number;
  readonly epoch: number;
  /** The learning rate of the epoch's last step. */
  readonly rate: number;
  readonly batchLoss: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
}

/** The plans, over a number of steps: each ends at about a hundredth of the rate, or as near as its form allows. */
function plans(learningRate: number, { steps, stepsPerEpoch }: { steps: number; stepsPerEpoch: number }) {
  const third = Math.max(1, Math.round(steps / 3));
  return {
    [CONSTANT]: () => learningRate,
    step: stepDecay({ initial: learningRate, factor: 0.1, every: third }),
    exponential: exponentialDecay({ initial: learningRate, factor: 0.01, every: steps }),
    "inverse time": inverseTimeDecay({ initial: learningRate, rate: 99, every: steps }),
    "inverse root": inverseSqrtDecay({ initial: learningRate, scale: stepsPerEpoch }),
    cosine: cosineDecay({ initial: learningRate, steps }),
  } as Record<string, Schedule>;
}

/** One training, its rate annealed in one way after another. */
export const annealingExperiment: Experiment = {
  summary: "schedules by a plan, and annealing when the objective stops changing, side by side",
  defaults: `digits, MLP 64-64-10, SGD with momentum, ${SIZES.default.epochs} epochs, 8 seeds`,
  common: ["seed", "device", "data-dir", "out", "resume"],
  options: OPTIONS,
  async prepare(options) {
    const { scale = "default", seeds: n } = ownOptions(OPTIONS, options);
    const seeds = seedsFrom(options, n);
    const parts = await partsAt(scale, options);
    const { hidden, epochs, batchSize, learningRate } = SIZES[scale];
    const task = perceptron(parts, hidden);
    const stepsPerEpoch = Math.ceil(parts.train.x!.shape[0]! / batchSize);
    const schedules = plans(learningRate, { steps: epochs * stepsPerEpoch, stepsPerEpoch });
    const names = [...Object.keys(schedules), PLATEAU];
    return async ({ options: { device }, progress }) => {
      const runs: Run[] = [];
      const rows: Row[] = [];
      for (const schedule of names) {
        for (const seed of seeds) {
          progress(runs.length, names.length * seeds.length, `${schedule}: seed ${seed}`);
          const rate = schedules[schedule] ?? (() => learningRate);
          const { epochs: records } = await fit({
            model: task.model(seed),
            optimizer: sgd({ learningRate: rate, momentum: MOMENTUM }),
            train: task.train,
            evaluate: { train: parts.train, test: parts.test },
            metrics: ["loss", "accuracy"],
            epochs,
            batchSize,
            seed,
            device,
            ...(schedule === PLATEAU
              ? { plateau: plateau({ factor: 0.3, patience: 0, threshold: THRESHOLD }) }
              : {}),
          });
          for (const r of records) {
            rows.push({
              schedule,
              seed,
              epoch: r.epoch,
              rate: r.learningRateScale * rate(r.step - 1),
              batchLoss: r.trainLoss,
              trainLoss: r.metrics.train!.loss!,
              testLoss: r.metrics.test!.loss!,
              testAccuracy: r.metrics.test!.accuracy!,
            });
          }
          const last = rows.at(-1)!;
          runs.push({
            schedule,
            seed,
            trainLoss: last.trainLoss,
            testLoss: last.testLoss,
            testAccuracy: last.testAccuracy,
            lastScale: last.rate / learningRate,
            lowered: records.filter((r, i) =>
              i + 1 < records.length && records[i + 1]!.learningRateScale < r.learningRateScale
            ).map((r) => r.epoch),
          });
        }
      }
      const title = `${parts.name}, MLP ${[parts.features, ...hidden, 10].join("-")}`;
      const of = (schedule: string) => runs.filter((r) => r.schedule === schedule);
      const curve = (measure: "trainLoss" | "testAccuracy" | "rate") =>
        names.flatMap((line) =>
          Array.from({ length: epochs }, (_, i) => {
            const values = rows.filter((r) => r.schedule === line && r.epoch === i + 1).map((r) =>
              r[measure]
            );
            return { x: i + 1, y: mean(values), low: Math.min(...values), high: Math.max(...values), line };
          })
        );
      const caption = "Means over the seeds; the bands span them.";
      return {
        runs,
        config: {
          scale,
          seeds,
          hidden,
          epochs,
          batchSize,
          learningRate,
          momentum: MOMENTUM,
          threshold: THRESHOLD,
        },
        files: [{
          name: "metrics.csv",
          content: stringify(rows as unknown as Record<string, unknown>[], {
            columns: Object.keys(rows[0]!),
          }),
        }],
        tables: [{
          header: ["schedule", "train loss", "test loss", "test accuracy", "last rate / first", "note"],
          rows: names.map((name) => [
            name,
            plusMinus(of(name).map((r) => r.trainLoss), (v) => v.toFixed(4)),
            plusMinus(of(name).map((r) => r.testLoss), (v) => v.toFixed(4)),
            plusMinus(of(name).map((r) => 100 * r.testAccuracy), (v) => v.toFixed(2), { unit: "%" }),
            mean(of(name).map((r) => r.lastScale)).toPrecision(2),
            name === PLATEAU ? `lowered ${mean(of(name).map((r) => r.lowered.length)).toFixed(1)} times` : "",
          ]),
          note: `After ${epochs} epochs; means and standard deviations over ${seedsText(seeds.length)}.`,
        }],
        plots: [
          lines(curve("trainLoss"), {
            name: "train",
            title: `Training loss by schedule: ${title}`,
            caption,
            x: "epoch",
            y: "training loss",
            lines: names,
            log: true,
          }),
          lines(curve("testAccuracy"), {
            name: "test",
            title: `Test accuracy by schedule: ${title}`,
            caption,
            x: "epoch",
            y: "test accuracy",
            lines: names,
          }),
          lines(curve("rate"), {
            name: "rate",
            title: "Learning rate at the end of each epoch",
            caption,
            x: "epoch",
            y: "learning rate",
            lines: names,
            log: true,
          }),
        ],
        claims: claims(names, of),
      };
    };
  },
};

function claims(names: readonly string[], of: (schedule: string) => readonly Run[]): Claim[] {
  const losses = (name: string) => of(name).map((r) => Math.log(r.trainLoss));
  const against = (a: string, b: string) => comparePaired(losses(a), { with: losses(b) });
  const told = (c: { value: number; low: number; high: number; p: number }) =>
    Number.isNaN(c.p)
      ? "not known, as a run diverged"
      : `${Math.exp(c.value).toPrecision(3)} (${Math.exp(c.low).toPrecision(3)} to ${
        Math.exp(c.high).toPrecision(3)
      }), ` +
        `p = ${c.p.toPrecision(2)}`;
  const planned = names.filter((n) => n !== CONSTANT && n !== PLATEAU);
  const overConstant = planned.map((n) => ({ name: n, ...against(n, CONSTANT) }));
  const plateauOver = against(PLATEAU, CONSTANT);
  const best = leastBy(planned, (name) => mean(losses(name)));
  const plateauBest = against(PLATEAU, best);
  const lowered = of(PLATEAU).map((r) => r.lowered.length);
  return [
    {
      claim: "A rate lowered by a plan reaches a lower loss than a constant one.",
      verdict: byTest(overConstant.every((c) => c.value < 0 && c.p < 0.05)),
      evidence: `Training loss as a share of the constant rate's: ${
        overConstant.map((c) => `${c.name} ${told(c)}`).join("; ")
      }. Test: below 1 with p < 0.05 for each plan (sign flips of the seeds' differences of logarithms).`,
    },
    {
      claim: "A rate lowered when the objective changes by less than a threshold between epochs does so too.",
      verdict: byTest(lowered.every((k) => k > 0) && plateauOver.value < 0 && plateauOver.p < 0.05),
      evidence:
        `Lowered ${lowered.join(", ")} times (one figure a seed); training loss as a share of the constant ` +
        `rate's: ${told(plateauOver)}. Test: lowered with every seed, and below 1 with p < 0.05.`,
    },
    {
      claim: "It does as well as the best plan, without knowing how long the training will be.",
      verdict: byTest(plateauBest.high < Math.log(1.25)),
      evidence: `Training loss as a share of that of ${best}, the best plan: ${told(plateauBest)}. ` +
        "Test: the interval (95 %, bootstrap over the pairs) lies below 1.25.",
    },
  ];
}
