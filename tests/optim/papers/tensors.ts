/**
 * Rules that treat each tensor by itself, written from the papers over plain numbers.
 *
 * @module
 */
import { adam } from "./adaptive.ts";
import { type Blocks, type Cases, ETA, norm, type Paper, perTensor, rms } from "./base.ts";

/** You et al. 2020, Algorithm 2, with phi as the identity. */
export const lamb: Paper = perTensor((w0) => {
  const [m, v] = [w0.map(() => 0), w0.map(() => 0)];
  return (g, w, t) => {
    const r = g.map((x, i) => {
      m[i] = 0.9 * m[i]! + 0.1 * x;
      v[i] = 0.999 * v[i]! + 0.001 * x * x;
      return m[i]! / (1 - 0.9 ** t) / (Math.sqrt(v[i]! / (1 - 0.999 ** t)) + 1e-6) + 0.1 * w[i]!;
    });
    const ratio = norm(w) === 0 || norm(r) === 0 ? 1 : norm(w) / norm(r);
    return r.map((x) => -ETA * ratio * x);
  };
});

/** You et al. 2017, Algorithm 1. */
export const lars: Paper = perTensor((w0) => {
  const v = w0.map(() => 0);
  return (g, w) => {
    const d = g.map((x, i) => x + 0.1 * w[i]!);
    const ratio = norm(w) === 0 || norm(d) === 0 ? 1 : 1e-3 * norm(w) / norm(d);
    return d.map((x, i) => -(v[i] = 0.9 * v[i]! + ETA * ratio * x));
  };
});

/** Bernstein et al. 2020, Algorithm 1. */
export const fromage: Paper = perTensor(() => (g, w) => {
  const ratio = Math.max(norm(w), 1e-6) / Math.max(norm(g), 1e-6);
  return g.map((x, i) => (w[i]! - ETA * ratio * x) / Math.sqrt(1 + ETA * ETA) - w[i]!);
});

/** Ginsburg et al. 2019, Algorithm 1. */
export const novograd: Paper = perTensor((w0) => {
  let v = 0;
  const m = w0.map(() => 0);
  return (g, w, t) => {
    const square = norm(g) ** 2;
    v = t === 1 ? square : 0.25 * v + 0.75 * square;
    return g.map((x, i) => -ETA * (m[i] = 0.9 * m[i]! + x / (Math.sqrt(v) + 1e-6) + 0.1 * w[i]!));
  };
});

/** Returns the index of each element along an axis. */
function along(shape: readonly number[], axis: number): (i: number) => number {
  const stride = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  return (i) => Math.floor(i / stride) % shape[axis]!;
}

/** Anil et al. 2019, Algorithm SM3-II with momentum; vectors and scalars have one accumulator per element. */
export const sm3: Paper = perTensor((w0, shape) => {
  const cover = shape.length < 2 ? [(i: number) => i] : shape.map((_, axis) => along(shape, axis));
  const sizes = shape.length < 2 ? [w0.length] : shape;
  let mu = sizes.map((d) => new Array<number>(d).fill(0));
  const m = w0.map(() => 0);
  return (g) => {
    const v = g.map((x, i) => Math.min(...cover.map((of, axis) => mu[axis]![of(i)]!)) + x * x);
    mu = sizes.map((d) => new Array<number>(d).fill(0));
    v.forEach((x, i) => cover.forEach((of, axis) => (mu[axis]![of(i)] = Math.max(mu[axis]![of(i)]!, x))));
    return g.map((x, i) => {
      const step = v[i] === 0 ? 0 : x / Math.sqrt(v[i]! + 1e-8);
      return -ETA * (m[i] = 0.9 * m[i]! + 0.1 * step);
    });
  };
});

/** Shazeer, Stern 2018, Algorithm 4, as PyTorch documents its form. */
export const adafactor: Paper = perTensor((w0, shape) => {
  const eps1 = 2 ** -23;
  const rank = shape.length;
  const [rows, columns] = [shape[rank - 2] ?? 1, shape[rank - 1] ?? 1];
  const blocks = rank < 2 ? 0 : w0.length / Math.max(1, rows * columns);
  const row = new Array<number>(blocks * rows).fill(0);
  const col = new Array<number>(blocks * columns).fill(0);
  const v = w0.map(() => 0);
  return (g, w, t) => {
    const share = t ** -0.8;
    let second: number[];
    if (rank < 2) {
      g.forEach((x, i) => (v[i] = (1 - share) * v[i]! + share * x * x));
      second = v;
    } else {
      second = g.map(() => 0);
      for (let b = 0; b < blocks; b++) {
        const at = (r: number, c: number) => (b * rows + r) * columns + c;
        const square = (r: number, c: number) => g[at(r, c)]! ** 2;
        const each = (n: number) => Array.from({ length: n }, (_, i) => i);
        const mean = (xs: number[]) => xs.reduce((p, q) => p + q, 0) / xs.length;
        for (const r of each(rows)) {
          row[b * rows + r] = (1 - share) * row[b * rows + r]! +
            share * mean(each(columns).map((c) => square(r, c)));
        }
        for (const c of each(columns)) {
          const k = b * columns + c;
          col[k] = (1 - share) * col[k]! + share * mean(each(rows).map((r) => square(r, c)));
        }
        const all = Math.max(mean(row.slice(b * rows, (b + 1) * rows)), eps1);
        for (const r of each(rows)) {
          for (const c of each(columns)) second[at(r, c)] = row[b * rows + r]! * col[b * columns + c]! / all;
        }
      }
    }
    const d = g.map((x, i) => x / Math.sqrt(Math.max(second[i]!, eps1 * eps1)));
    const alpha = Math.max(1e-3, rms(w)) * Math.min(ETA, 1 / Math.sqrt(t));
    return d.map((x) => -alpha * x / Math.max(1, rms(d)));
  };
});

/** Liu et al. 2023, Algorithm 3, with the Hessian read after the step at updates 1, 11, 21, … as in Optax. */
export const sophia: Paper = perTensor((w0) => {
  const [m, h] = [w0.map(() => 0), w0.map(() => 0)];
  return (g, w, t, hessian) =>
    g.map((x, i) => {
      m[i] = 0.965 * m[i]! + 0.035 * x;
      const step = m[i]! / (1 - 0.965 ** t) / Math.max(0.01 * h[i]!, 1e-8);
      if ((t - 1) % 10 === 0) h[i] = 0.99 * h[i]! + 0.01 * hessian[i]!;
      return -ETA * (Math.max(-1, Math.min(1, step)) + 1e-4 * w[i]!);
    });
});

/** Yao et al. 2021, Algorithm 1, the diagonal's sizes averaged over the axes after the second. */
export function adahessian(k = 1, decay = 0): Paper {
  return perTensor((w0, shape) => {
    const [m, v] = [w0.map(() => 0), w0.map(() => 0)];
    const places = shape.slice(2).reduce((a, b) => a * b, 1);
    return (g, w, t, hessian) =>
      g.map((x, i) => {
        const first = i - i % places;
        const h = hessian.slice(first, first + places).reduce((sum, y) => sum + Math.abs(y), 0) / places;
        m[i] = 0.9 * m[i]! + 0.1 * x;
        v[i] = 0.999 * v[i]! + 0.001 * h * h;
        const root = Math.sqrt(v[i]! / (1 - 0.999 ** t)) ** k;
        return -ETA * (m[i]! / (1 - 0.9 ** t) / (root + 1e-4) + decay * w[i]!);
      });
  });
}

type Matrix = number[][];
const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((r) => b[0]!.map((_, j) => r.reduce((s, x, k) => s + x * b[k]![j]!, 0)));
const turned = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((r) => r[j]!));

/** Jordan et al. 2024 for matrices, as PyTorch documents it; another rule for the others. */
export function muon(others: Paper, decay = 0.1): Paper {
  return (start) => {
    const matrices = Object.entries(start).filter(([, { shape }]) => shape.length === 2).map(([n]) => n);
    const rest = Object.fromEntries(Object.entries(start).filter(([n]) => !matrices.includes(n)));
    const adam = others(rest);
    const momentum = Object.fromEntries(matrices.map((n) => [n, start[n]!.v.map(() => 0)]));
    return {
      update(step) {
        const updates = { ...adam.update(step) };
        for (const n of matrices) {
          const [m, { v: g, shape }] = [momentum[n]!, step.grads[n]!];
          g.forEach((x, i) => (m[i] = 0.95 * m[i]! + 0.05 * x));
          const d = orthogonal(g.map((x, i) => 0.05 * x + 0.95 * m[i]!), shape as [number, number]);
          const a = Math.sqrt(Math.max(1, shape[0]! / shape[1]!));
          updates[n] = d.map((x, i) => -ETA * (a * x + decay * step.params[n]!.v[i]!));
        }
        return updates;
      },
    };
  };
}

function orthogonal(x: number[], [rows, columns]: readonly [number, number]): number[] {
  if (x.length === 0) return [];
  const size = Math.max(norm(x), 1e-7);
  let y: Matrix = Array.from(
    { length: rows },
    (_, r) => x.slice(r * columns, (r + 1) * columns).map((v) => v / size),
  );
  for (let k = 0; k < 5; k++) {
    const a = times(y, turned(y));
    const b = a.map((r, i) => r.map((v, j) => -4.775 * v + 2.0315 * times(a, a)[i]![j]!));
    const by = times(b, y);
    y = y.map((r, i) => r.map((v, j) => 3.4445 * v + by[i]![j]!));
  }
  return y.flat();
}

/** The paper of matrices, for tensors of more than two dimensions too: the first or the last axis by all others. */
export function kernelMatrices(paper: Paper, outputs: "first" | "last" = "first"): Paper {
  const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
  const flat = (shape: readonly number[]) =>
    outputs === "first" ? [shape[0]!, size(shape.slice(1))] : [size(shape.slice(0, -1)), shape.at(-1)!];
  const matrix = (x: Blocks): Blocks =>
    Object.fromEntries(
      Object.entries(x).map(([n, { shape, v }]) => [
        n,
        { v, shape: shape.length < 3 ? shape : flat(shape) },
      ]),
    );
  return (start) => {
    const run = paper(matrix(start));
    return {
      update: ({ grads, params, ...step }) =>
        run.update({ ...step, grads: matrix(grads), params: matrix(params) }),
    };
  };
}

/** The cases of this file. */
export const CASES: Cases = {
  "muon()": { paper: muon(adam()), nan: "tensor", bounds: { float32: 1e-3, float64: 1e-6 } },
  "sophia()": { paper: sophia },
  "adahessian()": { paper: adahessian() },
  "adahessian() with power and decay": {
    options: { learningRate: ETA, hessianPower: 0.5, weightDecay: 0.1 },
    paper: adahessian(0.5, 0.1),
  },
  "adafactor()": { paper: adafactor, nan: "tensor" },
  "sm3()": { paper: sm3, nan: "tensor" },
  "lamb()": { options: { learningRate: ETA, weightDecay: 0.1 }, paper: lamb, nan: "tensor" },
  "lars()": { options: { learningRate: ETA, weightDecay: 0.1 }, paper: lars, nan: "tensor" },
  "fromage()": { paper: fromage, nan: "tensor" },
  "novograd()": { options: { learningRate: ETA, weightDecay: 0.1 }, paper: novograd, nan: "tensor" },
};
