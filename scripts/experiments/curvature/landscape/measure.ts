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
import {
  choiceOption,
  count,
  numberOption,
  type Options,
  ownOptions,
  seedsFrom,
  seedsOption,
} from "../../../cli/mod.ts";
import { UsageError } from "../../../console/mod.ts";
import { SUBJECTS } from "../../../inputs/mod.ts";
import type { Context } from "../../../run/mod.ts";
import { type Examples, partsOf } from "../digits.ts";
import {
  type Architecture,
  ARCHITECTURES,
  type Extremes,
  type LandscapeConfig,
  type LandscapeData,
  type LandscapeRun,
  NETWORKS,
} from "./data.ts";
import { network } from "./network.ts";

/** The defaults of its options, and what has none. */
export const DEFAULTS: Readonly<Record<Architecture, Sizes>> = {
  mlp: { seeds: 6, examples: 1000, layers: 20, width: 32, epochs: 40, grid: 21, learningRate: 1e-3 },
  resnet: { seeds: 6, examples: 300, layers: 20, width: 4, epochs: 30, grid: 15, learningRate: 3e-3 },
};

/** The sizes of an experiment with one kind of network. */
type Sizes =
  & Record<"seeds" | "grid", number>
  & Pick<LandscapeConfig, "examples" | "layers" | "width" | "epochs" | "learningRate">;

/** The examples of an update. */
const BATCH = 50;

/** Positions along each direction at which the curvature is measured. */
const CURVATURE_AT = [-0.5, 0, 0.5];

/** Returns the default of a size in words. */
function usual(size: keyof Sizes): string {
  return `${DEFAULTS.mlp[size]} by default, ${DEFAULTS.resnet[size]} with resnet`;
}

/** Its options. */
export const OPTIONS = {
  network: choiceOption(
    ARCHITECTURES,
    "mlp of tanh, or resnet: convolutions with batch normalization and ReLU; mlp by default",
  ),
  seeds: seedsOption(DEFAULTS.mlp.seeds),
  epochs: numberOption("N", { text: `epochs of each training; ${usual("epochs")}`, range: count }),
  layers: numberOption("N", {
    text: `layers with weights, at least 3, or 6 n + 2 of resnet; ${usual("layers")}`,
    range: { test: (v: number) => Number.isInteger(v) && v >= 3, text: "an integer of at least 3" },
  }),
  grid: numberOption("N", {
    text: `points along each side of the plane, odd; ${usual("grid")}`,
    range: {
      test: (v: number) => Number.isInteger(v) && v >= 3 && v % 2 === 1,
      text: "an odd integer of at least 3",
    },
  }),
};

/** The settings of the trainings, and their data. */
export interface Setup {
  readonly title: string;
  readonly config: LandscapeConfig;
  readonly train: Examples;
  readonly test: Examples;
}

/** Reads options and data. */
export function prepare(options: Options): Setup {
  const own = ownOptions(OPTIONS, options);
  const architecture = own.network ?? "mlp";
  const usual = DEFAULTS[architecture];
  const { layers = usual.layers, epochs = usual.epochs, grid = usual.grid } = own;
  const { width, examples, learningRate } = usual;
  if (architecture === "resnet" && (layers < 8 || layers % 6 !== 2)) {
    throw new UsageError(`--layers must be 6 n + 2 of resnet, such as 8, 20 or 32, got ${layers}`);
  }
  const config: LandscapeConfig = {
    architecture,
    examples,
    layers,
    width,
    learningRate,
    batchSize: BATCH,
    epochs,
    seeds: seedsFrom(options, own.seeds ?? usual.seeds),
    at: Array.from({ length: grid }, (_, i) => 2 * i / (grid - 1) - 1),
    curvatureAt: CURVATURE_AT,
  };
  const parts = partsOf(examples);
  const [train, test] = [parts.train, parts.test].map((part) => inputsOf(part, architecture));
  SUBJECTS.noteData("digits", { train: train!, test: test! });
  for (const name of NETWORKS) {
    SUBJECTS.noteModel(name, () => network(name, { architecture, layers, width, seed: options.seed }));
  }
  return { title: titleOf(config), config, train: train!, test: test! };
}

function titleOf({ architecture, layers, width, examples }: LandscapeConfig): string {
  const of = architecture === "mlp" ? `${width} tanh each` : `${width} to ${4 * width} channels`;
  return `${architecture === "mlp" ? "MLP" : "ResNet"} of ${layers} layers, ${of}, ${examples} digits`;
}

/** Returns digits in the form that a network takes. */
function inputsOf(part: Examples, architecture: Architecture): Examples {
  if (architecture === "mlp") return part;
  return { ...part, x: { ...part.x, shape: [part.x.shape[0]!, 1, 8, 8] } };
}

/** Trains both networks with each seed, and looks around the ends. */
export async function measure(
  { title, config, train, test }: Setup,
  context: Context,
): Promise<LandscapeData> {
  const { seeds, examples, batchSize, learningRate, epochs } = config;
  const { options: { device }, progress, lab } = context;
  const runs: LandscapeRun[] = [];
  const total = NETWORKS.length * seeds.length;
  for (const name of NETWORKS) {
    const model = (seed: number) => network(name, { ...config, seed });
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

/** The surroundings of a training that diverged: empty. */
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
