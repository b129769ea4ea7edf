/**
 * The measurements of `noise-scale`: trainings, with the noise of gradients on the way.
 *
 * @module
 */
import { sgd } from "../../../../mod.ts";
import { type CurvatureOperator, curvatureOperator, gradientNoise } from "../../../../curvature/mod.ts";
import { count, numberOption, type Options, ownOptions, seedsFrom, seedsOption } from "../../../cli/mod.ts";
import { UsageError } from "../../../console/mod.ts";
import { mlpText, partsAt, perceptron, spreadExamples, type StudyTask } from "../../../lab/mod.ts";
import type { Context } from "../../../run/mod.ts";
import type { NoiseConfig, NoiseData, NoiseRun } from "./data.ts";

/** The defaults of its trainings and measurements. */
export const DEFAULTS = {
  seeds: 8,
  hidden: [32],
  steps: 600,
  every: 20,
  batchSize: 32,
  learningRate: 0.1,
  noiseBatch: 8,
} as const;

/** Its options. */
export const OPTIONS = {
  seeds: seedsOption(DEFAULTS.seeds),
  steps: numberOption("N", { text: `updates of each training; ${DEFAULTS.steps} by default`, range: count }),
  every: numberOption("N", {
    text: `updates from one measurement to the next; ${DEFAULTS.every} by default`,
    range: count,
  }),
  "noise-batch": numberOption("N", {
    text: `examples of the batches whose gradients are compared; ${DEFAULTS.noiseBatch} by default`,
    range: count,
  }),
};

interface Setup {
  readonly title: string;
  readonly config: NoiseConfig;
  readonly task: Pick<StudyTask, "model" | "train">;
}

/** Reads options and data. */
export async function prepare(options: Options): Promise<Setup> {
  const own = ownOptions(OPTIONS, options);
  const { steps = DEFAULTS.steps, every = DEFAULTS.every } = own;
  const { "noise-batch": noiseBatch = DEFAULTS.noiseBatch } = own;
  if (steps < 10 * every) {
    throw new UsageError(
      `--steps must be at least 10 times --every, for two measurements at either end, got ${steps} and ${every}`,
    );
  }
  const parts = await partsAt("default", options);
  const all = parts.train.x!.shape[0]!;
  const examples = all - all % noiseBatch;
  if (examples < 2 * noiseBatch) {
    throw new UsageError(
      `--noise-batch must be at most ${Math.floor(all / 2)}, half of the examples, got ${noiseBatch}`,
    );
  }
  const { hidden, batchSize, learningRate } = DEFAULTS;
  const seeds = seedsFrom(options, own.seeds);
  return {
    title: `${parts.name}, ${mlpText(parts, hidden)}`,
    config: { seeds, hidden, steps, every, batchSize, learningRate, noiseBatch, examples },
    task: perceptron(parts, hidden),
  };
}

/** Trains with each seed. */
export async function measure(
  { title, config, task: { model, train } }: Setup,
  { options: { device }, progress, lab }: Context,
): Promise<NoiseData> {
  const { seeds, steps, every, batchSize, learningRate, noiseBatch, examples } = config;
  const data = await spreadExamples(train, examples);
  await using operator = await curvatureOperator({
    model: model(seeds[0]!),
    data,
    batchSize: noiseBatch,
    device,
  });
  await using trainer = lab.open({ name: "noise", model, train, device });
  const runs: NoiseRun[] = [];
  for (const [i, seed] of seeds.entries()) {
    const { points, diverged } = await trainer.train({
      optimizer: sgd({ learningRate }),
      batchSize,
      seed,
      steps,
      every,
      evaluateFirst: true,
      onPoint: ({ step }) => progress(i * steps + step, seeds.length * steps, `seed ${seed}`),
      observe: ({ params }) => noiseAt(operator, operator.vector(params)),
    });
    runs.push({
      seed,
      diverged,
      points: points.map(({ step, observed: { loss = NaN, variance = NaN, squaredNorm = NaN } }) => ({
        step,
        loss,
        variance,
        squaredNorm,
      })),
    });
  }
  progress(1, 1, "done");
  return { title, config, runs };
}

/** Returns the noise of gradients at a point, and the loss. */
async function noiseAt(
  operator: CurvatureOperator,
  point: Float64Array,
): Promise<{ loss: number; variance: number; squaredNorm: number }> {
  if (!point.every(Number.isFinite)) return { loss: NaN, variance: NaN, squaredNorm: NaN };
  operator.point = point;
  const { variance, squaredNorm } = await gradientNoise(operator);
  return { loss: await operator.loss(), variance, squaredNorm };
}
