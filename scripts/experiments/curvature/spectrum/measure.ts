/**
 * The measurements of `spectrum`: trainings, with the Hessian's eigenvalues before and after each.
 *
 * @module
 */
import { sgd } from "../../../../mod.ts";
import {
  type CurvatureOperator,
  curvatureOperator,
  eigenvalues,
  spectralDensity,
} from "../../../../curvature/mod.ts";
import { count, numberOption, type Options, ownOptions, seedsFrom, seedsOption } from "../../../cli/mod.ts";
import { UsageError } from "../../../console/mod.ts";
import { mlpText, partsAt, perceptron, spreadExamples, type StudyTask } from "../../../lab/mod.ts";
import type { Context } from "../../../run/mod.ts";
import type { Moment, Spectrum, SpectrumConfig, SpectrumData } from "./data.ts";

/** The defaults of its trainings and measurements. */
export const DEFAULTS = {
  seeds: 8,
  hidden: [32],
  epochs: 20,
  batchSize: 32,
  learningRate: 0.1,
  top: 20,
  products: 200,
  probes: 2,
  probeSteps: 80,
} as const;

/** The residual of an eigenvalue, relative to the largest, at which it is exact enough. */
const TOLERANCE = 1e-4;

/** Its options. */
export const OPTIONS = {
  seeds: seedsOption(DEFAULTS.seeds),
  epochs: numberOption("N", { text: `epochs of each training; ${DEFAULTS.epochs} by default`, range: count }),
  top: numberOption("N", {
    text: `largest eigenvalues to compute, 15 to 100; ${DEFAULTS.top} by default`,
    range: {
      test: (v: number) => Number.isInteger(v) && v >= 15 && v <= 100,
      text: "an integer from 15 to 100",
    },
  }),
  products: numberOption("N", {
    text: `products with the Hessian for them at most; ${DEFAULTS.products} by default`,
    range: count,
  }),
  probes: numberOption("N", {
    text: `random vectors of the density; ${DEFAULTS.probes} by default`,
    range: count,
  }),
};

interface Setup {
  readonly title: string;
  readonly config: SpectrumConfig;
  readonly task: Pick<StudyTask, "model" | "train">;
}

/** Reads options and data. */
export async function prepare(options: Options): Promise<Setup> {
  const { seeds: n, ...own } = ownOptions(OPTIONS, options);
  const given = Object.fromEntries(Object.entries(own).filter(([, v]) => v !== undefined));
  const parts = await partsAt("default", options);
  const config: SpectrumConfig = {
    ...DEFAULTS,
    ...given,
    seeds: seedsFrom(options, n),
    classes: parts.classes,
    examples: parts.train.x!.shape[0]!,
  };
  const { top, products, hidden } = config;
  if (products < top) {
    throw new UsageError(`--products must be at least --top, got ${products} and ${top}`);
  }
  return { title: `${parts.name}, ${mlpText(parts, hidden)}`, config, task: perceptron(parts, hidden) };
}

/** Trains with each seed, and takes the spectrum before and after. */
export async function measure(
  { title, config, task: { model, train } }: Setup,
  { options: { device }, progress, lab }: Context,
): Promise<SpectrumData> {
  const { seeds, epochs, batchSize, learningRate, examples } = config;
  await using trainer = lab.open({ name: "spectrum", model, train, device });
  const data = await spreadExamples(train);
  const spectra: Spectrum[] = [];
  let parameters = 0;
  for (const [i, seed] of seeds.entries()) {
    const tell = (part: number, what: string) =>
      progress(3 * i + part, 3 * seeds.length, `${what}: seed ${seed}`);
    tell(0, "training");
    const trained = await trainer.train({
      optimizer: sgd({ learningRate }),
      batchSize,
      seed,
      epochs,
      keepState: true,
    });
    await using operator = await curvatureOperator({
      model: model(seed),
      data,
      batchSize: examples,
      device,
    });
    parameters = operator.dimension;
    tell(1, "before training");
    spectra.push(await spectrumOf(operator, { seed, moment: "before", config }));
    operator.point = operator.vector((await trained.state()).params);
    tell(2, "after training");
    spectra.push(await spectrumOf(operator, { seed, moment: "after", config }));
  }
  progress(1, 1, "done");
  return { title, config, parameters, spectra };
}

async function spectrumOf(
  operator: CurvatureOperator,
  { seed, moment, config: { top, products, probes, probeSteps } }: {
    seed: number;
    moment: Moment;
    config: SpectrumConfig;
  },
): Promise<Spectrum> {
  const loss = await operator.loss();
  const { values, residuals, converged } = await eigenvalues(operator, {
    k: top,
    maxProducts: products,
    tolerance: TOLERANCE,
    vectors: false,
  });
  const { nodes, weights, places, density } = await spectralDensity(operator, {
    probes,
    steps: probeSteps,
    seed,
  });
  return {
    seed,
    moment,
    loss,
    values: [...values],
    residuals: [...residuals],
    converged,
    nodes: [...nodes],
    weights: [...weights],
    places: [...places],
    density: [...density],
  };
}
