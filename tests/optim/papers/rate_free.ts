/**
 * Rules that find their own rate, written from the papers over plain numbers.
 *
 * @module
 */
import {
  type Blocks,
  type Cases,
  ETA,
  mapAll,
  type Numbers,
  type Paper,
  perElement,
  sumAll,
} from "./base.ts";

/** Returns mutable tensors of one number. */
function filled(start: Blocks, value = 0): Record<string, number[]> {
  return Object.fromEntries(Object.entries(start).map(([n, { v }]) => [n, v.map(() => value)]));
}

/** Orabona, Tommasi 2017, Algorithm 2. */
export const cocob: Paper = perElement((w0) => {
  let [greatest, sizes, theta, reward] = [1e-8, 0, 0, 0];
  return (g, w) => {
    greatest = Math.max(greatest, Math.abs(g));
    sizes += Math.abs(g);
    theta -= g;
    reward = Math.max(reward - g * (w - w0), 0);
    return w0 - w + theta / (greatest * Math.max(sizes + greatest, 5 * greatest)) * (greatest + reward);
  };
});

/** Schaipp et al. 2023, Algorithm 1, and in section 4 the estimate of the lower bound. */
export function momo({ decay = 0, bound = 0, estimated = false, corrected = false }): Paper {
  return (start) => {
    const d = filled(start);
    let [fbar, gamma, lower] = [0, 0, bound];
    return {
      update({ grads, params, t, value }) {
        const beta = t === 1 && !corrected ? 0 : 0.9;
        const rho = corrected ? 1 - 0.9 ** t : 1;
        fbar = beta * fbar + (1 - beta) * value;
        gamma = beta * gamma + (1 - beta) * sumAll(params, (n, i) => grads[n]!.v[i]! * params[n]!.v[i]!);
        const [here, norm] = [
          sumAll(params, (n, i) => {
            d[n]![i] = beta * d[n]![i]! + (1 - beta) * grads[n]!.v[i]!;
            return d[n]![i]! * params[n]!.v[i]!;
          }),
          sumAll(params, (n, i) => d[n]![i]! ** 2),
        ];
        const a = 1 + ETA * decay;
        const top = a * (fbar - gamma) + here;
        if (estimated && top < a * rho * lower) lower = Math.max(top / (2 * a * rho), bound);
        const tau = Math.min(ETA / rho, Math.max(top - a * rho * lower, 0) / norm);
        if (estimated) lower = Math.max((fbar - gamma + here - tau * norm / 2) / rho, bound);
        return mapAll(params, (n, i) => (params[n]!.v[i]! - tau * d[n]![i]!) / a - params[n]!.v[i]!);
      },
    };
  };
}

/** Schaipp et al. 2023, Algorithm 2. */
export function momoAdam({ decay = 0, proximal = true, bound = 0, estimated = false }): Paper {
  return (start) => {
    const [d, v] = [filled(start), filled(start)];
    let [fbar, gamma, lower] = [0, 0, bound];
    return {
      update({ grads, params, t, value }) {
        const [rho, a] = [1 - 0.9 ** t, 1 + ETA * decay];
        const over = (n: string, i: number) => d[n]![i]! / (1e-8 + Math.sqrt(v[n]![i]! / (1 - 0.999 ** t)));
        fbar = 0.9 * fbar + 0.1 * value;
        gamma = 0.9 * gamma + 0.1 * sumAll(params, (n, i) => grads[n]!.v[i]! * params[n]!.v[i]!);
        const here = sumAll(params, (n, i) => {
          d[n]![i] = 0.9 * d[n]![i]! + 0.1 * grads[n]!.v[i]!;
          v[n]![i] = 0.999 * v[n]![i]! + 0.001 * grads[n]!.v[i]! ** 2;
          return d[n]![i]! * params[n]!.v[i]!;
        });
        const norm = sumAll(params, (n, i) => d[n]![i]! * over(n, i));
        const top = a * (fbar - gamma) + here;
        if (estimated && top < a * rho * lower) lower = Math.max(top / (2 * a * rho), bound);
        const tau = Math.min(ETA / rho, Math.max(top - a * rho * lower, 0) / norm);
        if (estimated) lower = Math.max((fbar - gamma + here - tau * norm / 2) / rho, bound);
        return mapAll(params, (n, i) => {
          const w = params[n]!.v[i]!;
          return proximal ? (w - tau * over(n, i)) / a - w : -ETA * decay * w - tau * over(n, i);
        });
      },
    };
  };
}

/** Defazio, Mishchenko 2023, Algorithm 5, with sums that hold the rate, as in the authors' code. */
export function dadaptAdam({ corrected = false, growth = Infinity, decay = 0 }): Paper {
  return (start) => {
    const [m, v, s] = [filled(start), filled(start), filled(start)];
    const b = Math.sqrt(0.999);
    let [d, r] = [1e-2, 0];
    return {
      update({ grads, params, t }) {
        const e = corrected ? d * Math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t) : d;
        const ahead = sumAll(start, (n, i) => grads[n]!.v[i]! * s[n]![i]! / (Math.sqrt(v[n]![i]!) + 1e-8));
        r = b * r + (1 - b) * e * ahead;
        const length = sumAll(start, (n, i) => {
          const g = grads[n]!.v[i]!;
          m[n]![i] = 0.9 * m[n]![i]! + 0.1 * e * g;
          v[n]![i] = 0.999 * v[n]![i]! + 0.001 * g * g;
          s[n]![i] = b * s[n]![i]! + (1 - b) * e * g;
          return Math.abs(s[n]![i]!);
        });
        d = Math.max(d, Math.min(r / ((1 - b) * length), growth * d));
        return mapAll(
          start,
          (n, i) => -m[n]![i]! / (Math.sqrt(v[n]![i]!) + 1e-8) - e * decay * params[n]!.v[i]!,
        );
      },
    };
  };
}

/** Defazio, Mishchenko 2023, Algorithm 4, the momentum as an average of iterates. */
export function dadaptSgd({ mu = 0, growth = Infinity }): Paper {
  return (start) => {
    const s = filled(start);
    let [d, r, first] = [1e-2, 0, 0];
    return {
      update({ grads, params, t }) {
        if (t === 1) first = Math.sqrt(sumAll(grads, (n, i) => grads[n]!.v[i]! ** 2));
        const e = d / first;
        r += e * sumAll(grads, (n, i) => grads[n]!.v[i]! * s[n]![i]!);
        const squares = sumAll(grads, (n, i) => (s[n]![i]! += e * grads[n]!.v[i]!) ** 2);
        d = Math.max(d, Math.min(2 * r / Math.sqrt(squares), growth * d));
        return mapAll(start, (n, i) => (1 - mu) * (start[n]!.v[i]! - s[n]![i]! - params[n]!.v[i]!));
      },
    };
  };
}

/** Defazio, Mishchenko 2023, Algorithm 3, with the authors' first sum of squares. */
export const dadaptAdagrad = (eta: number, mu: number): Paper => (start) => {
  const [s, v] = [filled(start), filled(start, 1e-6)];
  let [d, r] = [1e-2, 0];
  return {
    update({ grads, params }) {
      const root = (n: string, i: number) => Math.sqrt(v[n]![i]!) + 1e-6;
      const e = eta * d;
      r += sumAll(grads, (n, i) => {
        const g = grads[n]!.v[i]!;
        v[n]![i]! += g * g;
        s[n]![i]! += e * g;
        return e * e * g * g / root(n, i);
      });
      const weighted = sumAll(start, (n, i) => s[n]![i]! ** 2 / root(n, i));
      d = Math.max(d, (weighted - r) / sumAll(start, (n, i) => Math.abs(s[n]![i]!)));
      return mapAll(
        start,
        (n, i) => (1 - mu) * (start[n]!.v[i]! - s[n]![i]! / root(n, i) - params[n]!.v[i]!),
      );
    },
  };
};

/** Cutkosky, Defazio, Mehta 2023, Algorithm 1, around SGD, with two betas. */
export function mechanic({ optax = false, stored = false }): Paper {
  return (start) => {
    const betas = [0.9, 0.99];
    const [first, eps, lambda] = [0.01, 1e-8, 0.1];
    const [m, q, r] = [betas.map((): number => (optax ? 0 : 1e-6)), betas.map(() => 0), betas.map(() => 0)];
    const s = betas.map((): number => (optax ? first : 0));
    const sum: Record<string, number[]> = filled(start);
    return {
      update({ grads, params }) {
        const scale = s[0]! + s[1]!;
        const inner = (n: string, i: number) => -ETA * grads[n]!.v[i]!;
        const delta: Numbers = mapAll(
          start,
          (n, i) => stored ? sum[n]![i]! : (params[n]!.v[i]! - start[n]!.v[i]!) / (scale + eps),
        );
        const x = mapAll(start, (n, i) => params[n]!.v[i]! + (optax ? 0 : inner(n, i)));
        const norm = (f: (n: string, i: number) => number) =>
          Math.sqrt(sumAll(start, (n, i) => f(n, i) ** 2));
        const pull = lambda * scale * norm((n, i) => grads[n]!.v[i]!) / (norm((n, i) => x[n]![i]!) + eps);
        const h = sumAll(start, (n, i) => delta[n]![i]! * (grads[n]!.v[i]! + pull * x[n]![i]!));
        betas.forEach((beta, k) => {
          const limited = optax ? Math.min(Math.max(h, -m[k]!), m[k]!) : h;
          m[k] = Math.max(beta * m[k]!, Math.abs(h) + (optax ? eps : 0));
          q[k] = beta ** 2 * q[k]! + h * h;
          r[k] = beta * r[k]! - s[k]! * limited;
          if (!optax) r[k] = Math.max(0, r[k]!);
          s[k] = (first / 2 * m[k]! + Math.max(0, r[k]!)) / (Math.sqrt(q[k]!) + eps);
        });
        return mapAll(start, (n, i) => {
          sum[n]![i] = delta[n]![i]! + inner(n, i);
          return start[n]!.v[i]! + (s[0]! + s[1]!) * sum[n]![i]! - params[n]!.v[i]!;
        });
      },
    };
  };
}

const initialEstimate = 1e-2;

/** The cases of this file. */
export const CASES: Cases = {
  "cocob()": { options: { alpha: 5 }, paper: cocob },
  "momo()": { paper: momo({}), nan: "all" },
  "momo() with decay and an estimated bound": {
    options: { learningRate: ETA, weightDecay: 0.1, lowerBound: -1, adaptLowerBound: true },
    paper: momo({ decay: 0.1, bound: -1, estimated: true }),
    nan: "all",
  },
  "momo() with bias correction": {
    options: { learningRate: ETA, weightDecay: 0.1, biasCorrection: true },
    paper: momo({ decay: 0.1, corrected: true }),
    nan: "all",
  },
  "momoAdam()": { paper: momoAdam({}), nan: "all" },
  "momoAdam() with decay and an estimated bound": {
    options: { learningRate: ETA, weightDecay: 0.1, adaptLowerBound: true },
    paper: momoAdam({ decay: 0.1, estimated: true }),
    nan: "all",
  },
  "momoAdam() with AdamW's decay": {
    options: { learningRate: ETA, weightDecay: 0.1, lowerBound: 0.2, proximalDecay: false },
    paper: momoAdam({ decay: 0.1, proximal: false, bound: 0.2 }),
    nan: "all",
  },
  "dadaptAdam()": { options: { initialEstimate }, paper: dadaptAdam({}), nan: "all" },
  "dadaptAdam() with correction, decay and limited growth": {
    options: {
      initialEstimate,
      biasCorrection: true,
      growthRate: 1.02,
      weightDecay: 0.1,
      decoupledWeightDecay: true,
    },
    paper: dadaptAdam({ corrected: true, growth: 1.02, decay: 0.1 }),
    nan: "all",
  },
  "dadaptSgd()": { options: { initialEstimate }, paper: dadaptSgd({}), nan: "all" },
  "dadaptSgd() with momentum and limited growth": {
    options: { initialEstimate, momentum: 0.9, growthRate: 1.02 },
    paper: dadaptSgd({ mu: 0.9, growth: 1.02 }),
    nan: "all",
  },
  "dadaptAdagrad()": { options: { initialEstimate }, paper: dadaptAdagrad(1, 0), nan: "all" },
  "dadaptAdagrad() with an estimate that grows": {
    options: { initialEstimate, learningRate: 10, momentum: 0.5 },
    paper: dadaptAdagrad(10, 0.5),
    nan: "all",
  },
};
