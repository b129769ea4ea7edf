/**
 * The measurements of `edge-of-stability`: trainings on the whole training set, with the sharpness on the way.
 *
 * @module
 */
import {
  adam,
  digits,
  mlp,
  type Model,
  type Optimizer,
  sgd,
  type Tensor,
  tensor,
  type TrainState,
  withLoss,
} from "../../../../mod.ts";
import {
  adamPreconditioner,
  type CurvatureOperator,
  curvatureOperator,
  eigenvalues,
  preconditioned,
} from "../../../../curvature/mod.ts";
import { count, listOption, numberOption, type Options, ownOptions, positive } from "../../../cli/mod.ts";
import { UsageError } from "../../../console/mod.ts";
import { SUBJECTS } from "../../../inputs/mod.ts";
import type { Context } from "../../../run/mod.ts";
import {
  BETA,
  type EdgeConfig,
  type EdgeData,
  type EdgePoint,
  type EdgeRule,
  type EdgeRun,
  RULES,
} from "./data.ts";

/** The defaults of its options. */
export const DEFAULTS = {
  examples: 300,
  hidden: [64, 64, 64],
  steps: 4000,
  every: 50,
  rates: { gd: [0.7, 0.9, 1.1], momentum: [1.6, 1.8], adam: [1e-3, 2e-3] },
} as const;

const rateOption = (rule: EdgeRule, text: string) =>
  listOption("LIST", `learning rates of ${text}; ${DEFAULTS.rates[rule].join(",")} by default, none: "none"`);

/** Its options. */
export const OPTIONS = {
  examples: numberOption("N", {
    text: `digits to train on, 10 to 1797; ${DEFAULTS.examples} by default`,
    range: {
      test: (v: number) => Number.isInteger(v) && v >= 10 && v <= 1797,
      text: "an integer from 10 to 1797",
    },
  }),
  steps: numberOption("N", { text: `updates of each training; ${DEFAULTS.steps} by default`, range: count }),
  every: numberOption("N", {
    text: `updates from one measurement to the next; ${DEFAULTS.every} by default`,
    range: count,
  }),
  "gd-rates": rateOption("gd", "gradient descent"),
  "momentum-rates": rateOption("momentum", `gradient descent with momentum ${BETA}`),
  "adam-rates": rateOption("adam", "Adam"),
};

interface Setup {
  readonly title: string;
  readonly config: EdgeConfig;
  readonly data: Readonly<Record<"x" | "target", Tensor>>;
  readonly model: (seed: number) => Model;
}

/** Reads options and data. */
export function prepare(options: Options): Setup {
  const own = ownOptions(OPTIONS, options);
  const { examples = DEFAULTS.examples, steps = DEFAULTS.steps, every = DEFAULTS.every } = own;
  if (steps < 6 * every) {
    throw new UsageError(
      `--steps must be at least 6 times --every, for a last third of two measurements, got ${steps} and ${every}`,
    );
  }
  const config: EdgeConfig = {
    examples,
    hidden: DEFAULTS.hidden,
    steps,
    every,
    seed: options.seed,
    rates: {
      gd: ratesOf("gd", own["gd-rates"]),
      momentum: ratesOf("momentum", own["momentum-rates"]),
      adam: ratesOf("adam", own["adam-rates"]),
    },
  };
  if (RULES.every((rule) => config.rates[rule].length === 0)) {
    throw new UsageError("all rules have no rates: name one");
  }
  const data = centered(examples);
  const model = (seed: number) =>
    withLoss(mlp({ inputs: 64, hidden: [...config.hidden], outputs: 10, activation: "tanh", seed }), {
      loss: "mse",
    });
  const title = `MLP 64-${config.hidden.join("-")}-10 of tanh, square loss, ${examples} digits at once`;
  SUBJECTS.noteData("digits", { train: data });
  SUBJECTS.noteModel(title, () => model(config.seed));
  return { title, config, data, model };
}

function ratesOf(rule: EdgeRule, given: readonly string[] | undefined): readonly number[] {
  if (given === undefined) return DEFAULTS.rates[rule];
  if (given.length === 1 && given[0] === "none") return [];
  return given.map((text) => {
    const rate = Number(text);
    if (text !== "" && positive.test(rate)) return rate;
    throw new UsageError(`--${rule}-rates must hold ${positive.text}, got ${text}`);
  });
}

/** Returns the first digits, each pixel less its mean, and a target of 1 at the class of each. */
function centered(examples: number): Setup["data"] {
  const set = digits();
  const pixels = set.inputs.x!.data as Uint8Array;
  const x = Float32Array.from(pixels.subarray(0, 64 * examples), (v) => v / 8);
  for (let f = 0; f < 64; f++) {
    let sum = 0;
    for (let i = 0; i < examples; i++) sum += x[64 * i + f]!;
    for (let i = 0; i < examples; i++) x[64 * i + f]! -= sum / examples;
  }
  const target = new Float32Array(10 * examples);
  const labels = set.inputs.y!.data as BigInt64Array;
  for (let i = 0; i < examples; i++) target[10 * i + Number(labels[i])] = 1;
  return { x: tensor(x, [examples, 64]), target: tensor(target, [examples, 10]) };
}

function ruleOf(rule: EdgeRule, learningRate: number): Optimizer {
  if (rule === "adam") return adam({ learningRate, beta1: BETA });
  return sgd({ learningRate, ...(rule === "momentum" ? { momentum: BETA } : {}) });
}

/** Trains with each rule at each of its rates. */
export async function measure(
  { title, config, data, model }: Setup,
  { options: { device }, progress, lab }: Context,
): Promise<EdgeData> {
  const { examples, steps, every, seed, rates } = config;
  const all = RULES.flatMap((rule) => rates[rule].map((learningRate) => ({ rule, learningRate })));
  await using operator = await curvatureOperator({ model: model(seed), data, batchSize: examples, device });
  await using trainer = lab.open({ name: "edge", model, train: data, batchSize: examples, device });
  const runs: EdgeRun[] = [];
  for (const [i, { rule, learningRate }] of all.entries()) {
    let start: Float64Array | undefined;
    const trained = await trainer.train({
      optimizer: ruleOf(rule, learningRate),
      label: `${rule} ${learningRate}`,
      seed,
      steps,
      every,
      shuffle: "once",
      onPoint: ({ step }) => progress(i * steps + step, all.length * steps, `${rule} at ${learningRate}`),
      async observe(state) {
        const { value, vector } = await sharpnessOf(rule, state, { operator, start });
        start = vector;
        return { sharpness: value };
      },
    });
    runs.push({ rule, learningRate, diverged: trained.diverged, points: trained.points.map(pointOf) });
  }
  progress(1, 1, "done");
  return { title, config, runs };
}

function pointOf(
  { step, trainLoss, observed }: {
    step: number;
    trainLoss: number;
    observed: Readonly<Record<string, number>>;
  },
): EdgePoint {
  return { step, loss: trainLoss, sharpness: observed.sharpness ?? NaN };
}

/** Returns the largest eigenvalue at a state, and its vector; NaN where the training has diverged. */
async function sharpnessOf(
  rule: EdgeRule,
  { params, optimizer }: TrainState,
  { operator, start }: { operator: CurvatureOperator; start: Float64Array | undefined },
): Promise<{ value: number; vector: Float64Array | undefined }> {
  const point = operator.vector(params);
  if (!point.every(Number.isFinite)) return { value: NaN, vector: undefined };
  operator.point = point;
  const matrix = rule === "adam"
    ? preconditioned(operator, adamPreconditioner(operator, optimizer, { beta1: BETA }))
    : operator;
  try {
    const { values, vectors } = await eigenvalues(matrix, { tolerance: 1e-3, ...(start ? { start } : {}) });
    return { value: values[0]!, vector: vectors![0]! };
  } catch (error) {
    // A product at a point about to diverge may overflow.
    if (error instanceof RangeError && /not finite/.test(error.message)) {
      return { value: NaN, vector: undefined };
    }
    throw error;
  }
}
