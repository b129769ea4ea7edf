/**
 * `wilson2017`: whether adaptive methods generalize worse.
 *
 * @module
 */
import { stringify } from "@std/csv";
import {
  byComparison,
  byTest,
  type Claim,
  type LinePoint,
  lines,
  type Outcome,
  type Plot,
  points,
  type ResultTable,
} from "../../report/mod.ts";
import type { Experiment } from "../../run/mod.ts";
import {
  choiceOption,
  count,
  numberOption,
  ownOptions,
  SCALE,
  seedsFrom,
  seedsOption,
  seedsText,
} from "../../cli/mod.ts";
import { allBelow, deviation, leastBy, mean } from "../../statistics/mod.ts";
import { meanDifference, meanText } from "../../lab/mod.ts";
import {
  type Constructed,
  constructedClaims,
  constructedRuns,
  constructedTable,
} from "./wilson2017_constructed.ts";
import {
  type ComparedRun,
  comparedRuns,
  type Comparison,
  DECAYS,
  prepareComparison,
  TASK_NAMES,
} from "./wilson2017_training.ts";

const OPTIONS = {
  scale: SCALE,
  task: choiceOption(
    TASK_NAMES,
    "what to train: an MLP on digits, or the paper's VGG on cifar-10; digits, or with --data-dir cifar-10, by default",
  ),
  seeds: seedsOption(5),
  epochs: numberOption("N", {
    text:
      "epochs of each training, at least 1; 30 of digits and 4 of cifar-10 by default, 250 at the paper's scale",
    range: count,
  }),
};

const ADAPTIVE = ["adagrad", "rmsprop", "adam"];

/** Section 3.3 of the paper, then the comparison with its tuning protocol. */
export const wilson2017Experiment: Experiment = {
  summary: "Wilson et al. 2017: adaptive methods on a constructed problem, and tuned by the paper's protocol",
  defaults:
    "n = 100, 66 positive; then an MLP on digits, rates 2^k, two kinds of decay, 5 seeds; a small VGG on CIFAR-10 with --data-dir",
  common: ["seed", "device", "data-dir", "out", "resume"],
  options: OPTIONS,
  async prepare(options) {
    const { scale = "default", seeds, ...own } = ownOptions(OPTIONS, options);
    const prepared = await prepareComparison(options, { scale, ...own });
    return async ({ progress }) => {
      const constructed = constructedRuns({ examples: 100, positive: 66 });
      const comparison = await comparedRuns(prepared, {
        seeds: seedsFrom(options, seeds),
        progress,
      });
      return outcome({ constructed, comparison, seed: options.seed, data: prepared.title });
    };
  },
};

interface Found {
  readonly constructed: Constructed;
  readonly comparison: Comparison;
  readonly seed: number;
  readonly data: string;
}

function outcome({ constructed, comparison, seed, data }: Found): Outcome {
  const { runs, searches } = comparison;
  return {
    runs: [...constructed.runs, ...runs.map(({ curves: _, ...r }) => r)],
    config: { data, decays: DECAYS, seed },
    results: { closedForm: constructed.closedForm, searches },
    tables: [constructedTable(constructed), comparisonTable(comparison, data)],
    plots: plotsOf(comparison, data),
    claims: [
      ...constructedClaims(constructed),
      progressClaim(runs, data),
      ...DECAYS.map(({ name }) => generalizationClaim(runs, { decay: name, data, seed })),
    ],
    files: [{
      name: "metrics.csv",
      content: stringify(
        runs.flatMap(({ decay, optimizer, rate, seed, curves }) =>
          curves.map((c) => ({ decay, optimizer, rate, seed, ...c }))
        ),
        {
          columns: [
            "decay",
            "optimizer",
            "rate",
            "seed",
            "epoch",
            "scale",
            "trainLoss",
            "trainError",
            "validationLoss",
            "testLoss",
            "testError",
          ],
        },
      ),
    }, {
      name: "constructed.csv",
      content: stringify(constructed.runs as unknown as Record<string, unknown>[], {
        columns: ["rule", "w1", "w2", "w3", "trainError", "positiveScore", "negativeScore", "testError"],
      }),
    }],
  };
}

const group = (runs: readonly ComparedRun[], decay: string, optimizer: string) =>
  runs.filter((r) => r.decay === decay && r.optimizer === optimizer);
const optimizersOf = (runs: readonly ComparedRun[]) => [...new Set(runs.map((r) => r.optimizer))];
/** Returns test errors in percent; NaN for a run that diverged, whose error is finite but meaningless. */
const errors = (runs: readonly ComparedRun[]) =>
  runs.map((r) => (Number.isFinite(r.testLoss) ? 100 * r.testError : NaN));

function comparisonTable({ runs, searches }: Comparison, data: string): ResultTable {
  return {
    title: `${data}: each optimizer at its best rate`,
    header: ["decay", "optimizer", "rate", "rates tried", "training loss", "test loss", "test error, %"],
    rows: DECAYS.flatMap(({ name }) =>
      optimizersOf(runs).map((optimizer) => {
        const all = group(runs, name, optimizer);
        const search = searches.find((s) => s.decay === name && s.optimizer === optimizer)!;
        return [
          name,
          optimizer,
          `2^${search.best.k}`,
          `2^${search.trials[0]!.k} to 2^${search.trials.at(-1)!.k}${
            search.inside ? "" : ", best at the edge"
          }`,
          meanText(all.map((r) => r.trainLoss)),
          meanText(all.map((r) => r.testLoss)),
          meanText(errors(all), 2),
        ];
      })
    ),
    note: `Mean ± standard deviation over ${
      seedsText(group(runs, DECAYS[0]!.name, runs[0]!.optimizer).length)
    }. Rates by the lowest validation loss of the first seed: five consecutive powers of 2, then on for as long as the best was at an edge.`,
  };
}

function plotsOf({ runs, searches }: Comparison, data: string): Plot[] {
  const optimizers = optimizersOf(runs);
  return DECAYS.flatMap(({ name, text }) => {
    const curve = (of: (c: ComparedRun["curves"][number]) => number): LinePoint[] =>
      optimizers.flatMap((line) => {
        const all = group(runs, name, line);
        return all[0]!.curves.map(({ epoch }, i) => {
          const values = all.map((r) => of(r.curves[i] ?? r.curves.at(-1)!));
          const [m, d] = [mean(values), deviation(values)];
          return { x: epoch, y: m, line, low: m - d, high: m + d };
        });
      });
    return [
      lines(
        searches.filter((s) => s.decay === name).flatMap((s) =>
          s.trials.map((t) => ({ x: t.rate, y: t.loss, line: s.optimizer }))
        ),
        {
          name: `${name}-tuning`,
          title: `${data}, ${text}: lowest validation loss over the rate`,
          x: "learning rate",
          y: "validation loss",
          log: true,
          logX: 2,
          marks: true,
        },
      ),
      lines(curve((c) => c.trainLoss), {
        name: `${name}-train`,
        title: `${data}, ${text}: training loss`,
        caption: "The mean over the seeds.",
        x: "epoch",
        y: "loss",
        log: true,
      }),
      lines(curve((c) => 100 * c.testError), {
        name: `${name}-test`,
        title: `${data}, ${text}: test error`,
        caption: "The mean over the seeds, and a standard deviation to either side.",
        x: "epoch",
        y: "test error, %",
        log: true,
      }),
      points(
        optimizers.map((row) => {
          const values = errors(group(runs, name, row));
          const [m, d] = [mean(values), deviation(values)];
          return {
            row,
            value: m,
            low: m - d,
            high: m + d,
            group: ADAPTIVE.includes(row) ? "adaptive" : "not adaptive",
          };
        }),
        {
          name: `${name}-error`,
          title: `${data}, ${text}: test error at the end`,
          caption: "Mean over the seeds, and a standard deviation to either side.",
          x: "test error, %",
        },
      ),
    ];
  });
}

function progressClaim(runs: readonly ComparedRun[], data: string): Claim {
  const at = Math.max(1, Math.round(runs[0]!.curves.length / 10));
  const loss = (optimizer: string) =>
    mean(runs.filter((r) => r.optimizer === optimizer).map((r) => r.curves[at - 1]!.trainLoss));
  const all = optimizersOf(runs).map((optimizer) => ({ optimizer, loss: loss(optimizer) }));
  const best = (adaptive: boolean) =>
    leastBy(all.filter((o) => ADAPTIVE.includes(o.optimizer) === adaptive), (o) => o.loss).loss;
  return {
    claim: `On ${data}, adaptive methods make faster progress on the training set at first.`,
    verdict: byComparison(allBelow([best(true)], [best(false)])),
    evidence: `Mean training loss after ${at} of ${runs[0]!.curves.length} epochs: ${
      all.map((o) => `${o.optimizer} ${meanText([o.loss])}`).join(", ")
    }. Test: the lowest of the adaptive ones is below the lowest of the others.`,
  };
}

function generalizationClaim(
  runs: readonly ComparedRun[],
  { decay, data, seed }: { decay: string; data: string; seed: number },
): Claim {
  const { text } = DECAYS.find((d) => d.name === decay)!;
  const named = optimizersOf(runs).map((optimizer) => ({
    optimizer,
    errors: errors(group(runs, decay, optimizer)),
  }));
  const best = (some: typeof named) => leastBy(some, (n) => mean(n.errors));
  const adaptive = best(named.filter((n) => ADAPTIVE.includes(n.optimizer)));
  const plain = best(named.filter((n) => !ADAPTIVE.includes(n.optimizer)));
  const difference = meanDifference(adaptive.errors, plain.errors, { seed });
  return {
    claim:
      `On ${data}, with ${text}, the best adaptive method generalizes worse than the best of the others.`,
    verdict: byTest(difference.low > 0),
    evidence: `Test error: ${adaptive.optimizer} ${meanText(adaptive.errors, 2)} %, ${plain.optimizer} ${
      meanText(plain.errors, 2)
    } %; ${difference.text}. Test: the interval lies above 0.`,
  };
}
