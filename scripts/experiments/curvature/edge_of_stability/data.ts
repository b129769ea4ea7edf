/**
 * The data of `edge-of-stability`.
 *
 * @module
 */

/** The rules whose edge is known. */
export const RULES = ["gd", "momentum", "adam"] as const;

/** The name of a rule. */
export type EdgeRule = (typeof RULES)[number];

/** The momentum, of Adam's first moment too. */
export const BETA = 0.9;

/** The product of sharpness and rate at which each rule begins to oscillate on a quadratic. */
export const EDGES: Readonly<Record<EdgeRule, number>> = {
  gd: 2,
  momentum: 2 + 2 * BETA,
  adam: (2 + 2 * BETA) / (1 - BETA),
};

/** How the edge is written. */
export const EDGE_TEXTS: Readonly<Record<EdgeRule, string>> = {
  gd: "2 / rate",
  momentum: "(2 + 2 beta) / rate = 3.8 / rate",
  adam: "(2 + 2 beta1) / ((1 - beta1) rate) = 38 / rate",
};

/** A measurement after some steps. */
export interface EdgePoint {
  readonly step: number;
  /** The mean training loss of the steps since the last measurement. */
  readonly loss: number;
  /** The largest eigenvalue of the Hessian; for Adam, of the Hessian that it sees. */
  readonly sharpness: number;
}

/** A training. */
export interface EdgeRun {
  readonly rule: EdgeRule;
  readonly learningRate: number;
  readonly points: readonly EdgePoint[];
  readonly diverged: boolean;
}

/** The settings of all trainings. */
export interface EdgeConfig {
  readonly examples: number;
  readonly hidden: readonly number[];
  readonly steps: number;
  readonly every: number;
  readonly seed: number;
  readonly rates: Readonly<Record<EdgeRule, readonly number[]>>;
}

/** The data of `edge-of-stability`. */
export interface EdgeData {
  readonly title: string;
  readonly config: EdgeConfig;
  readonly runs: readonly EdgeRun[];
}
