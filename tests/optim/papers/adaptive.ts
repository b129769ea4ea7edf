/**
 * The family of Adam, written from the papers as plain loops over numbers.
 *
 * @module
 */
import { type Cases, ETA, type Paper, perElement } from "./base.ts";

/** Kingma, Ba 2015, Algorithm 1; Reddi et al. 2018, Algorithm 2; Loshchilov, Hutter 2019, Algorithm 2. */
export function adam(o: {
  beta1?: number;
  beta2?: number;
  placement?: "outside" | "inside" | "scaled";
  decay?: number;
  decoupled?: number;
  ams?: "pytorch" | "optax" | "paper";
  eps?: number;
} = {}): Paper {
  const { beta1 = 0.9, beta2 = 0.999, placement = "outside", decay = 0, decoupled = 0, ams, eps = 1e-8 } = o;
  return perElement(() => {
    let [m, v, x] = [0, 0, 0];
    return (raw, w, t) => {
      const g = raw + decay * w;
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      const [c1, c2] = [1 - beta1 ** t, 1 - beta2 ** t];
      x = Math.max(x, ams === "optax" ? v / c2 : v);
      if (ams === "paper") return x === 0 ? 0 : -ETA * m / Math.sqrt(x);
      if (ams === "optax") return -ETA * (m / c1) / (Math.sqrt(x) + eps);
      const second = ams === "pytorch" ? x : v;
      if (placement === "inside") return -ETA * (m / c1) / Math.sqrt(second / c2 + eps);
      if (placement === "scaled") return -ETA * Math.sqrt(c2) / c1 * m / (Math.sqrt(second) + eps);
      return -ETA * (m / c1) / (Math.sqrt(second / c2) + eps) - ETA * decoupled * w;
    };
  });
}

/** Kingma, Ba 2015, Algorithm 2, with PyTorch's epsilon; Loshchilov, Hutter 2019, for the decay. */
export function adamaxw(decoupled: number): Paper {
  return perElement(() => {
    let [m, u] = [0, 0];
    return (g, w, t) => {
      m = 0.9 * m + 0.1 * g;
      u = Math.max(0.999 * u, Math.abs(g) + 1e-8);
      return -ETA / (1 - 0.9 ** t) * m / u - ETA * decoupled * w;
    };
  });
}

export const adamax: Paper = adamaxw(0);

/** Dozat 2016, Algorithm 2, the momentum growing as in PyTorch, or constant as in Optax. */
export function nadam(grows: boolean, decoupled = 0): Paper {
  return perElement(() => {
    let [m, v, product] = [0, 0, 1];
    const mu = (t: number) => (grows ? 0.9 * (1 - 0.5 * 0.96 ** (t * 0.004)) : 0.9);
    return (g, w, t) => {
      product *= mu(t);
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      const hat = mu(t + 1) * m / (1 - product * mu(t + 1)) + (1 - mu(t)) * g / (1 - product);
      return -ETA * hat / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8) - ETA * decoupled * w;
    };
  });
}

/** Liu et al. 2020, Algorithm 2, as PyTorch documents it. */
export const radam: Paper = perElement(() => {
  let [m, v] = [0, 0];
  return (g, _, t) => {
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const infinite = 2 / (1 - 0.999) - 1;
    const rho = infinite - 2 * t * 0.999 ** t / (1 - 0.999 ** t);
    const hat = m / (1 - 0.9 ** t);
    if (rho <= 5) return -ETA * hat;
    const r = Math.sqrt(
      (rho - 4) * (rho - 2) * infinite / ((infinite - 4) * (infinite - 2) * rho),
    );
    return -ETA * hat * r * Math.sqrt(1 - 0.999 ** t) / (Math.sqrt(v) + 1e-8);
  };
});

/** Zhuang et al. 2020, Algorithm 2. */
export const adabelief: Paper = perElement(() => {
  let [m, s] = [0, 0];
  return (g, _, t) => {
    m = 0.9 * m + 0.1 * g;
    s = 0.999 * s + 0.001 * (g - m) ** 2 + 1e-16;
    return -ETA * (m / (1 - 0.9 ** t)) / (Math.sqrt(s / (1 - 0.999 ** t)) + 1e-16);
  };
});

/** Zaheer et al. 2018, Algorithm 2. */
export const yogi: Paper = perElement(() => {
  let [m, v] = [1e-6, 1e-6];
  return (g, _, t) => {
    m = 0.9 * m + 0.1 * g;
    v -= 0.001 * Math.sign(v - g * g) * g * g;
    return -ETA * (m / (1 - 0.9 ** t)) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-3);
  };
});

/** Luo et al. 2019, Algorithms 2 and 3, as in the authors' code. */
export function adabound(ams: boolean): Paper {
  return perElement(() => {
    let [m, v, x] = [0, 0, 0];
    return (g, _, t) => {
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      x = ams ? Math.max(x, v) : v;
      const rate = ETA * Math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t) / (Math.sqrt(x) + 1e-8);
      const [low, high] = [0.1 * (1 - 1 / (0.001 * t + 1)), 0.1 * (1 + 1 / (0.001 * t))];
      return -Math.min(Math.max(rate, low), high) * m;
    };
  });
}

/** Xie et al. 2022, Algorithm 1, where the betas are the kept shares. */
export const adan: Paper = perElement(() => {
  let [m, v, n, before] = [0, 0, 0, NaN];
  return (g, _, t) => {
    const d = t === 1 ? 0 : g - before;
    before = g;
    m = 0.98 * m + 0.02 * g;
    v = 0.92 * v + 0.08 * d;
    n = 0.99 * n + 0.01 * (g + 0.92 * d) ** 2;
    const direction = m / (1 - 0.98 ** t) + 0.92 * v / (1 - 0.92 ** t);
    return -ETA * direction / (Math.sqrt(n / (1 - 0.99 ** t)) + 1e-8);
  };
});

/** Pagliardini et al. 2024, without schedules. */
export const ademamix: Paper = perElement(() => {
  let [fast, slow, v] = [0, 0, 0];
  return (g, _, t) => {
    fast = 0.9 * fast + 0.1 * g;
    slow = 0.9999 * slow + (1 - 0.9999) * g;
    v = 0.999 * v + 0.001 * g * g;
    return -ETA * (fast / (1 - 0.9 ** t) + 5 * slow) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
  };
});

/** Taniguchi et al. 2024, Algorithm 3. */
export const adopt: Paper = perElement(() => {
  let [m, v] = [0, 0];
  return (g, _, t) => {
    if (t === 1) {
      v = g * g;
      return 0;
    }
    const c = (t - 1) ** 0.25;
    m = 0.9 * m + 0.1 * Math.min(Math.max(g / Math.max(Math.sqrt(v), 1e-6), -c), c);
    v = 0.9999 * v + (1 - 0.9999) * g * g;
    return -ETA * m;
  };
});

/** Ma, Yarats 2019, section 4. */
export const qhadam: Paper = perElement(() => {
  let [m, v] = [0, 0];
  return (g, _, t) => {
    m = 0.995 * m + 0.005 * g;
    v = 0.999 * v + 0.001 * g * g;
    const [mean, square] = [m / (1 - 0.995 ** t), v / (1 - 0.999 ** t)];
    return -ETA * (0.3 * g + 0.7 * mean) / (Math.sqrt(square) + 1e-8);
  };
});

/** Zhuang et al. 2021: AdaBelief's second moment of the update before, without momentum. */
export function acprop(optax: boolean, decoupled = 0): Paper {
  return perElement(() => {
    let [m, s] = [0, 0];
    return (g, w, t) => {
      const root = t === 1 ? 1 : Math.sqrt(s / (1 - 0.999 ** (t - 1)));
      const u = -ETA * g / (root + (t === 1 && !optax ? 0 : 1e-3)) - ETA * decoupled * w;
      const old = m;
      m = 0.9 * m + 0.1 * g;
      s = 0.999 * s + 0.001 * (g - (optax ? old : m)) ** 2 + 1e-3;
      return u;
    };
  });
}

/** Morwani et al. 2025: one sum of gradients. */
export function simplifiedAdemamix(alpha: number): Paper {
  return perElement(() => {
    let [m, v] = [0, 0];
    return (g, _, t) => {
      m = 0.99 * m + g;
      v = 0.95 * v + 0.05 * g * g;
      return -ETA * (m + alpha * g) / (Math.sqrt(v / (1 - 0.95 ** t)) + 1e-8);
    };
  });
}

/** Daskalakis et al. 2017, Algorithm 1, with Optax's two weights. */
export function optimisticAdam({ alpha = 1, beta = 1, nesterov = false }): Paper {
  return perElement(() => {
    let [m, v, before] = [0, 0, 0];
    return (g, _, t) => {
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      const hat = nesterov ? 0.9 * m / (1 - 0.9 ** (t + 1)) + 0.1 * g / (1 - 0.9 ** t) : m / (1 - 0.9 ** t);
      const d = hat / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
      if (t === 1) before = d;
      const u = -ETA * ((alpha + beta) * d - beta * before);
      before = d;
      return u;
    };
  });
}

/** The cases of this file. */
export const CASES: Cases = {
  "adam()": { paper: adam() },
  "adam() of the lecture": {
    options: { learningRate: ETA, epsilonPlacement: "inside" },
    paper: adam({ placement: "inside" }),
  },
  "adam() of TensorFlow": {
    options: { learningRate: ETA, epsilonPlacement: "scaled" },
    paper: adam({ placement: "scaled" }),
  },
  "adam() with decay and other betas": {
    options: { learningRate: ETA, beta1: 0.5, beta2: 0.9, weightDecay: 0.1 },
    paper: adam({ beta1: 0.5, beta2: 0.9, decay: 0.1 }),
  },
  "adamw()": { options: { learningRate: ETA, weightDecay: 0.1 }, paper: adam({ decoupled: 0.1 }) },
  "amsgrad()": { paper: adam({ ams: "pytorch" }) },
  "amsgrad() of Optax": { options: { learningRate: ETA, variant: "optax" }, paper: adam({ ams: "optax" }) },
  "amsgrad() of the paper": {
    options: { learningRate: ETA, variant: "paper" },
    paper: adam({ ams: "paper" }),
  },
  "adamax()": { paper: adamax },
  "nadam()": { paper: nadam(true) },
  "nadam() of Optax": { options: { learningRate: ETA, form: "optax" }, paper: nadam(false) },
  "nadamw()": { options: { learningRate: ETA, weightDecay: 0.1 }, paper: nadam(true, 0.1) },
  "radam()": { paper: radam },
  "adabelief()": { paper: adabelief, bounds: { float32: 1e-3 } },
  "yogi()": { paper: yogi },
  "adabound()": { paper: adabound(false) },
  "adabound() never falling": { options: { learningRate: ETA, amsbound: true }, paper: adabound(true) },
  "adan()": { paper: adan },
  "ademamix()": { paper: ademamix },
  "adopt()": { paper: adopt },
  "qhadam()": { paper: qhadam },
  "adamaxw()": {
    options: { learningRate: ETA, weightDecay: 0.1 },
    paper: adamaxw(0.1),
  },
  "acprop()": { options: { learningRate: ETA, epsilon: 1e-3, epsilonRoot: 1e-3 }, paper: acprop(false) },
  "acprop() of Optax with decay": {
    options: {
      learningRate: ETA,
      epsilon: 1e-3,
      epsilonRoot: 1e-3,
      form: "optax",
      weightDecay: 0.1,
      decoupledWeightDecay: true,
    },
    paper: acprop(true, 0.1),
  },
  "simplifiedAdemamix()": { paper: simplifiedAdemamix(0) },
  "simplifiedAdemamix() with the gradient": {
    options: { learningRate: ETA, alpha: 10 },
    paper: simplifiedAdemamix(10),
  },
  "optimisticAdam()": { paper: optimisticAdam({}) },
  "optimisticAdam() of Optax": {
    options: { learningRate: ETA, alpha: 0.7, beta: 0.4, nesterov: true },
    paper: optimisticAdam({ alpha: 0.7, beta: 0.4, nesterov: true }),
  },
};
