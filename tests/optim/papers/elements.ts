/**
 * Rules that treat each element by itself, written from the papers and PyTorch's documentation as plain loops over numbers.
 *
 * @module
 */
import { type Cases, ETA, type Paper, perElement } from "./base.ts";

/** SGD as in PyTorch, with all of its options. */
export function sgd(
  o: { mu?: number; tau?: number; nesterov?: boolean; decay?: number; maximize?: boolean; eta?: number },
): Paper {
  const { mu = 0, tau = 0, nesterov = false, decay = 0, maximize = false, eta = ETA } = o;
  return perElement(() => {
    let b = 0;
    return (raw, w, t) => {
      const g = (maximize ? -raw : raw) + decay * w;
      b = t === 1 ? g : mu * b + (1 - tau) * g;
      return -eta * (mu === 0 ? g : nesterov ? g + mu * b : b);
    };
  });
}

/** The lecture's momentum, with the rate inside the velocity. */
export const lectureMomentum: Paper = perElement(() => {
  let v = 0;
  return (g) => -(v = 0.9 * v + ETA * g);
});

/** Lucas et al. 2019, equation 3. */
export const aggmo: Paper = perElement(() => {
  const v = [0, 0, 0];
  return (g) => {
    [0, 0.9, 0.99].forEach((beta, i) => (v[i] = beta * v[i]! + g));
    return -ETA / 3 * (v[0]! + v[1]! + v[2]!);
  };
});

/** Bernstein et al. 2018, Algorithm 1, and with momentum Algorithm 2. */
export function sign(beta: number): Paper {
  return perElement(() => {
    let m = 0;
    return (g) => -ETA * Math.sign(m = beta * m + (1 - beta) * g);
  });
}

/** Chen et al. 2023, Algorithm 2. */
export function lion(lambda: number): Paper {
  return perElement(() => {
    let m = 0;
    return (g, w) => {
      const c = Math.sign(0.9 * m + 0.1 * g);
      m = 0.99 * m + 0.01 * g;
      return -ETA * (c + lambda * w);
    };
  });
}

/** Riedmiller, Braun 1993, without weight backtracking, as PyTorch documents it. */
export const rprop: Paper = perElement(() => {
  let [s, before] = [ETA, 0];
  return (g) => {
    const product = g * before;
    if (product > 0) s = Math.min(s * 1.2, 50);
    else if (product < 0) s = Math.max(s * 0.5, 1e-6);
    before = product < 0 ? 0 : g;
    return -Math.sign(before) * s;
  };
});

/** Duchi et al. 2011. */
export function adagrad(inside: boolean, epsilon: number, { start = 0, lrDecay = 0 } = {}): Paper {
  return perElement(() => {
    let sum = start;
    return (g, _, t) => {
      sum += g * g;
      const rate = ETA / (1 + (t - 1) * lrDecay);
      return -rate * g / (inside ? Math.sqrt(sum + epsilon) : Math.sqrt(sum) + epsilon);
    };
  });
}

/** Tieleman, Hinton 2012; Graves 2013. */
export function rmsprop(
  o: { alpha?: number; centered?: boolean; mu?: number; inside?: boolean; after?: boolean },
): Paper {
  const { alpha = 0.99, centered = false, mu = 0, inside = false, after = false } = o;
  return perElement(() => {
    let [v, a, b] = [0, 0, 0];
    return (g) => {
      v = alpha * v + (1 - alpha) * g * g;
      a = alpha * a + (1 - alpha) * g;
      const spread = centered ? Math.max(v - a * a, 0) : v;
      const step = g / (inside ? Math.sqrt(spread + 1e-8) : Math.sqrt(spread) + 1e-8);
      if (mu === 0) return -ETA * step;
      b = mu * b + (after ? ETA * step : step);
      return after ? -b : -ETA * b;
    };
  });
}

/** Zeiler 2012, Algorithm 1. */
export const adadelta: Paper = perElement(() => {
  let [v, a] = [0, 0];
  return (g) => {
    v = 0.9 * v + 0.1 * g * g;
    const d = Math.sqrt(a + 1e-6) / Math.sqrt(v + 1e-6) * g;
    a = 0.9 * a + 0.1 * d * d;
    return -d;
  };
});

/** Defazio, Jelassi 2021, Algorithm 1, with epsilon in the rate as in the authors' code. */
export function madgrad({ mu = 0.9, eps = 1e-6, decoupled = 0 }): Paper {
  return perElement((w0) => {
    let [s, v] = [0, 0];
    return (g, w, t) => {
      const lambda = (ETA + eps) * Math.sqrt(t);
      s += lambda * g;
      v += lambda * g * g;
      const z = v === 0 ? w0 : w0 - s / (Math.cbrt(v) + eps);
      return (1 - mu) * (z - w) - (ETA + eps) * decoupled * w;
    };
  });
}

/** Mokhtari et al. 2019: the gradient and its change, with Optax's two weights. */
export function optimistic(alpha: number, beta: number): Paper {
  return perElement(() => {
    let before = NaN;
    return (g, _, t) => {
      const u = t === 1 ? -ETA * alpha * g : -ETA * ((alpha + beta) * g - beta * before);
      before = g;
      return u;
    };
  });
}

/** The cases of this file. */
export const CASES: Cases = {
  "gradientDescent()": { paper: sgd({}) },
  "sgd()": { paper: sgd({}) },
  "sgd() with momentum": { options: { learningRate: ETA, momentum: 0.9 }, paper: sgd({ mu: 0.9 }) },
  "sgd() with dampening": {
    options: { learningRate: ETA, momentum: 0.8, dampening: 0.3 },
    paper: sgd({ mu: 0.8, tau: 0.3 }),
  },
  "sgd() with decay, maximizing": {
    options: { learningRate: ETA, weightDecay: 0.1, maximize: true },
    paper: sgd({ decay: 0.1, maximize: true }),
  },
  "momentum() of the lecture": { paper: lectureMomentum },
  "momentum() of PyTorch": { options: { learningRate: ETA, form: "pytorch" }, paper: sgd({ mu: 0.9 }) },
  "nesterov()": { paper: sgd({ mu: 0.9, nesterov: true }) },
  "aggmo()": { paper: aggmo },
  "signSgd()": { paper: sign(0) },
  "signum()": { paper: sign(0.9) },
  "lion()": { options: { learningRate: ETA, weightDecay: 0.1 }, paper: lion(0.1) },
  "rprop()": { paper: rprop },
  "adagrad()": { paper: adagrad(false, 1e-10) },
  "adagrad() of the lecture": {
    options: { learningRate: ETA, epsilon: 1e-8, epsilonPlacement: "inside" },
    paper: adagrad(true, 1e-8),
  },
  "adagrad() with decay": {
    options: { learningRate: ETA, lrDecay: 0.1, initialAccumulator: 0.1 },
    paper: adagrad(false, 1e-10, { start: 0.1, lrDecay: 0.1 }),
  },
  "adadelta()": { options: {}, paper: adadelta },
  "rmsprop()": { paper: rmsprop({}) },
  "rmsprop() of the lecture": {
    options: { learningRate: ETA, decay: 0.9, epsilonPlacement: "inside" },
    paper: rmsprop({ alpha: 0.9, inside: true }),
  },
  "rmsprop() centered with momentum": {
    options: { learningRate: ETA, centered: true, momentum: 0.5 },
    paper: rmsprop({ centered: true, mu: 0.5 }),
  },
  "rmsprop() with momentum after the rate": {
    options: { learningRate: ETA, momentum: 0.5, momentumPlacement: "after" },
    paper: rmsprop({ mu: 0.5, after: true }),
  },
  "madgrad()": { paper: madgrad({}) },
  "madgrad() without epsilon, with decay": {
    options: { learningRate: ETA, epsilon: 0, weightDecay: 0.1, decoupledWeightDecay: true },
    paper: madgrad({ eps: 0, decoupled: 0.1 }),
  },
  "madgrad() without momentum": { options: { learningRate: ETA, momentum: 0 }, paper: madgrad({ mu: 0 }) },
  "optimisticGradientDescent()": { paper: optimistic(1, 1) },
  "optimisticGradientDescent() with weights": {
    options: { learningRate: ETA, alpha: 0.7, beta: 0.4 },
    paper: optimistic(0.7, 0.4),
  },
};
