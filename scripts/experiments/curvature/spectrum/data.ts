/**
 * The data of `spectrum`.
 *
 * @module
 */

/** The moments at which the spectrum is taken. */
export const MOMENTS = ["before", "after"] as const;

/** Before or after the training. */
export type Moment = (typeof MOMENTS)[number];

/** The settings of all trainings and measurements. */
export interface SpectrumConfig {
  readonly seeds: readonly number[];
  /** Units of the perceptron's hidden layers. */
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Classes of the data. */
  readonly classes: number;
  /** Training examples, over which the Hessian is averaged. */
  readonly examples: number;
  /** The number of largest eigenvalues that are computed. */
  readonly top: number;
  /** Products with the Hessian for them, at most. */
  readonly products: number;
  /** Random vectors of the density, and products for each. */
  readonly probes: number;
  readonly probeSteps: number;
}

/** The spectrum of one training at one moment. */
export interface Spectrum {
  readonly seed: number;
  readonly moment: Moment;
  /** The mean training loss there. */
  readonly loss: number;
  /** The largest eigenvalues, from the largest down, and the norms of their residuals. */
  readonly values: readonly number[];
  readonly residuals: readonly number[];
  /** Whether all of them are as exact as was asked for. */
  readonly converged: boolean;
  /** Nodes of the density, and the share of the spectrum that each stands for. */
  readonly nodes: readonly number[];
  readonly weights: readonly number[];
  /** The density at some places. */
  readonly places: readonly number[];
  readonly density: readonly number[];
}

/** The data of `spectrum`. */
export interface SpectrumData {
  readonly title: string;
  readonly config: SpectrumConfig;
  readonly parameters: number;
  readonly spectra: readonly Spectrum[];
}

/** Returns the spectra of a moment, in the order of the seeds. */
export function spectraOf({ spectra }: Pick<SpectrumData, "spectra">, moment: Moment): Spectrum[] {
  return spectra.filter((s) => s.moment === moment);
}
