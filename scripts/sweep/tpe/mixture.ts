/**
 * Mixtures of products of truncated normals and of categorical distributions.
 *
 * @module
 */
import { logDensity, logMass, truncatedQuantile } from "./normal_tail.ts";

/** A dimension of a space: numbers of an interval, or one of several choices. */
export type Dimension =
  | {
    readonly kind: "number";
    readonly low: number;
    readonly high: number;
    /** Whether distances are those of logarithms. */
    readonly log: boolean;
    /** Whether the numbers are integers. */
    readonly integer: boolean;
  }
  | { readonly kind: "choice"; readonly count: number };

/** A dimension of numbers. */
export type NumberDimension = Dimension & { readonly kind: "number" };

/** A point of a space: for each dimension a number, or the index of a choice. */
export type Point = readonly number[];

/** The components' distributions in one dimension. */
export type Part =
  | {
    readonly kind: "number";
    readonly dimension: NumberDimension;
    /** Means and deviations by component, of logarithms if the dimension is logarithmic. */
    readonly mu: readonly number[];
    readonly sigma: readonly number[];
  }
  | {
    readonly kind: "choice";
    /** The probabilities of the choices by component. */
    readonly probabilities: readonly (readonly number[])[];
  };

/** A mixture: each component is a product of distributions, one for each dimension. */
export interface Mixture {
  /** Positive, their sum is 1. */
  readonly weights: readonly number[];
  readonly parts: readonly Part[];
}

/** A source of numbers uniform in [0, 1). */
export type Draw = () => number;

/**
 * Returns the ends of a dimension: those between which its normals are truncated. Half a step beyond the first and the
 * last integer, so that each integer stands for an interval of length 1.
 */
export function endsOf({ low, high, log, integer }: NumberDimension): readonly [low: number, high: number] {
  const half = integer ? 0.5 : 0;
  return log ? [Math.log(low - half), Math.log(high + half)] : [low - half, high + half];
}

/** Draws points: first the components of all, then the values of one dimension after the other, choices before numbers. */
export function drawPoints(
  { weights, parts }: Mixture,
  { count, draw }: { count: number; draw: Draw },
): Point[] {
  const sums = cumulative(weights);
  const components = Array.from({ length: count }, () => {
    const u = draw();
    return sums.findIndex((sum) => sum / sums.at(-1)! > u);
  });
  const columns: number[][] = parts.map(() => []);
  for (const kind of ["choice", "number"]) {
    for (const [i, part] of parts.entries()) {
      if (part.kind === kind) columns[i] = components.map((component) => drawn(part, component, draw()));
    }
  }
  return components.map((_, i) => columns.map((column) => column[i]!));
}

function drawn(part: Part, component: number, u: number): number {
  if (part.kind === "choice") {
    const sums = cumulative(part.probabilities[component]!);
    return sums.slice(0, -1).filter((sum) => sum < u).length;
  }
  const { dimension, mu: mus, sigma: sigmas } = part;
  const [mu, sigma] = [mus[component]!, sigmas[component]!];
  const [low, high] = endsOf(dimension);
  const x = truncatedQuantile(u, { a: (low - mu) / sigma, b: (high - mu) / sigma }) * sigma + mu;
  const value = dimension.log ? Math.exp(x) : x;
  return dimension.integer
    ? Math.min(dimension.high, Math.max(dimension.low, dimension.low + Math.round(value - dimension.low)))
    : value;
}

/** Returns the logarithm of a mixture's density at each point; for choices and integers, of the probability. */
export function logDensities({ weights, parts }: Mixture, points: readonly Point[]): number[] {
  const ofParts = parts.map(logDensityOf);
  return points.map((point) => {
    const logs = weights.map((weight, k) =>
      ofParts.reduce((sum, log, i) => sum + log(point[i]!, k), 0) + Math.log(weight)
    );
    const most = Math.max(...logs);
    return most === -Infinity ? most : Math.log(logs.reduce((sum, v) => sum + Math.exp(v - most), 0)) + most;
  });
}

/** Returns the function that gives the logarithm of component `k`'s density at a value. */
function logDensityOf(part: Part): (value: number, k: number) => number {
  if (part.kind === "choice") return (value, k) => Math.log(part.probabilities[k]![value]!);
  const { dimension, mu, sigma } = part;
  const [low, high] = endsOf(dimension);
  const masses = mu.map((m, k) => logMass((low - m) / sigma[k]!, (high - m) / sigma[k]!));
  const scaled = (x: number, k: number) => ((dimension.log ? Math.log(x) : x) - mu[k]!) / sigma[k]!;
  if (dimension.integer) return (x, k) => logMass(scaled(x - 0.5, k), scaled(x + 0.5, k)) - masses[k]!;
  return (x, k) => {
    const at = dimension.log ? Math.log(x) : x;
    return at < low || at > high
      ? -Infinity
      : logDensity((at - mu[k]!) / sigma[k]!) - masses[k]! - Math.log(sigma[k]!);
  };
}

function cumulative(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((v) => sum += v);
}
