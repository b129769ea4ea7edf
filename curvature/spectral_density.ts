/**
 * The density of a symmetric matrix's eigenvalues, by its products with vectors.
 *
 * @module
 */
import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import { normal } from "../random/normal.ts";
import { Lanczos, ritzValues } from "./lanczos.ts";
import type { LinearOperator } from "./operator.ts";

/** The size of the estimate, and the places at which it is taken. */
export interface DensityOptions {
  /** Products with the matrix for each probe: an integer of at least 2; 80 by default. */
  steps?: number;
  /** Random vectors that are averaged over: an integer of at least 1; 5 by default. */
  probes?: number;
  /** Places of the density: an integer of at least 2; 512 by default. */
  points?: number;
  /** The standard deviation of the Gaussian around each eigenvalue, as a share of the range; 0.01 by default. */
  width?: number;
  /** Seed of the probes; 0 by default. */
  seed?: number;
}

const DENSITY_OPTIONS = {
  steps: false,
  probes: false,
  points: false,
  width: false,
  seed: false,
} satisfies OptionNames<
  DensityOptions
>;

/** The density of the eigenvalues of a matrix. */
export interface SpectralDensity {
  /** Places, evenly spaced a little beyond all eigenvalues that were found. */
  readonly places: Float64Array;
  /** The density at each place; it integrates to 1. */
  readonly density: Float64Array;
  /** The eigenvalues of all tridiagonal matrices. */
  readonly nodes: Float64Array;
  /** The share of the spectrum that each stands for; they sum to 1. */
  readonly weights: Float64Array;
  /** The products with the matrix that were computed. */
  readonly products: number;
}

/**
 * Returns the density of the eigenvalues by stochastic Lanczos quadrature: for each random vector the eigenvalues of its
 * tridiagonal matrix, weighted by the squared first entries of their vectors, each smoothed by a Gaussian.
 *
 * @throws {RangeError} when an option is out of its range, or a product is not finite.
 *
 * @example
 * ```ts
 * import { spectralDensity } from "./spectral_density.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const operator = {
 *   dimension: 100,
 *   apply: (v: ArrayLike<number>) => Promise.resolve(Float64Array.from(v, (x, i) => (i < 90 ? 0 : 1) * x)),
 * };
 * const { nodes, weights } = await spectralDensity(operator, { steps: 2, probes: 200 });
 * // A tenth of the eigenvalues is 1.
 * const share = weights.reduce((sum, w, i) => sum + (nodes[i]! > 0.5 ? w : 0), 0);
 * assertAlmostEquals(share, 0.1, 0.02);
 * ```
 *
 * @see Ghorbani, Krishnan, Xiao: An investigation into neural net optimization via Hessian eigenvalue density, 2019.
 */
export async function spectralDensity(
  operator: LinearOperator,
  options: DensityOptions = {},
): Promise<SpectralDensity> {
  checkOptions("spectralDensity", options, DENSITY_OPTIONS);
  const { steps = 80, probes = 5, points = 512, width = 0.01, seed = 0 } = options;
  checkNumber("steps", steps, "an integer of at least 2");
  checkNumber("probes", probes, "an integer of at least 1");
  checkNumber("points", points, "an integer of at least 2");
  checkNumber("width", width, "a finite number above 0");
  const nodes: number[] = [];
  const weights: number[] = [];
  let products = 0;
  for (let p = 0; p < probes; p++) {
    const probe = normal({ seed, stream: `probe ${p}` }, operator.dimension);
    const lanczos = new Lanczos(operator, Float64Array.from(probe));
    while (lanczos.tridiagonal.alpha.length < steps && !lanczos.isComplete) await lanczos.step();
    products += lanczos.tridiagonal.alpha.length;
    const { values, vectors } = await ritzValues(lanczos.tridiagonal);
    nodes.push(...values);
    weights.push(...vectors.map((v) => v[0]! ** 2 / probes));
  }
  const [low, high] = [Math.min(...nodes), Math.max(...nodes)];
  const sigma = width * (high - low || Math.abs(high) || 1);
  const [first, last] = [low - 4 * sigma, high + 4 * sigma];
  const places = Float64Array.from({ length: points }, (_, i) => first + (last - first) * i / (points - 1));
  const density = places.map((x) =>
    nodes.reduce((sum, node, i) => sum + weights[i]! * Math.exp(-((x - node) ** 2) / (2 * sigma ** 2)), 0) /
    (sigma * Math.sqrt(2 * Math.PI))
  );
  return { places, density, nodes: Float64Array.from(nodes), weights: Float64Array.from(weights), products };
}
