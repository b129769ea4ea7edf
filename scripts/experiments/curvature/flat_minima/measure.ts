/**
 * The measurements of `flat-minima`: trainings with small and large batches to the same training loss, and how sharp the loss
 * is at their ends.
 *
 * @module
 */
import { adam, mlp, type Model, type TrainState, withLoss } from "../../../../mod.ts";
import {
  type CurvatureOperator,
  curvatureOperator,
  eigenvalues,
  lossBetween,
} from "../../../../curvature/mod.ts";
import {
  count,
  numberOption,
  type Options,
  ownOptions,
  positive,
  seedsFrom,
  seedsOption,
} from "../../../cli/mod.ts";
import { SUBJECTS } from "../../../inputs/mod.ts";
import type { Context, LabTrainer, Trained } from "../../../run/mod.ts";
import { accuracyOf } from "../../../statistics/mod.ts";
import { type Examples, partsOf } from "../digits.ts";
import { boxSharpness } from "./box_sharpness.ts";
import { BATCHES, type BatchName, type FlatConfig, type FlatData, type FlatRun, type Path } from "./data.ts";

/** The defaults of its options. */
export const DEFAULTS = {
  seeds: 8,
  examples: 1000,
  hidden: [64, 64, 64],
  small: 8,
  target: 0.01,
  epochs: 400,
  epsilon: 1e-3,
} as const;

/** The share of the examples in a large batch. */
const LARGE = 0.1;

/** Parts of an epoch after which the training loss is compared with the target. */
const EVALUATIONS = 25;

/** Its options. */
export const OPTIONS = {
  seeds: seedsOption(DEFAULTS.seeds),
  small: numberOption("N", {
    text: `examples of a small batch; ${DEFAULTS.small} by default`,
    range: {
      test: (v: number) => Number.isInteger(v) && v >= 1 && v < LARGE * DEFAULTS.examples,
      text: `an integer from 1 to ${LARGE * DEFAULTS.examples - 1}`,
    },
  }),
  target: numberOption("X", {
    text: `training loss at which trainings end; ${DEFAULTS.target} by default`,
    range: positive,
  }),
  epochs: numberOption("N", {
    text: `the most epochs of a training; ${DEFAULTS.epochs} by default`,
    range: count,
  }),
  epsilon: numberOption("X", {
    text: `half-width of the box of the sharpness, for parameters of 0; ${DEFAULTS.epsilon} by default`,
    range: positive,
  }),
};

interface Setup {
  readonly title: string;
  readonly config: FlatConfig;
  readonly train: Examples;
  readonly test: Examples;
  readonly model: (seed: number) => Model;
}

/** Reads options and data. */
export function prepare(options: Options): Setup {
  const own = ownOptions(OPTIONS, options);
  const { small = DEFAULTS.small, target = DEFAULTS.target, epochs = DEFAULTS.epochs } = own;
  const { examples, hidden } = DEFAULTS;
  const config: FlatConfig = {
    examples,
    hidden,
    learningRate: 1e-3,
    batches: { small, large: LARGE * examples },
    target,
    epochs,
    seeds: seedsFrom(options, own.seeds ?? DEFAULTS.seeds),
    epsilon: own.epsilon ?? DEFAULTS.epsilon,
    ascent: 100,
    at: Array.from({ length: 41 }, (_, i) => i / 20 - 0.5),
  };
  const { train, test } = partsOf(examples);
  const model = (seed: number) =>
    withLoss(mlp({ inputs: 64, hidden, outputs: 10, seed }), { loss: "cross-entropy" });
  const title = `MLP 64-${hidden.join("-")}-10 of ReLU, ${examples} digits`;
  SUBJECTS.noteData("digits", { train, test });
  SUBJECTS.noteModel(title, () => model(options.seed));
  return { title, config, train, test, model };
}

/** Trains with batches of both sizes and each seed, and measures at the ends and between them. */
export async function measure(
  { title, config, train, test, model }: Setup,
  { options: { device }, progress, lab }: Context,
): Promise<FlatData> {
  const { seeds, batches, at } = config;
  await using operator = await curvatureOperator({ model: model(0), data: train, device });
  const runs: FlatRun[] = [];
  const ends = new Map<string, Float64Array>();
  for (const batch of BATCHES) {
    const open = { name: batch, model, train, evaluate: { train, test }, metrics: ["loss", "accuracy"] };
    await using trainer = lab.open({ ...open, batchSize: batches[batch], device });
    for (const seed of seeds) {
      progress(runs.length, BATCHES.length * seeds.length, `${batch} batches, seed ${seed}`);
      const trained = await trainedTo(trainer, { seed, config });
      const end = trained.diverged ? undefined : operator.vector(paramsOf(await trained.state()));
      if (end !== undefined) ends.set(`${batch} ${seed}`, end);
      runs.push({
        batch,
        seed,
        ...scoresOf(trained, config),
        ...await sharpnessAt(operator, { end, config }),
      });
    }
  }
  const paths: Path[] = [];
  for (const seed of seeds) {
    const [from, to] = BATCHES.map((batch: BatchName) => ends.get(`${batch} ${seed}`));
    if (from === undefined || to === undefined) continue;
    paths.push({ seed, losses: [...await lossBetween(operator, { from, to, at })] });
  }
  progress(1, 1, "done");
  return { title, config, runs, paths };
}

const paramsOf = ({ params }: TrainState) => params;

/** Trains until the training loss has reached the target. */
function trainedTo(
  trainer: LabTrainer,
  { seed, config: { learningRate, target, epochs } }: { seed: number; config: FlatConfig },
): Promise<Trained> {
  return trainer.train({
    remainder: "drop",
    optimizer: adam({ learningRate }),
    seed,
    epochs,
    every: Math.max(1, Math.floor(trainer.stepsPerEpoch / EVALUATIONS)),
    until: ({ metrics }) => metrics.train!.loss! <= target,
    keepState: true,
  });
}

type Scores = Omit<FlatRun, "batch" | "seed" | "sharpness" | "largest">;

function scoresOf({ points, steps, diverged }: Trained, { target }: FlatConfig): Scores {
  const { train, test } = points.at(-1)?.metrics ?? {};
  const trainLoss = train?.loss ?? NaN;
  return {
    steps,
    diverged,
    reached: trainLoss <= target,
    trainLoss,
    trainAccuracy: train === undefined ? NaN : accuracyOf(train),
    testAccuracy: test === undefined ? NaN : accuracyOf(test),
  };
}

async function sharpnessAt(
  operator: CurvatureOperator,
  { end, config: { epsilon, ascent } }: { end: Float64Array | undefined; config: FlatConfig },
): Promise<Pick<FlatRun, "sharpness" | "largest">> {
  if (end === undefined) return { sharpness: NaN, largest: NaN };
  operator.point = end;
  const sharpness = await boxSharpness(operator, { epsilon, steps: ascent });
  const { values } = await eigenvalues(operator, { tolerance: 1e-3 });
  return { sharpness, largest: values[0]! };
}
