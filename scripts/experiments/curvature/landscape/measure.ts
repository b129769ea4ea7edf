/**
 * The measurements of `landscape`: trainings of both networks, the loss on a plane around each end, and its curvature there.
 *
 * @module
 */
import { adam } from "../../../../mod.ts";
import {
  type CurvatureOperator,
  curvatureOperator,
  eigenvalues,
  filterDirection,
  lossOnPlane,
} from "../../../../curvature/mod.ts";
import { count, numberOption, type Options, ownOptions, seedsFrom, seedsOption } from "../../../cli/mod.ts";
import { SUBJECTS } from "../../../inputs/mod.ts";
import type { Context } from "../../../run/mod.ts";
import { type Examples, partsOf } from "../digits.ts";
import {
  type Extremes,
  type LandscapeConfig,
  type LandscapeData,
  type LandscapeRun,
  NETWORKS,
} from "./data.ts";
import { network } from "./network.ts";

/** The defaults of its options. */
export const DEFAULTS = {
  seeds: 6,
  examples: 1000,
  layers: 20,
  width: 32,
  epochs: 40,
  grid: 21,
} as const;

/** The rate of Adam, and the examples of an update. */
const TRAINING = { learningRate: 1e-3, batchSize: 50 };

/** Positions along each direction at which the curvature is measured. */
const CURVATURE_AT = [-0.5, 0, 0.5];

/** Its options. */
export const OPTIONS = {
  seeds: seedsOption(DEFAULTS.seeds),
  epochs: numberOption("N", { text: `epochs of each training; ${DEFAULTS.epochs} by default`, range: count }),
  layers: numberOption("N", {
    text: `layers with weights, at least 3; ${DEFAULTS.layers} by default`,
    range: { test: (v: number) => Number.isInteger(v) && v >= 3, text: "an integer of at least 3" },
  }),
  grid: numberOption("N", {
    text: `points along each side of the plane, odd; ${DEFAULTS.grid} by default`,
    range: {
      test: (v: number) => Number.isInteger(v) && v >= 3 && v % 2 === 1,
      text: "an odd integer of at least 3",
    },
  }),
};

/** What is measured. */
export interface Setup {
  readonly title: string;
  readonly config: LandscapeConfig;
  readonly train: Examples;
  readonly test: Examples;
}

/** Reads options and data. */
export function prepare(options: Options): Setup {
  const own = ownOptions(OPTIONS, options);
  const { layers = DEFAULTS.layers, epochs = DEFAULTS.epochs, grid = DEFAULTS.grid } = own;
  const { width, examples } = DEFAULTS;
  const config: LandscapeConfig = {
    examples,
    layers,
    width,
    ...TRAINING,
    epochs,
    seeds: seedsFrom(options, own.seeds ?? DEFAULTS.seeds),
    at: Array.from({ length: grid }, (_, i) => 2 * i / (grid - 1) - 1),
    curvatureAt: CURVATURE_AT,
  };
  const { train, test } = partsOf(examples);
  const title = `MLP of ${layers} layers, ${width} tanh each, ${examples} digits`;
  SUBJECTS.noteData("digits", { train, test });
  for (const name of NETWORKS) {
    SUBJECTS.noteModel(name, () => network(name, { layers, width, seed: options.seed }));
  }
  return { title, config, train, test };
}

/** Trains both networks with each seed, and looks around the ends. */
export async function measure(
  { title, config, train, test }: Setup,
  context: Context,
): Promise<LandscapeData> {
  const { seeds, examples, layers, width, batchSize, learningRate, epochs } = config;
  const { options: { device }, progress, lab } = context;
  const runs: LandscapeRun[] = [];
  const total = NETWORKS.length * seeds.length;
  for (const name of NETWORKS) {
    const model = (seed: number) => network(name, { layers, width, seed });
    await using operator = await curvatureOperator({ model: model(0), data: train, device });
    await using trainer = lab.open({
      name,
      model,
      train,
      evaluate: { test },
      metrics: ["loss", "accuracy"],
      batchSize,
      device,
    });
    for (const seed of seeds) {
      progress(runs.length, total, `${name}, seed ${seed}`);
      const trained = await trainer.train({
        remainder: "drop",
        optimizer: adam({ learningRate }),
        seed,
        epochs,
        every: epochs * Math.floor(examples / batchSize),
        keepState: true,
      });
      const end = trained.diverged ? undefined : (await trained.state()).params;
      const found = end === undefined ? LOST : await around(operator, {
        point: operator.vector(end),
        seed,
        config,
      });
      const testAccuracy = trained.points.at(-1)?.metrics.test?.accuracy ?? NaN;
      runs.push({ network: name, seed, diverged: trained.diverged, ...found, testAccuracy });
    }
  }
  progress(1, 1, "done");
  return { title, config, runs };
}

type Around = Pick<LandscapeRun, "loss" | "plane" | "extremes">;

/** What is known about the loss around the end of a training that diverged. */
const LOST: Around = { loss: NaN, plane: [], extremes: [] };

/** Returns the loss and its curvature on a plane of two random directions around a point. */
export async function around(
  operator: CurvatureOperator,
  { point, seed, config: { at, curvatureAt } }: {
    point: Float64Array;
    seed: number;
    config: Pick<LandscapeConfig, "at" | "curvatureAt">;
  },
): Promise<Around> {
  operator.point = point;
  const [a, b] = [2 * seed, 2 * seed + 1].map((s) => filterDirection(operator, { seed: s })) as [
    Float64Array,
    Float64Array,
  ];
  const loss = await operator.loss();
  const plane = await lossOnPlane(operator, { a, b, across: at, up: at });
  const extremes: Extremes[] = [];
  for (const y of curvatureAt) {
    for (const x of curvatureAt) {
      operator.point = point.map((v, i) => v + x * a[i]! + y * b[i]!);
      extremes.push({ x, y, ...await extremesOf(operator) });
    }
  }
  operator.point = point;
  return { loss, plane: plane.map((row) => [...row]), extremes };
}

async function extremesOf(operator: CurvatureOperator): Promise<Pick<Extremes, "least" | "largest">> {
  const options = { k: 1, tolerance: 1e-2 };
  const [largest, least] = [
    await eigenvalues(operator, options),
    await eigenvalues(operator, { ...options, which: "smallest" }),
  ];
  return { largest: largest.values[0]!, least: least.values[0]! };
}
