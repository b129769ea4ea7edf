/**
 * Rules that keep matrices for the axes of a parameter, written from the papers over plain numbers.
 *
 * @module
 */
import { type Cases, ETA, norm, type Paper, perTensor } from "./base.ts";

type Matrix = number[][];

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const identity = (n: number): Matrix => range(n).map((i) => range(n).map((j) => (i === j ? 1 : 0)));
const turned = (a: Matrix): Matrix => (a[0] ?? []).map((_, j) => a.map((r) => r[j]!));
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

/** The leading eigenvectors as columns, each on the side of the column before. */
function leading(matrix: Matrix, rank: number, before: Matrix | null): Matrix {
  const vectors = turned(eigen(matrix).vectors).slice(0, rank);
  return turned(vectors.map((v, j) => {
    const flipped = before !== null && dot(v, turned(before)[j]!) < 0;
    return v.map((x) => (flipped ? -x : x));
  }));
}

/** Zhao et al. 2024, Algorithm 2, with a refresh at each seventh update. */
export function galore(
  sides: "left" | "right" | "both",
  { rank = 1, scale = 0.25, decay = 0, optax = false } = {},
): Paper {
  return perTensor((_, shape) => {
    const projects = shape.length === 2 && !shape.includes(0);
    const columns = shape[1] ?? 1;
    const rows = (x: readonly number[]): Matrix =>
      range(x.length / columns).map((i) => x.slice(i * columns, (i + 1) * columns));
    let [u, v]: [Matrix | null, Matrix | null] = [null, null];
    let [m, s]: [number[], number[]] = [[], []];
    return (g, w, t) => {
      let low: Matrix = [[...g]];
      if (projects) {
        const x = rows(g);
        if (t % 7 === 1 && sides !== "right") u = leading(times(x, turned(x)), rank, u);
        if (t % 7 === 1 && sides !== "left") v = leading(times(turned(x), x), rank, v);
        low = u === null ? x : times(turned(u), x);
        if (v !== null) low = times(low, v);
      }
      const flat = low.flat();
      m = flat.map((x, i) => 0.9 * (m[i] ?? 0) + 0.1 * x);
      s = flat.map((x, i) => 0.999 * (s[i] ?? 0) + 0.001 * x * x);
      const correction = Math.sqrt(1 - 0.999 ** t);
      const step = m.map((x, i) =>
        x / (1 - 0.9 ** t) * correction / (Math.sqrt(s[i]!) + 1e-6 * (optax ? correction : 1))
      );
      let d = step;
      if (projects) {
        const width = low[0]!.length;
        let back: Matrix = low.map((_, i) => step.slice(i * width, (i + 1) * width));
        if (u !== null) back = times(u, back);
        if (v !== null) back = times(back, turned(v));
        d = back.flat().map((x) => scale * x);
      }
      return d.map((x, i) => -ETA * x - ETA * decay * (optax ? w[i]! : w[i]! - ETA * x));
    };
  });
}

const GALORE = { learningRate: ETA, rank: 1, updateProjGap: 7 };

/** The cases of this file. */
export const CASES: Cases = {
  "galore()": { options: GALORE, paper: galore("left"), nan: "tensor" },
  "galore() with the longer side, decay": {
    options: { ...GALORE, rank: 2, projType: "reverse-std", weightDecay: 0.1 },
    paper: galore("right", { rank: 2, decay: 0.1 }),
    nan: "tensor",
  },
  "galore() with both sides, in Optax's form": {
    options: { ...GALORE, projType: "full", scale: 1, form: "optax", weightDecay: 0.1 },
    paper: galore("both", { scale: 1, optax: true, decay: 0.1 }),
    nan: "tensor",
  },
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
