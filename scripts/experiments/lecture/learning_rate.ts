/**
 * `learning-rate`: the lecture's 'choosing the learning rate is difficult'.
 *
 * @module
 */
import { stringify } from "@std/csv";
import { gradientDescent } from "../../../mod.ts";
import { byComparison, type Claim, heatMap, lines } from "../../report/mod.ts";
import type { Experiment } from "../../run/mod.ts";
import { ownOptions, SCALE, seedsFrom, seedsOption, seedsText } from "../../cli/mod.ts";
import { leastBy, mean, plusMinus } from "../../statistics/mod.ts";
import { openStudy, partsAt, perceptron } from "../../lab/mod.ts";

/** What becomes of a training at a rate. */
export const KINDS = ["crawls", "converges", "oscillates", "diverges"] as const;

/** One of them. */
export type Kind = typeof KINDS[number];

const OPTIONS = { scale: SCALE, seeds: seedsOption(3) };

/** Rates are 2^k. */
const EXPONENTS = { from: -10, to: 7 };
const SIZES = { default: { hidden: [32], updates: 200 }, paper: { hidden: [256], updates: 400 } };

/** The loss of guessing among ten classes. */
const GUESS = Math.log(10);

/** The loss that counts as learned. */
const TARGET = GUESS / 10;

/** The share of updates that raise the loss from which a training counts as oscillating. */
const RISES = 0.1;

/**
 * What became of a training. It diverges where a loss is not finite, or where losses rose above the first and the last is
 * no better than guessing; else it oscillates where more than a tenth of the updates raised the loss; else it converges
 * where it reached a tenth of the loss of guessing, and crawls where it did not.
 */
export function kindOf(losses: readonly number[]): Kind {
  const last = losses.at(-1)!;
  if (!losses.every(Number.isFinite)) return "diverges";
  if (last >= 0.99 * GUESS && losses.some((l) => l > losses[0]!)) return "diverges";
  const rises = losses.filter((l, i) => i > 0 && l > losses[i - 1]!).length;
  if (rises > RISES * (losses.length - 1)) return "oscillates";
  return last <= TARGET ? "converges" : "crawls";
}

interface Run {
  readonly learningRate: number;
  readonly seed: number;
  readonly kind: Kind;
  readonly updates: number;
  readonly finalLoss: number;
  readonly losses: readonly number[];
}

/** Full-batch gradient descent over a sweep of rates. */
export const learningRateExperiment: Experiment = {
  summary: "a sweep of learning rates of gradient descent: diverge, oscillate, converge, crawl",
  defaults:
    `full batch, ${SIZES.default.updates} updates, rates 2^${EXPONENTS.from}..2^${EXPONENTS.to}, 3 seeds`,
  common: ["seed", "device", "data-dir", "out", "resume"],
  options: OPTIONS,
  async prepare(options) {
    const { scale = "default", seeds: n } = ownOptions(OPTIONS, options);
    const seeds = seedsFrom(options, n);
    const parts = await partsAt(scale, options);
    const { hidden, updates } = SIZES[scale];
    const task = { ...perceptron(parts, hidden), evaluate: { train: parts.train } };
    const batchSize = parts.train.x!.shape[0]!;
    const rates = Array.from(
      { length: EXPONENTS.to - EXPONENTS.from + 1 },
      (_, i) => 2 ** (EXPONENTS.from + i),
    );
    return async ({ options: { device }, progress }) => {
      await using study = await openStudy({
        task,
        make: (learningRate) => gradientDescent({ learningRate }),
        device,
      });
      const runs: Run[] = [];
      for (const learningRate of rates) {
        for (const seed of seeds) {
          progress(runs.length, rates.length * seeds.length, `rate ${learningRate}`);
          const run = await study.run({ learningRate, seed, batchSize, epochs: updates, every: updates });
          const { losses } = run;
          const finalLoss = losses.at(-1)!;
          runs.push({ learningRate, seed, kind: kindOf(losses), updates: losses.length, finalLoss, losses });
        }
      }
      const title = `${parts.name}, MLP ${[parts.features, ...hidden, 10].join("-")}, full batch`;
      return {
        runs: runs.map(({ losses: _, ...run }) => run),
        config: { scale, seeds, rates, updates, batchSize, hidden, target: TARGET, rises: RISES },
        results: { convergingOctaves: converging(runs, seeds) },
        files: [{
          name: "metrics.csv",
          content: stringify(
            runs.flatMap(({ learningRate, seed, losses }) =>
              losses.map((loss, step) => ({ learningRate, seed, step, loss }))
            ),
            { columns: ["learningRate", "seed", "step", "loss"] },
          ),
        }],
        tables: [{
          header: ["learning rate", "loss after the last update", ...KINDS],
          rows: rates.map((rate) => {
            const at = runs.filter((r) => r.learningRate === rate);
            return [
              String(rate),
              plusMinus(at.map((r) => r.finalLoss), (v) => v.toPrecision(3)),
              ...KINDS.map((k) => String(at.filter((r) => r.kind === k).length)),
            ];
          }),
          note: `Mean and standard deviation over ${seedsText(seeds.length)}; of how many each happened.`,
        }],
        plots: [
          lines(
            rates.map((rate) => {
              const finals = runs.filter((r) => r.learningRate === rate).map((r) => r.finalLoss);
              return {
                x: rate,
                y: mean(finals),
                low: Math.min(...finals),
                high: Math.max(...finals),
                line: "loss",
              };
            }),
            {
              name: "loss-by-rate",
              title: `Loss after ${updates} updates by learning rate: ${title}`,
              caption: `The band spans the seeds; rates that diverged to no number are left out.`,
              x: "learning rate",
              y: "training loss",
              log: true,
              logX: 10,
              marks: true,
              references: [{ y: TARGET, label: "target" }],
            },
          ),
          lines(
            representatives(runs, seeds[0]!).flatMap((r) =>
              r.losses.map((y, x) => ({ x, y: Math.min(y, 1e4), line: `${r.learningRate} ${r.kind}` }))
            ),
            {
              name: "loss",
              title: `Loss over the updates: ${title}`,
              caption: "One rate of each kind; losses above 10,000 are drawn at 10,000.",
              x: "update",
              y: "training loss",
              log: true,
            },
          ),
          heatMap(
            runs.map((r) => ({ x: r.learningRate, y: String(r.seed), value: r.kind })),
            {
              name: "kinds",
              title: "What became of each run",
              x: "learning rate",
              y: "seed",
              value: "",
              kinds: [...KINDS],
            },
          ),
        ],
        claims: claims(runs, seeds),
      };
    };
  },
};

/** For each seed, log2 of the ratio of the largest to the smallest rate that converges, plus one: octaves of the sweep. */
function converging(runs: readonly Run[], seeds: readonly number[]): number[] {
  return seeds.map((seed) => runs.filter((r) => r.seed === seed && r.kind === "converges").length);
}

/** For each kind, the run of one seed at the middle of its rates. */
function representatives(runs: readonly Run[], seed: number): Run[] {
  return KINDS.flatMap((kind) => {
    const all = runs.filter((r) => r.seed === seed && r.kind === kind);
    return all.length === 0 ? [] : [all[Math.floor(all.length / 2)]!];
  });
}

function claims(runs: readonly Run[], seeds: readonly number[]): Claim[] {
  const found = seeds.map((seed) => KINDS.filter((k) => runs.some((r) => r.seed === seed && r.kind === k)));
  const octaves = converging(runs, seeds);
  const swept = runs.length / seeds.length;
  const steps = seeds.map((seed) => {
    const of = runs.filter((r) => r.seed === seed);
    const best = leastBy(of, (r) => r.finalLoss);
    const bad = of.find((r) => r.learningRate > best.learningRate && r.kind === "diverges");
    return {
      best: best.learningRate,
      kind: best.kind,
      factor: bad ? bad.learningRate / best.learningRate : Infinity,
    };
  });
  return [
    {
      claim: "By its learning rate alone, gradient descent crawls, converges, oscillates or diverges.",
      verdict: byComparison(found.every((kinds) => kinds.length === KINDS.length)),
      evidence: `Seen in the sweep: ${
        found.map((kinds, i) => `seed ${seeds[i]}: ${kinds.join(", ")}`).join("; ")
      }. Test: all four kinds with every seed.`,
    },
    {
      claim: "Choosing the learning rate is difficult: few rates converge.",
      verdict: byComparison(octaves.every((n) => n <= swept / 3)),
      evidence:
        `Of ${swept} rates, each twice the one before, ${octaves.join(", ")} converge (one figure a seed). ` +
        `Test: at most a third of the rates swept, with every seed.`,
    },
    {
      claim: "The best rate lies next to those that diverge.",
      verdict: byComparison(steps.every((s) => s.factor <= 4)),
      evidence: `${
        steps.map((s, i) =>
          `seed ${seeds[i]}: best ${s.best} (${s.kind}), the next that diverges is ${s.factor} times it`
        )
          .join("; ")
      }. Test: at most 4 times, with every seed.`,
    },
  ];
}
