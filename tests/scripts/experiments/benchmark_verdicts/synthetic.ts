/**
 * Makes data of the benchmark without training: losses that fall exponentially, with noise over the seeds.
 *
 * @module
 */
import { normal as randomNormal } from "../../../../random/mod.ts";
import type { ComparedRun, Evaluated, Trial } from "../../../../scripts/comparison/mod.ts";
import type { BenchmarkData, BenchmarkedProblem } from "../../../../scripts/experiments/benchmark/data.ts";

/** The parameters of the data. */
export interface Synthetic {
  /** By problem and optimizer, the logarithm of the loss after the last step, less that of others; 0 by default. */
  readonly effects?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly problems?: readonly string[];
  readonly optimizers?: readonly string[];
  readonly seeds?: number;
  readonly tuningSeeds?: number;
  readonly trials?: number;
  /** Standard deviation of the logarithm of a loss over the seeds; 0.1 by default. */
  readonly noise?: number;
  /** Added to a loss's logarithm for each trial of which the setting is not the chosen one; 0.3 by default. */
  readonly tuning?: number;
  /** The problems that are measured by accuracies. */
  readonly accuracies?: readonly string[];
  /** `problem/optimizer/seed` of the runs that diverge. */
  readonly diverged?: readonly string[];
  /** `problem/optimizer/seed` of the runs that were resumed. */
  readonly resumed?: readonly string[];
  /** Targets by problem; by default the loss, or the accuracy, that an effect of 0.2 reaches. */
  readonly targets?: Readonly<Record<string, number | null>>;
  readonly epochs?: number;
  /** Seed of the noise. */
  readonly seed?: number;
}

/** The loss before training, the mean one after it, and the steps of an epoch. */
export const UNTRAINED = 2;
export const TRAINED = 0.2;
export const STEPS = 10;

/** Returns the accuracy that goes with a loss. */
export function accuracyOf(loss: number): number {
  return 0.1 + 0.9 * Math.exp(-loss);
}

/** Returns the data. */
export function synthetic(options: Synthetic = {}): BenchmarkData {
  const { problems = ["bowl", "digits"], optimizers = ["sgd", "adam"], seeds = 6, tuningSeeds = 2 } = options;
  const { trials = 4 } = options;
  return {
    protocol: { version: 1, digest: "0".repeat(64) },
    config: {
      scale: "default",
      trials,
      search: "rate",
      searchSeed: 0,
      code: {},
      published: false,
      baselines: false,
      seeds: Array.from({ length: seeds }, (_, i) => i),
      tuningSeeds: Array.from({ length: tuningSeeds }, (_, i) => 100 + i),
      schedule: "constant",
      clip: "none",
      declared: Object.fromEntries(optimizers.map((o) => [o, { learningRate: rateOf(0) }])),
    },
    problems: problems.map((problem) =>
      problemOf(problem, { ...options, optimizers, seeds, tuningSeeds, trials })
    ),
  };
}

/** Returns the rate of a trial, from 0 on. */
function rateOf(trial: number): number {
  return 0.01 * 2 ** trial;
}

type Filled = Synthetic & Required<Pick<Synthetic, "optimizers" | "seeds" | "tuningSeeds" | "trials">>;

function problemOf(problem: string, options: Filled): BenchmarkedProblem {
  const { optimizers, seeds, tuningSeeds, trials, noise = 0.1, tuning = 0.3, epochs = 5, seed = 0 } = options;
  const accurate = options.accuracies?.includes(problem) ?? false;
  const wanted = TRAINED * Math.exp(0.2);
  const given = options.targets?.[problem];
  const target = given === undefined ? (accurate ? accuracyOf(wanted) : wanted) : given;
  const effect = (o: string) => options.effects?.[problem]?.[o] ?? 0;
  const normal = (what: string, n: number) => [...randomNormal({ seed, stream: `${problem} ${what}` }, n)];
  const scored = (loss: number) => ({ loss, accuracy: accurate ? accuracyOf(loss) : NaN });
  const arms = optimizers.map((optimizer) => {
    const chosen = Math.max(0, trials - 1);
    const hyperparameters = { beta: 0.9 };
    const common = { optimizer, learningRate: rateOf(chosen), hyperparameters };
    const [validation, test] = [normal(`v ${optimizer}`, seeds), normal(`t ${optimizer}`, seeds)];
    const each = Array.from({ length: seeds }, (_, s) => {
      const diverged = options.diverged?.includes(`${problem}/${optimizer}/${s}`) ?? false;
      const end = (z: number) => Math.log(TRAINED) + effect(optimizer) + noise * z;
      const at = (epoch: number, z: number) =>
        Math.exp(Math.log(UNTRAINED) + (end(z) - Math.log(UNTRAINED)) * epoch / epochs);
      const length = diverged ? 2 : epochs;
      const points = Array.from({ length: length + 1 }, (_, epoch): Evaluated => {
        const lost = diverged && epoch === length;
        const score = (z: number) => scored(lost ? NaN : at(epoch, z));
        return {
          step: epoch * STEPS,
          epoch,
          seconds: 0.5 * epoch * (1 + s / 100),
          scores: {
            train: score(validation[s]!),
            validation: score(validation[s]!),
            test: score((validation[s]! + test[s]!) / Math.SQRT2),
          },
        };
      });
      const { scores, step, seconds } = points.at(-1)!;
      const run: ComparedRun = {
        ...common,
        seed: s,
        epochs: length,
        steps: step,
        trainLoss: scores.train!.loss,
        validationLoss: scores.validation!.loss,
        validationAccuracy: scores.validation!.accuracy,
        testLoss: scores.test!.loss,
        testAccuracy: scores.test!.accuracy,
        diverged,
        seconds,
      };
      return { run, points };
    });
    return { ...common, name: optimizer, runs: each.map((e) => e.run), points: each.map((e) => e.points) };
  });
  const tried = (optimizer: string) =>
    Array.from({ length: trials }, (_, k): Trial => {
      const z = normal(`trial ${optimizer} ${k}`, tuningSeeds);
      const losses = z.map((v) =>
        TRAINED * Math.exp(effect(optimizer) + noise * v + tuning * (trials - 1 - k))
      );
      return {
        trial: k + 1,
        setting: { learningRate: rateOf(k) },
        losses,
        ...(accurate ? { accuracies: losses.map(accuracyOf) } : {}),
        loss: losses.reduce((a, b) => a + b, 0) / losses.length,
        diverged: false,
      };
    });
  return {
    problem,
    title: `${problem} in words`,
    about: "Made without training.",
    metric: accurate ? "accuracy" : "loss",
    direction: accurate ? "maximize" : "minimize",
    batchSize: 32,
    epochs,
    stepsPerEpoch: STEPS,
    digest: "0".repeat(64),
    refused: {},
    machines: Object.fromEntries(optimizers.map((o) => [o, "one"])),
    target: target === null ? null : { value: target, from: "stated" },
    spaces: Object.fromEntries(
      optimizers.map((o) => [o, { learningRate: { low: 1e-4, high: 1, scale: "log" as const } }]),
    ),
    compared: { arms, trials: trials === 0 ? {} : Object.fromEntries(optimizers.map((o) => [o, tried(o)])) },
    resumed: Object.fromEntries(
      optimizers.map((o) => [
        o,
        Array.from({ length: seeds }, (_, s) => options.resumed?.includes(`${problem}/${o}/${s}`) ?? false),
      ]),
    ),
  };
}
