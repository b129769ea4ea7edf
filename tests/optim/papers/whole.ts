/**
 * Rules that treat all parameters as one vector, written from the papers over plain numbers.
 *
 * @module
 */
import { type Cases, ETA, mapAll, type Paper, sumAll } from "./base.ts";

/** Ivgi et al. 2023, equation 1, with a first radius of 1e-6 (1 + ||w_0||). */
export const dog: Paper = (start) => {
  let radius = 1e-6 * (1 + Math.sqrt(sumAll(start, (n, i) => start[n]!.v[i]! ** 2)));
  let squares = 0;
  return {
    update({ grads, params }) {
      const moved = Math.sqrt(sumAll(start, (n, i) => (params[n]!.v[i]! - start[n]!.v[i]!) ** 2));
      radius = Math.max(radius, moved);
      squares += sumAll(grads, (n, i) => grads[n]!.v[i]! ** 2);
      return mapAll(grads, (n, i) => -radius / Math.sqrt(squares + 1e-8) * grads[n]!.v[i]!);
    },
  };
};

/** Khaled et al. 2023, Algorithm 1, with Optax's epsilon. */
export const dowg: Paper = (start) => {
  let [square, weighted] = [1e-4, 0];
  return {
    update({ grads, params }) {
      square = Math.max(square, sumAll(start, (n, i) => (params[n]!.v[i]! - start[n]!.v[i]!) ** 2));
      weighted += square * sumAll(grads, (n, i) => grads[n]!.v[i]! ** 2);
      return mapAll(grads, (n, i) => -square / (Math.sqrt(weighted) + 1e-4) * grads[n]!.v[i]!);
    },
  };
};

/** Loizou et al. 2021, equation 5, with f* = 0. */
export const polyak: Paper = () => ({
  update({ grads, value }) {
    const squares = sumAll(grads, (n, i) => grads[n]!.v[i]! ** 2);
    const step = Math.min(value / squares, 1);
    return mapAll(grads, (n, i) => -step * grads[n]!.v[i]!);
  },
});

/** Mishchenko, Defazio 2023, Algorithm 4, with Adam's bias correction in the rate. */
export const prodigy: Paper = (start) => {
  const zeros = () => Object.fromEntries(Object.entries(start).map(([n, { v }]) => [n, v.map(() => 0)]));
  const [m, v, s] = [zeros(), zeros(), zeros()];
  const [d0, beta3] = [1e-2, Math.sqrt(0.999)];
  let [d, r] = [d0, 0];
  return {
    update({ grads, params, t }) {
      const rate = d * Math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t);
      const weight = d / d0 * rate;
      r = beta3 * r +
        weight * sumAll(start, (n, i) => grads[n]!.v[i]! * (start[n]!.v[i]! - params[n]!.v[i]!));
      const length = sumAll(start, (n, i) => {
        const g = grads[n]!.v[i]!;
        m[n]![i] = 0.9 * m[n]![i]! + 0.1 * d * g;
        v[n]![i] = 0.999 * v[n]![i]! + 0.001 * (d * g) ** 2;
        s[n]![i] = beta3 * s[n]![i]! + weight * g;
        return Math.abs(s[n]![i]!);
      });
      d = Math.max(d, r / length);
      return mapAll(start, (n, i) => -rate * m[n]![i]! / (Math.sqrt(v[n]![i]!) + d * 1e-8));
    },
  };
};

/** Keskar, Socher 2017, Algorithm 1, without a schedule. */
export function swats(tolerance: number, eta: (t: number) => number = () => ETA): Paper {
  return (start) => {
    const zeros = () => Object.fromEntries(Object.entries(start).map(([n, { v }]) => [n, v.map(() => 0)]));
    const [m, a, b] = [zeros(), zeros(), zeros()];
    let [lambda, Lambda, switched, before] = [0, 0, false, 0];
    return {
      update({ grads, t }) {
        if (switched) {
          return mapAll(grads, (n, i) => {
            b[n]![i] = 0.9 * b[n]![i]! + grads[n]!.v[i]!;
            return -(1 - 0.9) * Lambda * eta(t) / before * b[n]![i]!;
          });
        }
        const p = mapAll(grads, (n, i) => {
          const g = grads[n]!.v[i]!;
          m[n]![i] = 0.9 * m[n]![i]! + 0.1 * g;
          a[n]![i] = 0.999 * a[n]![i]! + 0.001 * g * g;
          return -eta(t) * Math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t) * m[n]![i]! /
            (Math.sqrt(a[n]![i]!) + 1e-9);
        });
        const pg = sumAll(grads, (n, i) => p[n]![i]! * grads[n]!.v[i]!);
        if (pg !== 0) {
          const gamma = sumAll(grads, (n, i) => p[n]![i]! ** 2) / -pg;
          lambda = 0.999 * lambda + 0.001 * gamma;
          const corrected = lambda / (1 - 0.999 ** t);
          if (t > 1 && Math.abs(corrected - gamma) < tolerance) {
            [switched, Lambda, before] = [true, corrected, eta(t)];
          }
        }
        return p;
      },
    };
  };
}

/** Rates by the number of the update: one that rises at first, and one that falls. */
const warmingUp = (t: number) => ETA * Math.min(1, (t + 3) / 60);
const decaying = (t: number) => ETA / (1 + t / 20);

/** The cases of this file. */
export const CASES: Cases = {
  "dog()": { options: {}, paper: dog, nan: "all" },
  "dowg()": { options: {}, paper: dowg, nan: "all" },
  "polyak()": { options: {}, paper: polyak },
  "prodigy()": { options: { initialEstimate: 1e-2 }, paper: prodigy, nan: "all" },
  "swats()": { paper: swats(1e-9) },
  "swats() that switches": { options: { learningRate: ETA, tolerance: 2e-3 }, paper: swats(2e-3) },
  "swats() that switches within a warm-up": {
    options: { learningRate: (count: number) => warmingUp(count + 1), tolerance: 2e-3 },
    paper: swats(2e-3, warmingUp),
  },
  "swats() that switches under a decay": {
    options: { learningRate: (count: number) => decaying(count + 1), tolerance: 2e-3 },
    paper: swats(2e-3, decaying),
  },
};
