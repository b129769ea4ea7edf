/**
 * The data of `landscape`.
 *
 * @module
 */

/** The two networks: they have the same parameters. */
export const NETWORKS = ["plain", "shortcuts"] as const;

/** The name of a network. */
export type NetworkName = (typeof NETWORKS)[number];

/** The name of the network in tables and plots. */
export const NAMES: Readonly<Record<NetworkName, string>> = {
  plain: "without shortcuts",
  shortcuts: "with shortcuts",
};

/** The kinds of network. */
export const ARCHITECTURES = ["mlp", "resnet"] as const;

/** The kind of both networks. */
export type Architecture = (typeof ARCHITECTURES)[number];

/** A rise of the loss by half of what guessing one of ten classes costs. */
export const RISE = Math.log(10) / 2;

/** The eigenvalues at both ends of the Hessian's spectrum. */
export interface Extremes {
  /** In units of the first direction. */
  readonly x: number;
  /** In units of the second direction. */
  readonly y: number;
  /** The least eigenvalue; NaN where a product is not finite. */
  readonly least: number;
  /** The largest eigenvalue. */
  readonly largest: number;
}

/** A training, and the loss around its end. */
export interface LandscapeRun {
  readonly network: NetworkName;
  readonly seed: number;
  readonly diverged: boolean;
  /** The training loss at the end. */
  readonly loss: number;
  readonly testAccuracy: number;
  /** The training loss on the plane, a row for each position along the second direction; empty if it diverged. */
  readonly plane: readonly (readonly number[])[];
  /** The curvature at some points of the plane; empty if it diverged. */
  readonly extremes: readonly Extremes[];
}

/** The settings of all trainings and planes. */
export interface LandscapeConfig {
  readonly architecture: Architecture;
  readonly examples: number;
  /** Layers with weights. */
  readonly layers: number;
  /** Units of a hidden layer, or channels of the first stage. */
  readonly width: number;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly seeds: readonly number[];
  /** Positions along each direction, in units of it. */
  readonly at: readonly number[];
  /** Positions along each direction at which the curvature is measured. */
  readonly curvatureAt: readonly number[];
}

/** The data of `landscape`. */
export interface LandscapeData {
  readonly title: string;
  readonly config: LandscapeConfig;
  readonly runs: readonly LandscapeRun[];
}
