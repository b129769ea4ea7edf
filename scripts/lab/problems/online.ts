/**
 * Online problems with linear functions of one number, on which Adam does not converge.
 *
 * @module
 */
import { type Optimizer, uniform } from "../../../mod.ts";

/** A sequence of functions `f_t(x) = g_t x` on [-1, 1] whose sum is smallest at x = -1. */
export interface OnlineProblem {
  readonly title: string;
  /** `g_t`, from t = 1. */
  readonly slope: (t: number) => number;
  /** The expected regret of a round against x = -1, per unit of `x + 1`; by default the slope of the round. */
  readonly meanSlope?: number;
}

/** `1010 x` if `t mod 101 = 1`, else `-10 x`. @see Reddi, Kale, Kumar, 2018, section 5. */
export const periodic: OnlineProblem = {
  title: "online: 1010 x in one round of 101, else −10 x",
  slope: (t) => (t % 101 === 1 ? 1010 : -10),
};

/** Rounds drawn at a time. */
const BLOCK = 4096;

/** Returns the problem `1010 x` with probability 0.01, else `-10 x`: the mean slope is 0.2. @see Reddi, Kale, Kumar, 2018, section 5. */
export function stochastic(seed: number): OnlineProblem {
  let [block, drawn] = [-1, new Float32Array(0)];
  return {
    title: "stochastic: 1010 x with probability 0.01, else −10 x",
    slope(t) {
      const needed = Math.floor(t / BLOCK);
      if (needed !== block) {
        [block, drawn] = [needed, uniform({ seed, stream: "reddi2018", step: needed }, BLOCK)];
      }
      return drawn[t % BLOCK]! < 0.01 ? 1010 : -10;
    },
    meanSlope: 0.01 * 1010 - 0.99 * 10,
  };
}

/** Returns the problem `C x` if `t mod 3 = 1`, else `-x`, for C above 2. @see Reddi, Kale, Kumar, 2018, theorem 1. */
export function theorem1(C: number): OnlineProblem {
  return { title: `theorem 1: ${C} x in one round of 3, else −x`, slope: (t) => (t % 3 === 1 ? C : -1) };
}

/** The state after a round. */
export interface Round {
  readonly t: number;
  /** The optimizer's x after the round. */
  readonly x: number;
  /** The average regret against x = -1 so far: `R_t / t`. */
  readonly averageRegret: number;
}

/** The result of a problem. */
export interface Play {
  /** Rounds at about equal ratios, the last one included. */
  readonly rounds: readonly Round[];
  /** The final x. */
  readonly x: number;
  /** The mean of x over the last tenth of the rounds. */
  readonly tailX: number;
  readonly averageRegret: number;
}

/** The options of a game. */
export interface PlayOptions {
  readonly optimizer: Optimizer;
  readonly steps: number;
  /** Called now and then with the number of rounds done, and awaited. */
  readonly onProgress?: (done: number) => void | Promise<void>;
}

/** Rounds between two calls of `onProgress`. */
const REPORT_EVERY = 50_000;

/**
 * Plays problems in parallel from x = 0, as the elements of one parameter in double precision. After every update x is
 * projected onto [-1, 1]. The regret of a round uses x before its update.
 */
export async function play(problems: readonly OnlineProblem[], options: PlayOptions): Promise<Play[]> {
  const { optimizer, steps, onProgress } = options;
  let params = { x: new Float64Array(problems.length) };
  let state = optimizer.init(params);
  const grads = { x: new Float64Array(problems.length) };
  const regret = new Float64Array(problems.length);
  const tail = new Float64Array(problems.length);
  const tailFrom = steps - Math.ceil(steps / 10);
  const rounds = problems.map((): Round[] => []);
  const kept = keptRounds(steps);
  for (let t = 1, next = 0; t <= steps; t++) {
    for (let i = 0; i < problems.length; i++) {
      const g = problems[i]!.slope(t);
      grads.x[i] = g;
      regret[i]! += (problems[i]!.meanSlope ?? g) * (params.x[i]! + 1);
    }
    [params, state] = optimizer.step(grads, state, params, { donate: true });
    const { x } = params;
    for (let i = 0; i < x.length; i++) {
      x[i] = Math.min(1, Math.max(-1, x[i]!));
      if (t > tailFrom) tail[i]! += x[i]!;
    }
    if (t === kept[next]) {
      next++;
      problems.forEach((_, i) => rounds[i]!.push({ t, x: x[i]!, averageRegret: regret[i]! / t }));
    }
    if (t % REPORT_EVERY === 0) await onProgress?.(t);
  }
  return problems.map((_, i) => ({
    rounds: rounds[i]!,
    x: params.x[i]!,
    tailX: tail[i]! / (steps - tailFrom),
    averageRegret: regret[i]! / steps,
  }));
}

/** Returns integers from 1 to `steps`, about 40 per factor of ten. */
function keptRounds(steps: number): number[] {
  const count = Math.ceil(40 * Math.log10(steps)) + 1;
  const rounds = Array.from({ length: count }, (_, i) => Math.min(steps, Math.round(10 ** (i / 40))));
  return [...new Set([...rounds, steps])];
}
