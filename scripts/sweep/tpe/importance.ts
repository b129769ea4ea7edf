/**
 * The importance of options by PED-ANOVA: how differently the best settings are distributed from all of them, in one
 * option after the other. The defaults are those of Optuna 5.0: the best tenth against all.
 *
 * S. Watanabe, A. Bansal and F. Hutter, "PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in Arbitrary
 * Subspaces" (2023).
 *
 * @module
 */
import {
  type Dimension,
  logDensities,
  type Mixture,
  type NumberDimension,
  type Part,
  type Point,
} from "./mixture.ts";
import { choices } from "./parzen.ts";

/** The share of the settings that count as the best. */
const BEST = 0.1;

/** The largest number of values that a dimension of numbers is divided into. */
const MOST_CELLS = 50;

/** Added to densities, which are divided by. */
const TINY = 1e-12;

/** A setting and its value. */
export interface Valued {
  readonly point: Point;
  readonly value: number;
}

/** Returns the share of each dimension in the importance of all: equal shares if none can be told apart. */
export function importances(
  settings: readonly Valued[],
  { dimensions, goal }: { dimensions: readonly Dimension[]; goal: "max" | "min" },
): number[] {
  const best = bestOf(settings, goal);
  const raw = dimensions.map((dimension, i) => {
    const column = (of: readonly Valued[]) => of.map((s) => s.point[i]!);
    return settings.length < 2 ? 0 : divergence(column(best), column(settings), dimension);
  });
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((v) => (sum === 0 ? 1 / raw.length : v / sum));
}

/** Returns the best tenth of the settings, rounded up, and those with the value of its last. */
export function bestOf(settings: readonly Valued[], goal: "max" | "min"): Valued[] {
  const losses = settings.map((s) => (goal === "max" ? -s.value : s.value));
  const last = losses.toSorted((a, b) => a - b)[Math.ceil(BEST * losses.length) - 1];
  return settings.filter((_, i) => losses[i]! <= last!);
}

/** Returns Pearson's divergence of the density of the best values from that of all values, on a grid. */
function divergence(best: readonly number[], all: readonly number[], dimension: Dimension): number {
  const [top, whole] = [best, all].map((values) => densitiesOf(values, dimension));
  return whole!.reduce((sum, p, i) => sum + p * (top![i]! / p - 1) ** 2, 0);
}

/** Returns the density of values in each cell of the dimension's grid. */
function densitiesOf(values: readonly number[], dimension: Dimension): number[] {
  const counts = countsOf(values, dimension);
  const cells = counts.flatMap((count, cell) => (count > 0 ? [cell] : []));
  const weights = [...cells.map((cell) => counts[cell]!), 1];
  const sum = weights.reduce((a, b) => a + b, 0);
  const part = dimension.kind === "choice"
    ? choices(cells, dimension.count)
    : scott(cells, { counts, last: counts.length - 1 });
  const mixture: Mixture = { weights: weights.map((w) => w / sum), parts: [part] };
  return logDensities(mixture, counts.map((_, cell) => [cell])).map((log) => Math.exp(log) + TINY);
}

/** Returns the number of values in each cell. */
function countsOf(values: readonly number[], dimension: Dimension): number[] {
  const number = dimension.kind === "choice" ? dimension.count : cellsOf(dimension);
  const counts = Array.from({ length: number }, () => 0);
  for (const value of values) {
    counts[dimension.kind === "choice" ? value : cellOf(value, { dimension, number })]!++;
  }
  return counts;
}

function cellsOf({ low, high, log, integer }: NumberDimension): number {
  if (!integer) return MOST_CELLS;
  return Math.min(MOST_CELLS, log ? Math.ceil(Math.log(high - low + 1) / Math.log(2)) + 1 : high - low + 1);
}

/** Returns the cell of a value; in the middle between two, the lower one. */
function cellOf(
  value: number,
  { dimension, number }: { dimension: NumberDimension; number: number },
): number {
  const [low, high, at] = dimension.log
    ? [Math.log(dimension.low), Math.log(dimension.high), Math.log(value)]
    : [dimension.low, dimension.high, value];
  const width = (high - low) / (number - 1);
  return Math.min(number - 1, Math.max(0, Math.ceil((at - low) / width - 0.5)));
}

/** Returns a normal for each cell with values, of a deviation by Scott's rule, and a wide one. */
function scott(
  cells: readonly number[],
  { counts, last }: { counts: readonly number[]; last: number },
): Part {
  let total = 0;
  const sums = cells.map((cell) => total += counts[cell]!);
  const mean = cells.reduce((sum, cell) => sum + cell * counts[cell]!, 0) / total;
  const squares = cells.reduce((sum, cell) => sum + counts[cell]! * (cell - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / Math.max(1, total - 1));
  const first = cells[sums.findIndex((s) => s >= Math.floor(total / 4))]!;
  const third = cells[sums.findIndex((s) => s > Math.floor(total * 3 / 4))] ?? cells.at(-1)!;
  const scale = 1.059 * Math.min((third - first) / 1.34, deviation) * total ** -0.2;
  // 90 % of a normal are in its own cell at least.
  const sigma = Math.max(scale, 0.5 / 1.64);
  return {
    kind: "number",
    dimension: { kind: "number", low: 0, high: last, log: false, integer: true },
    mu: [...cells, last / 2],
    sigma: [...cells.map(() => sigma), last + 1],
  };
}
