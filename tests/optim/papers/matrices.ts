/**
 * Rules that keep matrices for the axes of a parameter, written from the papers over plain numbers.
 *
 * @module
 */
import { type Cases, ETA, norm, type Paper, perTensor } from "./base.ts";

type Matrix = number[][];

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const identity = (n: number): Matrix => range(n).map((i) => range(n).map((j) => (i === j ? 1 : 0)));
const turned = (a: Matrix): Matrix => range(a.length).map((j) => a.map((r) => r[j]!));
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((s, x, k) => s + x * b[k]!, 0);
const times = (a: Matrix, b: Matrix): Matrix => a.map((r) => turned(b).map((c) => dot(r, c)));

/** The axes of a shape. */
function axesOf(shape: readonly number[]): { size: number; of: (i: number) => number; stride: number }[] {
  return shape.map((size, axis) => {
    const stride = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    return { size, stride, of: (i: number) => Math.floor(i / stride) % size };
  });
}

type Axis = ReturnType<typeof axesOf>[number];

/** The sum over `j` of `x[.., j, ..] m[j][i]`. */
const along = (x: readonly number[], { size, stride, of }: Axis, m: Matrix): number[] =>
  x.map((_, i) => range(size).reduce((s, j) => s + x[i + (j - of(i)) * stride]! * m[j]![of(i)]!, 0));

/** The products of all pairs of slices of an axis. */
function gram(x: readonly number[], { size, stride, of }: Axis): Matrix {
  const out = range(size).map(() => new Array<number>(size).fill(0));
  x.forEach((v, i) => range(size).forEach((j) => (out[of(i)]![j]! += v * x[i + (j - of(i)) * stride]!)));
  return out;
}

/** Eigenvalues, falling, and their vectors as columns: Jacobi's rotations, one pair after another. */
function eigen(matrix: Matrix): { values: number[]; vectors: Matrix } {
  const n = matrix.length;
  let [a, q] = [matrix, identity(n)];
  for (const _ of range(30)) {
    for (const i of range(n)) {
      for (const j of range(i)) {
        if (a[i]![j] === 0) continue;
        const angle = Math.atan2(2 * a[i]![j]!, a[j]![j]! - a[i]![i]!) / 2;
        const r = identity(n);
        r[i]![i] = r[j]![j] = Math.cos(angle);
        r[j]![i] = -(r[i]![j] = Math.sin(angle));
        a = times(turned(r), times(a, r));
        q = times(q, r);
      }
    }
  }
  const order = range(n).sort((i, j) => a[j]![j]! - a[i]![i]!);
  return { values: order.map((k) => a[k]![k]!), vectors: q.map((row) => order.map((k) => row[k]!)) };
}

/** The orthogonal factor by Gram and Schmidt, each column made orthogonal twice. */
function orthogonal(a: Matrix): Matrix {
  const columns: Matrix = [];
  for (const column of turned(a)) {
    let c = column;
    for (let k = 0; k < 2; k++) {
      for (const e of columns) {
        const part = dot(c, e);
        c = c.map((x, i) => x - part * e[i]!);
      }
    }
    const length = Math.sqrt(dot(c, c));
    columns.push(c.map((x) => x / length));
  }
  return turned(columns);
}

/** Vyas et al. 2024, Algorithm 3, with the authors' first step, and their columns sorted at each refresh. */
export const soap: Paper = perTensor((w0, shape) => {
  const axes = shape.length < 2 || shape.includes(0) ? [] : axesOf(shape).filter(({ size }) => size > 1);
  let m = w0.map(() => 0);
  let v = w0.map(() => 0);
  let l = axes.map(({ size }) => identity(size).map((r) => r.map(() => 0)));
  let q: Matrix[] = [];
  return (g, w, t) => {
    const before = q;
    const into = (x: readonly number[], bases: Matrix[]) =>
      axes.reduce<readonly number[]>((y, axis, k) => along(y, axis, bases[k]!), x);
    let u = g.map(() => 0);
    if (t > 1) {
      m = m.map((x, i) => 0.95 * x + 0.05 * g[i]!);
      const rotated = into(g, before);
      v = v.map((x, i) => 0.95 * x + 0.05 * rotated[i]! ** 2);
      const s = t - 1;
      const step = into(m, before).map((x, i) =>
        x / (1 - 0.95 ** s) / (Math.sqrt(v[i]! / (1 - 0.95 ** s)) + 1e-8 / Math.sqrt(1 - 0.95 ** s))
      );
      const back = into(step, before.map(turned));
      u = back.map((x, i) => {
        const moved = w[i]! - ETA * x;
        return moved * (1 - 0.01 * ETA) - w[i]!;
      });
    }
    l = l.map((old, k) => gram(g, axes[k]!).map((r, i) => r.map((x, j) => 0.95 * old[i]![j]! + 0.05 * x)));
    if (t === 1) q = l.map((matrix) => eigen(matrix).vectors);
    else if ((t - 1) % 10 === 0) {
      q = before.map((basis, k) => {
        const product = times(l[k]!, basis);
        const scores = turned(basis).map((c, i) => dot(c, turned(product)[i]!));
        const order = range(scores.length).sort((i, j) => scores[j]! - scores[i]!);
        const { stride, of } = axes[k]!;
        v = v.map((_, i) => v[i + (order[of(i)]! - of(i)) * stride]!);
        return orthogonal(product.map((r) => order.map((i) => r[i]!)));
      });
    }
    return u;
  };
});

/** Gupta et al. 2018, Algorithm 2, as a moving average, with a ridge of a tenth of the norm and Adam's step grafted. */
export const shampoo: Paper = perTensor((w0, shape) => {
  const axes = shape.includes(0) ? [] : axesOf(shape);
  const [m, v] = [w0.map(() => 0), w0.map(() => 0)];
  let l = axes.map(({ size }) => identity(size).map((r) => r.map(() => 0)));
  let roots: Matrix[] = [];
  return (g, _, t) => {
    l = l.map((old, k) => gram(g, axes[k]!).map((r, i) => r.map((x, j) => 0.9 * old[i]![j]! + 0.1 * x)));
    if (t % 3 === 0) {
      roots = l.map((matrix) => {
        const { values, vectors } = eigen(matrix);
        const correction = 1 - 0.9 ** t;
        const size = Math.max(...matrix.map((r) => r.reduce((s, x) => s + Math.abs(x), 0)));
        const scaled = vectors.map((r) =>
          r.map((x, i) => x * ((values[i]! + size / 10) / correction) ** (-1 / (2 * axes.length)))
        );
        return times(scaled, turned(vectors));
      });
    }
    const adam = g.map((x, i) => {
      m[i] = 0.9 * m[i]! + 0.1 * x;
      v[i] = 0.99 * v[i]! + 0.01 * x * x;
      return m[i]! / (1 - 0.9 ** t) / (Math.sqrt(v[i]! / (1 - 0.99 ** t)) + 1e-10);
    });
    if (t < 3 || w0.length === 0) return adam.map((x) => -ETA * x);
    const average = m.map((x) => x / (1 - 0.9 ** t));
    const d = axes.reduce<readonly number[]>((x, axis, k) => along(x, axis, roots[k]!), average);
    return d.map((x) => -ETA * x * norm(adam) / norm(d));
  };
});

/** The cases of this file. */
export const CASES: Cases = {
  "shampoo()": {
    options: {
      learningRate: ETA,
      beta2: 0.9,
      relativeEpsilon: 0.1,
      interval: 3,
      mergeDims: false,
      grafting: "adam",
      graftingBeta2: 0.99,
    },
    paper: shampoo,
    nan: "tensor",
  },
  "soap()": { paper: soap, nan: "tensor" },
};
