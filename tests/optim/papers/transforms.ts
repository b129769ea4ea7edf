/**
 * Nested rules and links of chains, written over plain numbers.
 *
 * @module
 */
import { normal } from "../../../random/normal.ts";
import {
  type Blocks,
  type Cases,
  ETA,
  mapAll,
  norm,
  type Numbers,
  type Paper,
  type PaperStep,
  perElement,
  perTensor,
  rms,
  sumAll,
} from "./base.ts";
import { sgd } from "./elements.ts";

/** The same numbers as tensors. */
function like(x: Blocks, numbers: Numbers): Blocks {
  return Object.fromEntries(Object.entries(x).map(([n, { shape }]) => [n, { shape, v: numbers[n]! }]));
}

/** A link that maps the gradients, followed by `sgd`. */
function linked(make: Paper): Paper {
  return (start) => {
    const [link, descent] = [make(start), sgd({})(start)];
    return { update: (step) => descent.update({ ...step, grads: like(start, link.update(step)) }) };
  };
}

/** Clips elements to [-0.5, 0.5]. */
export const clip = perElement(() => (g) => Math.max(-0.5, Math.min(0.5, g)));

/** Clips tensors to a norm of 0.5. */
export const clipByNorm = perTensor(() => (g) => (norm(g) > 0.5 ? g.map((x) => x / norm(g) * 0.5) : g));

/** Pascanu et al. 2013, Algorithm 1. */
export const clipByGlobalNorm: Paper = () => ({
  update({ grads }) {
    const size = Math.sqrt(sumAll(grads, (n, i) => grads[n]!.v[i]! ** 2));
    return mapAll(grads, (n, i) => grads[n]!.v[i]! * Math.min(1, 0.5 / size));
  },
});

/** Shazeer, Stern 2018, section 6. */
export const clipByBlockRms = perTensor(() => (g) => g.map((x) => x / Math.max(1, rms(g) / 0.5)));

/** Groups numbers with the same first index. */
function units(v: readonly number[], shape: readonly number[]): (readonly number[])[] {
  if (shape.length < 2) return [v];
  const size = v.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, i) => v.slice(i * size, (i + 1) * size));
}

/** Brock et al. 2021, equation 3. */
export const adaptiveGradClip = perTensor((_, shape) => (g, w) => {
  const weights = units(w, shape);
  return units(g, shape).flatMap((unit, k) => {
    const most = 0.1 * Math.max(norm(weights[k]!), 1e-3);
    return norm(unit) > most ? unit.map((x) => x * most / norm(unit)) : unit;
  });
});

/** Yong et al. 2020, equation 1. */
export const centralize = perTensor((_, shape) => (g) => {
  if (shape.length < 2) return g;
  return units(g, shape).flatMap((unit) =>
    unit.map((x) => x - unit.reduce((a, b) => a + b, 0) / unit.length)
  );
});

/** An average of gradients, corrected for its start. */
export const ema = perElement(() => {
  let m = 0;
  return (g, _, t) => (m = 0.9 * m + 0.1 * g) / (1 - 0.9 ** t);
});

/** A decaying sum, with Nesterov's lookahead. */
export const trace = perElement(() => {
  let b = 0;
  return (g) => g + 0.9 * (b = 0.9 * b + g);
});

/** Neelakantan et al. 2015, equation 1, with the library's noise. */
export const gradientNoise = perTensor((_, __, name) => (g, ___, t) => {
  const noise = normal({ seed: 3, stream: name, step: t - 1 }, g.length);
  return g.map((x, i) => x + Math.sqrt(0.3 / t ** 0.55) * noise[i]!);
});

/** A share of the parameters, added or, if negative, subtracted; its schedule is 1 / (2 + t). */
export function decayed(sign: number): Paper {
  return perElement(() => (g, w, t) => g + sign * w / (1 + t));
}

/** Gradients times a factor. */
export function scaled(by: (t: number) => number): Paper {
  return perElement(() => (g, _, t) => by(t) * g);
}

/** Descent after clipping and decay. */
export const chained = linked((start) => {
  const [first, second] = [clip(start), perElement(() => (g, w) => g + 0.1 * w)(start)];
  return { update: (step) => second.update({ ...step, grads: like(start, first.update(step)) }) };
});

/** Descent with momentum and an average of the parameters: exponential, or Polyak's from some update on. */
export function averaged({ decay, from = 1 }: { decay?: number; from?: number }): Paper {
  return (start) => {
    const run = sgd({ mu: 0.9 })(start);
    let seen: Numbers[] = [];
    let average = mapAll(start, (n, i) => start[n]!.v[i]!);
    return {
      update(step) {
        const u = run.update(step);
        const w = mapAll(start, (n, i) => step.params[n]!.v[i]! + u[n]![i]!);
        seen = step.t <= from ? [w] : [...seen, w];
        const mean = (n: string, i: number) => seen.reduce((a, b) => a + b[n]![i]!, 0) / seen.length;
        const before = average;
        average = mapAll(start, (n, i) => {
          if (step.t < from) return w[n]![i]!;
          return decay === undefined ? mean(n, i) : decay * before[n]![i]! + (1 - decay) * w[n]![i]!;
        });
        return u;
      },
      average: () => average,
    };
  };
}

/** Polyak's averaging by asgd as PyTorch documents it, from update 3 on. */
export const asgd: Paper = (start) => {
  const average = Object.fromEntries(Object.entries(start).map(([n, { v }]) => [n, [...v]]));
  return {
    update({ grads, params, t }) {
      const eta = ETA / (1 + 1e-4 * ETA * (t - 1)) ** 0.75;
      return mapAll(start, (n, i) => {
        const w = params[n]!.v[i]!;
        const u = -1e-4 * eta * w - eta * grads[n]!.v[i]!;
        average[n]![i]! += (w + u - average[n]![i]!) / Math.max(1, t - 1 - 2);
        return u;
      });
    },
    average: () => average,
  };
};

/** Zhang et al. 2019, Algorithm 1, around momentum, k = 3, alpha = 0.4. */
export const lookahead: Paper = (start) => {
  const run = sgd({ mu: 0.9 })(start);
  let slow = mapAll(start, (n, i) => start[n]!.v[i]!);
  return {
    update(step) {
      const u = run.update(step);
      if (step.t % 3 !== 0) return u;
      const before = slow;
      const fast = (n: string, i: number) => step.params[n]!.v[i]! + u[n]![i]!;
      slow = mapAll(start, (n, i) => before[n]![i]! + 0.4 * (fast(n, i) - before[n]![i]!));
      return mapAll(start, (n, i) => slow[n]![i]! - step.params[n]!.v[i]!);
    },
    average: () => slow,
  };
};

/** Momentum on means of three gradients. */
export const multiSteps: Paper = (start) => {
  const run = sgd({ mu: 0.9 })(start);
  let gathered: PaperStep[] = [];
  return {
    update(step) {
      gathered.push(step);
      if (gathered.length < 3) return mapAll(start, () => 0);
      const mean = mapAll(start, (n, i) => gathered.reduce((a, s) => a + s.grads[n]!.v[i]!, 0) / 3);
      gathered = [];
      return run.update({ ...step, t: step.t / 3, grads: like(start, mean) });
    },
  };
};

/** Foret et al. 2021, Algorithm 1, around momentum, rho = 0.1: up at odd calls, back and down at even ones. */
export const sam: Paper = (start) => {
  const run = sgd({ mu: 0.9 })(start);
  let home = start;
  return {
    update(step) {
      const { grads, params, t } = step;
      if (t % 2 === 1) {
        home = params;
        const size = Math.sqrt(sumAll(grads, (n, i) => grads[n]!.v[i]! ** 2));
        return mapAll(start, (n, i) => 0.1 * grads[n]!.v[i]! / size);
      }
      const u = run.update({ ...step, t: t / 2, params: home });
      return mapAll(start, (n, i) => home[n]!.v[i]! - params[n]!.v[i]! + u[n]![i]!);
    },
  };
};

/** Defazio et al. 2024, equations 3 to 5, with a constant rate; `direction` is the step of the inner rule at rate 1. */
function scheduleFree(direction: () => (g: number, y: number, t: number) => number): Paper {
  return (start) => {
    const z = Object.fromEntries(Object.entries(start).map(([n, { v }]) => [n, [...v]]));
    const x = Object.fromEntries(Object.entries(start).map(([n, { v }]) => [n, [...v]]));
    const own = Object.fromEntries(Object.entries(start).map(([n, { v }]) => [n, v.map(() => direction())]));
    return {
      update: ({ grads, params, t }) =>
        mapAll(start, (n, i) => {
          const y = params[n]!.v[i]!;
          z[n]![i]! -= ETA * own[n]![i]!(grads[n]!.v[i]!, y, t);
          x[n]![i]! += (z[n]![i]! - x[n]![i]!) / t;
          return 0.9 * x[n]![i]! + 0.1 * z[n]![i]! - y;
        }),
      average: () => x,
    };
  };
}

/** Around plain descent. */
export const scheduleFreeSgd = scheduleFree(() => (g) => g);

/** Around Adam's second moment, with decay at y. */
export const scheduleFreeAdamw = scheduleFree(() => {
  let v = 0;
  return (g, y, t) => {
    v = 0.999 * v + 0.001 * g * g;
    return g / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8) + 0.1 * y;
  };
});

/** Another rule for one parameter. */
export function except(name: string, [own, others]: readonly [Paper, Paper]): Paper {
  return (start) => {
    const [a, b] = [own(start), others(start)];
    return { update: (step) => ({ ...b.update(step), [name]: a.update(step)[name]! }) };
  };
}

/** The cases of this file. */
export const CASES: Cases = {
  "asgd()": { options: { learningRate: ETA, t0: 2 }, paper: asgd },
  "scheduleFreeSgd()": { paper: scheduleFreeSgd },
  "scheduleFreeAdamw()": { options: { learningRate: ETA, weightDecay: 0.1 }, paper: scheduleFreeAdamw },
  "centralize()": { options: {}, paper: centralize, nan: "tensor" },
  "adaptiveGradClip()": { options: { limit: 0.1 }, paper: adaptiveGradClip, nan: "tensor" },
  "ema()": { options: { decay: 0.9 }, paper: ema },
  "gradientNoise()": { options: { eta: 0.3, seed: 3 }, paper: gradientNoise },
  "trace()": { options: { decay: 0.9, nesterov: true }, paper: trace },
  "addDecayedWeights()": { options: { weightDecay: (count: number) => 1 / (2 + count) }, paper: decayed(1) },
  "decoupledWeightDecay()": {
    options: { weightDecay: (count: number) => 1 / (2 + count) },
    paper: decayed(-1),
  },
};
