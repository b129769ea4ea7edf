/**
 * The update rules once more, as plain loops over numbers, written from the papers and PyTorch's documentation and sharing
 * nothing with the library.
 *
 * @module
 */

/** From the gradients of one element at each step to its updates; `w` is where it starts. */
export type Transcription = (grads: readonly number[], w: number) => number[];

const ETA = 0.05;

/** SGD as PyTorch has it, with all of its options. */
export function sgdLoop(
  o: { mu?: number; tau?: number; nesterov?: boolean; decay?: number; maximize?: boolean },
): Transcription {
  const { mu = 0, tau = 0, nesterov = false, decay = 0, maximize = false } = o;
  return (grads, w0) => {
    let [b, w] = [0, w0];
    return grads.map((raw, i) => {
      const g = (maximize ? -raw : raw) + decay * w;
      b = i === 0 ? g : mu * b + (1 - tau) * g;
      const step = mu === 0 ? g : nesterov ? g + mu * b : b;
      w -= ETA * step;
      return -ETA * step;
    });
  };
}

/** The lecture's momentum, the rate inside the velocity. */
export const lectureMomentum: Transcription = (grads) => {
  let v = 0;
  return grads.map((g) => -(v = 0.9 * v + ETA * g));
};

/** Adagrad. */
export function adagradLoop(
  inside: boolean,
  epsilon: number,
  { start = 0, lrDecay = 0 } = {},
): Transcription {
  return (grads) => {
    let sum = start;
    return grads.map((g, i) => {
      sum += g * g;
      const rate = ETA / (1 + i * lrDecay);
      return -rate * g / (inside ? Math.sqrt(sum + epsilon) : Math.sqrt(sum) + epsilon);
    });
  };
}

/** RMSProp. */
export function rmspropLoop(
  o: { alpha?: number; centered?: boolean; mu?: number; inside?: boolean; after?: boolean },
): Transcription {
  const { alpha = 0.99, centered = false, mu = 0, inside = false, after = false } = o;
  return (grads) => {
    let [v, a, b] = [0, 0, 0];
    return grads.map((g) => {
      v = alpha * v + (1 - alpha) * g * g;
      a = alpha * a + (1 - alpha) * g;
      const spread = centered ? Math.max(v - a * a, 0) : v;
      const step = g / (inside ? Math.sqrt(spread + 1e-8) : Math.sqrt(spread) + 1e-8);
      if (mu === 0) return -ETA * step;
      b = mu * b + (after ? ETA * step : step);
      return after ? -b : -ETA * b;
    });
  };
}

/** Adam and AMSGrad. */
export function adamLoop(o: {
  beta1?: number;
  beta2?: number;
  placement?: "outside" | "inside" | "scaled";
  decay?: number;
  ams?: "pytorch" | "optax" | "paper";
}): Transcription {
  const { beta1 = 0.9, beta2 = 0.999, placement = "outside", decay = 0, ams } = o;
  const eps = 1e-8;
  return (grads, w0) => {
    let [m, v, x, w] = [0, 0, 0, w0];
    return grads.map((raw, i) => {
      const t = i + 1;
      const g = raw + decay * w;
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      const [c1, c2] = [1 - beta1 ** t, 1 - beta2 ** t];
      x = Math.max(x, ams === "optax" ? v / c2 : v);
      let u: number;
      if (ams === "paper") u = x === 0 ? 0 : -ETA * m / Math.sqrt(x);
      else if (ams === "optax") u = -ETA * (m / c1) / (Math.sqrt(x) + eps);
      else {
        const second = ams === "pytorch" ? x : v;
        if (placement === "inside") u = -ETA * (m / c1) / Math.sqrt(second / c2 + eps);
        else if (placement === "scaled") u = -ETA * Math.sqrt(c2) / c1 * m / (Math.sqrt(second) + eps);
        else u = -ETA * (m / c1) / (Math.sqrt(second / c2) + eps);
      }
      w += u;
      return u;
    });
  };
}
