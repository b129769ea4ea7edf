/**
 * Links that scale, normalize or project, and rules that act at some calls, written over plain numbers.
 *
 * @module
 */
import {
  type Blocks,
  type Cases,
  mapAll,
  norm,
  type Numbers,
  type Paper,
  perElement,
  perTensor,
  sumAll,
} from "./base.ts";
import { sgd } from "./elements.ts";

/** You et al. 2020, Algorithm 2: the norm of the parameter over that of the update. */
const trustRatio = perTensor(() => (g, w) => {
  const [own, other] = [norm(w), norm(g)];
  return g.map((x) => (own === 0 || other === 0 ? x : x * own / other));
});

/** The same with a least norm, a coefficient and an epsilon. */
const trustRatioOf = perTensor(() => (g, w) => {
  const ratio = 0.5 * Math.max(norm(w), 1) / (Math.max(norm(g), 1) + 0.1);
  return g.map((x) => x * ratio);
});

/** The gradient's last change, half of it, added to twice the gradient. */
const optimistic = perElement(() => {
  let before: number | undefined;
  return (g) => {
    const change = g - (before ?? g);
    before = g;
    return 2 * g + 0.5 * change;
  };
});

/** All updates together of the norm 3. */
const normalized: Paper = () => ({
  update({ grads }) {
    const size = Math.sqrt(sumAll(grads, (n, i) => grads[n]!.v[i]! ** 2)) + 1e-6;
    return mapAll(grads, (n, i) => 3 * grads[n]!.v[i]! / size);
  },
});

/** A link that lands the parameters where a function of all of them says, written for one vector. */
function landing(project: (x: readonly number[]) => readonly number[]): Paper {
  return () => ({
    update({ grads, params }) {
      const moved = mapAll(params, (n, i) => params[n]!.v[i]! + grads[n]!.v[i]!);
      const landed = project(Object.values(moved).flat());
      let k = 0;
      return mapAll(params, (n, i) => landed[k++]! - params[n]!.v[i]!);
    },
  });
}

/** Duchi et al. 2008, Figure 1: by a sort. */
function simplex(x: readonly number[], scale: number): number[] {
  const sorted = x.toSorted((a, b) => b - a);
  let [sum, theta] = [0, 0];
  sorted.forEach((mu, j) => {
    sum += mu;
    if (mu - (sum - scale) / (j + 1) > 0) theta = (sum - scale) / (j + 1);
  });
  return x.map((v) => Math.max(v - theta, 0));
}

function l1Sphere(x: readonly number[], scale: number): number[] {
  const sizes = simplex(x.map(Math.abs), scale);
  return x.map((v, i) => Math.sign(v) * sizes[i]!);
}

const l1 = (x: readonly number[]) => x.reduce((a, b) => a + Math.abs(b), 0);

/** Momentum at every other call, which counts only its own. */
export const everyOther: Paper = (start) => {
  const run = sgd({ mu: 0.9 })(start);
  return {
    update: (step) =>
      step.t % 2 === 1 ? run.update({ ...step, t: (step.t + 1) / 2 }) : mapAll(start, () => 0),
  };
};

/** A decaying sum at two of three calls; at the third the gradient. */
export const sometimesTraced = perElement(() => {
  let b = 0;
  return (g, _, t) => (t % 3 === 2 ? g : b = 0.5 * b + g);
});

function size(grads: Blocks): number {
  return sumAll(grads, (n, i) => grads[n]!.v[i]! ** 2);
}

/** Momentum without the calls whose gradients are large. */
export function small(limit: number): Paper {
  return (start) => {
    const run = sgd({ mu: 0.9 })(start);
    let t = 0;
    return {
      made: () => t,
      update: (step) => size(step.grads) < limit ? run.update({ ...step, t: ++t }) : mapAll(start, () => 0),
    };
  };
}

/** Momentum on means of 1, 2, 3, 1, … gradients, without the large ones. */
export function growing(limit = Infinity): Paper {
  return (start) => {
    const run = sgd({ mu: 0.9 })(start);
    let [t, gathered, calls]: [number, Blocks[], number] = [0, [], 0];
    return {
      made: () => calls,
      update(step): Numbers {
        if (size(step.grads) >= limit) return mapAll(start, () => 0);
        calls++;
        gathered.push(step.grads);
        if (gathered.length < 1 + t % 3) return mapAll(start, () => 0);
        const mean = mapAll(
          start,
          (n, i) => gathered.reduce((a, g) => a + g[n]!.v[i]!, 0) / gathered.length,
        );
        gathered = [];
        t++;
        const grads = Object.fromEntries(
          Object.entries(start).map(([n, { shape }]) => [n, { shape, v: mean[n]! }]),
        );
        return run.update({ ...step, t, grads });
      },
    };
  };
}

/** A hundredth of the gradient times a measure of the parameter, at least 0.5. */
export function scaledBy(measure: (w: readonly number[]) => number): Paper {
  return perTensor(() => (g, w) => g.map((x) => 0.01 * x * Math.max(measure(w), 0.5)));
}

/** The cases of this file. */
export const CASES: Cases = {
  "scaleByTrustRatio()": { options: {}, paper: trustRatio, nan: "tensor" },
  "scaleByTrustRatio() with a least norm": {
    options: { minNorm: 1, trustCoefficient: 0.5, epsilon: 0.1 },
    paper: trustRatioOf,
    nan: "tensor",
  },
  "scaleByOptimisticGradient()": { options: { alpha: 2, beta: 0.5 }, paper: optimistic },
  "normalizeByUpdateNorm()": { options: { scaleFactor: 3 }, paper: normalized, nan: "all" },
  "zeroNans()": { options: {}, paper: perElement(() => (g) => g), nan: "none" },
  "keepParamsNonnegative()": { options: {}, paper: perElement(() => (g, w) => (w + g < 0 ? -w : g)) },
  "projectionBox()": {
    options: { lower: -0.5, upper: 0.7 },
    paper: landing((x) => x.map((v) => Math.min(Math.max(v, -0.5), 0.7))),
  },
  "projectionL2Ball()": {
    options: { scale: 3 },
    paper: landing((x) => (norm(x) > 3 ? x.map((v) => 3 * v / norm(x)) : x)),
    nan: "all",
  },
  "projectionL2Sphere()": {
    options: { scale: 3 },
    paper: landing((x) => x.map((v) => 3 * v / norm(x))),
    nan: "all",
  },
  "projectionSimplex()": { options: { scale: 2 }, paper: landing((x) => simplex(x, 2)), nan: "all" },
  "projectionL1Sphere()": { options: { scale: 2 }, paper: landing((x) => l1Sphere(x, 2)), nan: "all" },
  "projectionL1Ball()": {
    options: { scale: 20 },
    // The sum of magnitudes is then NaN, and not greater than the radius.
    paper: landing((x) => (l1(x) > 20 ? l1Sphere(x, 20) : x)),
  },
};
