/**
 * K-FAC, written from the papers over plain numbers.
 *
 * @module
 */
import { type Cases, ETA, mapAll, type Numbers, type Paper, sumAll } from "./base.ts";

type Matrix = number[][];

/**
 * Returns the layers among parameters named as the contract's: a dense layer, stored as inputs by outputs, with the vector as
 * its bias if it fits, and a convolution.
 */
export function layersOf({ matrix, vector, cube }: Readonly<Record<string, readonly number[]>>): Layer[] {
  const dense = (m: readonly number[]): Layer => ({
    kind: "dense",
    weight: "matrix",
    ...(vector?.[0] === m[1] ? { bias: "vector" } : {}),
    inputs: m[0]!,
    outputs: m[1]!,
    transposed: true,
  });
  const convolution = (c: readonly number[]): Layer => ({
    kind: "convolution",
    weight: "cube",
    inputs: c.slice(1).reduce((product, d) => product * d, 1),
    outputs: c[0]!,
    transposed: false,
  });
  return [...(matrix ? [dense(matrix)] : []), ...(cube ? [convolution(cube)] : [])];
}

/** A layer as the library describes it. */
interface Layer {
  readonly kind: string;
  readonly weight: string;
  readonly bias?: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly transposed: boolean;
}

const BOUND = 0.3;
const DAMPING = 0.02;
const MU = 0.9;

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const turned = (a: Matrix): Matrix => range(a[0]!.length).map((j) => a.map((row) => row[j]!));
const rowsOf = (v: readonly number[], columns: number): Matrix =>
  range(v.length / columns).map((i) => v.slice(i * columns, (i + 1) * columns));
const meanEigenvalue = (a: Matrix) => range(a.length).reduce((s, i) => s + a[i]![i]!, 0) / a.length;

/** Returns the solution `X` of `A X = B` by Gauss's elimination with exchanges of rows. */
function solved(a: Matrix, b: Matrix): Matrix {
  const [m, x] = [a.map((row) => [...row]), b.map((row) => [...row])];
  range(a.length).forEach((k) => {
    const pivot = range(a.length).slice(k).reduce((p, i) =>
      Math.abs(m[i]![k]!) > Math.abs(m[p]![k]!) ? i : p
    );
    for (const  of of[m, x]) [of[k], of[pivot]] = [of[pivot]!, of[k]!];
    range(a.length).slice(k + 1).forEach((i) => {
      const share = m[i]![k]! / m[k]![k]!;
      for (const  of of[m, x]) of[i] = of[i]!.map((v, j) => v - share * of[k]![j]!);
    });
  });
  range(a.length).reverse().forEach((k) => {
    x[k] = x[k]!.map((v, j) =>
      range(a.length).slice(k + 1).reduce((s, i) => s - m[k]![i]! * x[i]![j]!, v) / m[k]![k]!
    );
  });
  return x;
}

/** The parts of a rule that options change. */
interface Settings {
  /** The updates between inverses, and between looks at the factors. */
  readonly interval: number;
  readonly factorInterval: number;
  /** The share of the factors that is kept. */
  readonly decay: number;
  /** The coupled weight decay, which is added to the damping, too. */
  readonly l2: number;
  /** The decoupled weight decay. */
  readonly shrink: number;
}

const USUAL: Settings = { interval: 10, factorInterval: 1, decay: 0.95, l2: 0, shrink: 0 };

/** Martens and Grosse 2015, Sections 5 and 6.3; Grosse and Martens 2016, Section 3; Ba et al. 2017, Section 5, for the bound. */
function kfac(settings: Partial<Settings>): Paper {
  const { interval, factorInterval, decay, l2, shrink } = { ...USUAL, ...settings };
  return (start) => {
    let u: Numbers = mapAll(start, () => 0);
    const kept: Record<string, Matrix> = {};
    const seen: Record<string, Matrix> = {};
    let looks = 0;
    const layers = layersOf(Object.fromEntries(Object.entries(start).map(([n, { shape }]) => [n, shape])));
    return {
      update({ grads, params, factors, t }) {
        const g = mapAll(grads, (n, i) => grads[n]!.v[i]! + l2 * params[n]!.v[i]!);
        if ((t - 1) % factorInterval === 0) {
          looks++;
          for (const [n, { v, shape }] of Object.entries(factors)) {
            kept[n] = rowsOf(v, shape[0]!).map((row, i) =>
              row.map((x, j) => decay * (kept[n]?.[i]?.[j] ?? 0) + (1 - decay) * x)
            );
          }
        }
        const average = (n: string) => kept[n]!.map((row) => row.map((x) => x / (1 - decay ** looks)));
        const d: Record<string, readonly number[]> = { ...g };
        for (const { weight, inputs, outputs } of layers) {
          const [own, other] = [`inputs/${weight}`, `outputs/${weight}`];
          if ((t - 1) % interval === 0) {
            const [a, b] = [average(own), average(other)];
            const pi = Math.sqrt(meanEigenvalue(a) / meanEigenvalue(b));
            const ridge = Math.sqrt(DAMPING + l2);
            const added = (x: Matrix, r: number) =>
              x.map((row, i) => row.map((v, j) => (i === j ? v + r : v)));
            [seen[own], seen[other]] = [added(a, pi * ridge), added(b, ridge / pi)];
          }
          const dense = weight === "matrix";
          const matrix = dense
            ? range(outputs).map((
              i,
            ) => [...range(inputs).map((j) => g.matrix![j * outputs + i]!), g.vector![i]!])
            : rowsOf(g.cube!, inputs);
          // A symmetric matrix to the right is one to the left of the transpose.
          const result = turned(solved(seen[own]!, turned(solved(seen[other]!, matrix))));
          d[weight] = dense ? turned(result).slice(0, inputs).flat() : result.flat();
          if (dense) d.vector = result.map((row) => row[inputs]!);
        }
        const product = sumAll(grads, (n, i) => g[n]![i]! * d[n]![i]!);
        const scale = ETA * Math.min(1, Math.sqrt(BOUND / (ETA ** 2 * product)));
        u = mapAll(grads, (n, i) => MU * u[n]![i]! - scale * d[n]![i]!);
        return mapAll(grads, (n, i) => u[n]![i]! - ETA * shrink * params[n]!.v[i]!);
      },
    };
  };
}

/** Returns the options of a case for parameters of some shapes. */
const options = (more: object = {}) => (shapes: Readonly<Record<string, readonly number[]>>) => ({
  learningRate: ETA,
  normConstraint: BOUND,
  damping: DAMPING,
  momentum: MU,
  layers: layersOf(shapes),
  ...more,
});

/** The cases of this file. */
export const CASES: Cases = {
  "kfac()": { options: options(), paper: kfac({}), nan: "all" },
  "kfac() with rare looks, weight decay": {
    options: options({ interval: 3, factorInterval: 2, factorDecay: 0.5, weightDecay: 0.1 }),
    paper: kfac({ interval: 3, factorInterval: 2, decay: 0.5, l2: 0.1 }),
    nan: "all",
  },
  "kfac() with decoupled weight decay": {
    options: options({ weightDecay: 0.1, decoupledWeightDecay: true }),
    paper: kfac({ shrink: 0.1 }),
    nan: "all",
  },
};
