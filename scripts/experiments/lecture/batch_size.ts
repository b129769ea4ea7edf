/**
 * `batch-size`: the lecture's 'mini-batch takes the best of both'.
 *
 * @module
 */
import { stringify } from "@std/csv";
import { sgd } from "../../../mod.ts";
import { byTest, type Claim, lines } from "../../report/mod.ts";
import type { Experiment } from "../../run/mod.ts";
import { ownOptions, SCALE, seedsFrom, seedsOption, seedsText } from "../../cli/mod.ts";
import { bootstrap, type Estimate, mean, median, plusMinus } from "../../statistics/mod.ts";
import { openStudy, partsAt, perceptron, type Study, type StudyRun } from "../../lab/mod.ts";

const OPTIONS = { scale: SCALE, seeds: seedsOption(5) };
const SIZES = {
  default: { hidden: [64], epochs: 60, most: 400 },
  paper: { hidden: [256], epochs: 20, most: 4000 },
};
const BATCHES = [1, 16, 32, 64, 128, 256, 512];

/** Rates that each batch size is tuned over: 2^k. */
const EXPONENTS = [-7, -6, -5, -4, -3, -2, -1, 0, 1];

/** How often each training is timed. */
const REPEATS = 3;

/** The mean training loss to reach. */
const TARGET = 0.15;

interface Run {
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  /** Updates until the training loss was at the target; of all that were done, where it was not reached. */
  readonly updates: number;
  readonly epochs: number;
  /** Seconds of those updates: the least of several times, as whatever else the machine does only adds to them. */
  readonly seconds: number;
  readonly reached: boolean;
  /** Whether its loss became NaN or infinite; its time then means nothing. */
  readonly diverged: boolean;
}

/** Gradient descent with full batches, single examples and mini-batches, each at the rate that suits it. */
export const batchSizeExperiment: Experiment = {
  summary: "updates and time to a target loss: full batch, single examples, mini-batches of 16 to 512",
  defaults:
    `MLP 64-${SIZES.default.hidden}-10 on the digits, training loss ${TARGET}, a tuned rate each, 5 seeds`,
  common: ["seed", "device", "data-dir", "out", "resume"],
  options: OPTIONS,
  async prepare(options) {
    const { scale = "default", seeds: n } = ownOptions(OPTIONS, options);
    const seeds = seedsFrom(options, n);
    const parts = await partsAt(scale, options);
    const { hidden, epochs, most } = SIZES[scale];
    const task = { ...perceptron(parts, hidden), evaluate: { train: parts.train } };
    const full = parts.train.x!.shape[0]!;
    const batches = [...BATCHES, full];
    return async ({ options: { device }, progress }) => {
      await using study = await openStudy({ task, make: (learningRate) => sgd({ learningRate }), device });
      const runs: Run[] = [];
      const rows: Record<string, unknown>[] = [];
      const total = batches.length * (EXPONENTS.length + seeds.length);
      for (const [i, batchSize] of batches.entries()) {
        const limit = Math.max(most, epochs * Math.floor(full / batchSize));
        const of = (seed: number) => ({ batchSize, seed, limit: Math.min(limit, 8 * full), full });
        const done = i * (EXPONENTS.length + seeds.length);
        const learningRate = await fastest(
          study,
          of(seeds[0]!),
          (k) => progress(done + k, total, `batches of ${batchSize}: rate`),
        );
        for (const [k, seed] of seeds.entries()) {
          progress(done + EXPONENTS.length + k, total, `batches of ${batchSize}: seed ${seed}`);
          const run = await toTarget(study, { ...of(seed), learningRate });
          const again = [run];
          while (again.length < REPEATS) again.push(await toTarget(study, { ...of(seed), learningRate }));
          const seconds = Math.min(...again.map((r) => r.points.at(-1)!.seconds));
          runs.push({ ...summary(run, { batchSize, learningRate, seed }), seconds });
          for (const { step, epoch, scores } of run.points) {
            rows.push({ batchSize, learningRate, seed, step, epoch, trainLoss: scores.train!.loss });
          }
        }
      }
      const title = `${parts.name}, MLP ${[parts.features, ...hidden, 10].join("-")}`;
      const groups = batches.map((batchSize) => ({
        batchSize,
        of: runs.filter((r) => r.batchSize === batchSize),
      }));
      return {
        runs,
        config: { scale, seeds, batches, hidden, target: TARGET, rates: EXPONENTS.map((k) => 2 ** k) },
        files: [
          {
            name: "metrics.csv",
            content: stringify(rows, {
              columns: ["batchSize", "learningRate", "seed", "step", "epoch", "trainLoss"],
            }),
          },
          {
            name: "timings.csv",
            content: stringify(runs as unknown as Record<string, unknown>[], {
              columns: ["batchSize", "learningRate", "seed", "updates", "seconds", "reached"],
            }),
          },
        ],
        tables: [{
          header: [
            "batch size",
            "rate",
            "reached",
            "updates",
            "epochs",
            "seconds",
            "ms an update",
            "ms an example",
          ],
          rows: groups.map(({ batchSize, of }) => [
            batchSize === full ? `${full} (full)` : String(batchSize),
            String(of[0]!.learningRate),
            `${of.filter((r) => r.reached).length} of ${of.length}`,
            plusMinus(of.map((r) => r.updates), (v) => v.toFixed(0)),
            plusMinus(of.map((r) => r.epochs), (v) => v.toFixed(2)),
            plusMinus(of.map((r) => r.seconds), (v) => v.toFixed(4)),
            median(of.map((r) => 1000 * r.seconds / r.updates)).toFixed(3),
            median(of.map((r) => 1000 * r.seconds / (r.updates * batchSize))).toFixed(4),
          ]),
          note:
            `To a mean training loss of ${TARGET}. Means and standard deviations over ${
              seedsText(seeds.length)
            }; ` +
            "seconds are the least of three times; times of an update and an example are medians. The rate of each batch size is the fastest of " +
            `2^${EXPONENTS[0]}..2^${EXPONENTS.at(-1)} with the first seed.`,
        }],
        plots: [
          costPlot(groups, { name: "seconds", y: "seconds to the target", of: (r) => r.seconds, title }),
          costPlot(groups, { name: "updates", y: "updates to the target", of: (r) => r.updates, title }),
          costPlot(groups, { name: "epochs", y: "epochs to the target", of: (r) => r.epochs, title }),
          costPlot(groups, {
            name: "update",
            y: "milliseconds an update",
            of: (r) => 1000 * r.seconds / r.updates,
            title,
          }),
        ],
        claims: claims(runs, full),
      };
    };
  },
};

/** Trains until the loss is at the target, or for `limit` updates. */
function toTarget(
  study: Study,
  { batchSize, seed, learningRate, limit, full }: {
    batchSize: number;
    seed: number;
    learningRate: number;
    limit: number;
    full: number;
  },
): Promise<StudyRun> {
  const stepsPerEpoch = Math.floor(full / batchSize);
  return study.run({
    learningRate,
    seed,
    batchSize,
    epochs: Math.ceil(limit / stepsPerEpoch),
    // Often enough to see when, and seldom enough that what a run of the program costs does not count.
    every: Math.max(4, Math.ceil(stepsPerEpoch / 16)),
    until: ({ step, scores }) => scores.train!.loss <= TARGET || step >= limit,
  });
}

/** The rate that takes the fewest updates; each rate has no more of them than the best so far took. */
async function fastest(
  study: Study,
  of: { batchSize: number; seed: number; limit: number; full: number },
  onRate: (k: number) => void,
): Promise<number> {
  let best = { learningRate: 2 ** EXPONENTS[0]!, updates: of.limit };
  for (const [k, exponent] of [...EXPONENTS].reverse().entries()) {
    onRate(k);
    const learningRate = 2 ** exponent;
    const run = await toTarget(study, { ...of, learningRate, limit: best.updates });
    const { step, scores } = run.points.at(-1)!;
    if (!run.diverged && scores.train!.loss <= TARGET && step < best.updates) {
      best = { learningRate, updates: step };
    }
  }
  return best.learningRate;
}

function summary(run: StudyRun, of: Pick<Run, "batchSize" | "learningRate" | "seed">): Run {
  const { step, epoch, seconds, scores } = run.points.at(-1)!;
  return {
    ...of,
    updates: step,
    epochs: epoch,
    seconds,
    reached: scores.train!.loss <= TARGET,
    diverged: run.diverged,
  };
}

function costPlot(
  groups: readonly { batchSize: number; of: readonly Run[] }[],
  { name, y, of, title }: { name: string; y: string; of: (run: Run) => number; title: string },
) {
  return lines(
    groups.map((g) => {
      const values = g.of.filter((r) => r.reached).map(of);
      const line = "mean over the seeds that reached it";
      return values.length === 0
        ? { x: g.batchSize, y: NaN, line }
        : { x: g.batchSize, y: mean(values), low: Math.min(...values), high: Math.max(...values), line };
    }),
    {
      name,
      title: `${y[0]!.toUpperCase()}${y.slice(1)} by batch size: ${title}`,
      caption: "The band spans the seeds; the largest batch is the whole training set.",
      x: "batch size",
      y,
      log: true,
      logX: 2,
      marks: true,
      height: 280,
    },
  );
}

function claims(runs: readonly Run[], full: number): Claim[] {
  const of = (batchSize: number) => runs.filter((r) => r.batchSize === batchSize);
  const ratio = (a: readonly number[], b: readonly number[]) =>
    bootstrap([a.map((v, i) => v / b[i]!)], ([r]) => median([...r!]));
  const perUpdate = (b: number) => of(b).map((r) => r.seconds / r.updates);
  const perExample = (b: number) => of(b).map((r) => r.seconds / (r.updates * b));
  const seconds = (b: number) => of(b).map((r) => r.seconds);
  const minis = BATCHES.filter((b) => b > 1 && of(b).every((r) => r.reached));
  const best = minis.length === 0
    ? undefined
    : minis.reduce((a, b) => median(seconds(b)) < median(seconds(a)) ? b : a);
  const slow = ratio(perUpdate(full), perUpdate(1));
  const single = ratio(perExample(1), perExample(32));
  const list: Claim[] = [
    {
      claim: "Batch gradient descent is slow per update.",
      verdict: byTest(slow.low > 1),
      evidence:
        `An update with all ${full} examples takes ${
          told(slow)
        } times as long as one with a single example. ` +
        `Test: the interval (95 %, bootstrap over seeds) lies above 1.`,
    },
    {
      claim: "Stochastic gradient descent, updating with every example, uses the hardware badly.",
      verdict: byTest(single.low > 1),
      evidence: `An example takes ${told(single)} times as long alone as within a batch of 32. ` +
        `Test: the interval (95 %, bootstrap over seeds) lies above 1.`,
    },
  ];
  if (best === undefined) {
    return [...list, {
      claim: "A mini-batch takes the best of both.",
      verdict: byTest(false),
      evidence: `No mini-batch reached a training loss of ${TARGET} with every seed.`,
    }];
  }
  const againstOne = ratio(seconds(1), seconds(best));
  const againstFull = ratio(seconds(full), seconds(best));
  const diverged = [1, full].filter((b) => of(b).some((r) => r.diverged));
  const unreached = [1, full].filter((b) => !diverged.includes(b) && !of(b).every((r) => r.reached));
  return [...list, {
    claim: "A mini-batch takes the best of both.",
    verdict: byTest(againstOne.low > 1 && againstFull.low > 1 && diverged.length === 0),
    evidence: `To a training loss of ${TARGET}, batches of ${best} were the fastest of the mini-batches; ` +
      `single examples took ${told(againstOne)} times as long, full batches ${told(againstFull)} times` +
      (unreached.length > 0
        ? ` (batches of ${
          unreached.join(" and ")
        } did not reach it with every seed: their time is a lower bound)`
        : "") +
      (diverged.length > 0
        ? ` (batches of ${diverged.join(" and ")} diverged: their times mean nothing)`
        : "") +
      `. Test: both intervals (95 %, bootstrap over seeds) lie above 1.`,
  }];
}

function told({ value, low, high }: Estimate): string {
  return `${value.toPrecision(3)} (${low.toPrecision(3)} to ${high.toPrecision(3)})`;
}
