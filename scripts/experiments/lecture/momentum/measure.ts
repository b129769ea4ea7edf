/**
 * The measurements of `momentum`: iterations against condition number, paths in a ravine, updates after an outlier.
 *
 * @module
 */
import { nesterov, normal, type Optimizer, sgd } from "../../../../mod.ts";
import { required } from "../../../../options/mod.ts";
import { count, numberOption, type Options, ownOptions, SCALE, seedsFrom } from "../../../cli/mod.ts";
import { descend, type Point, quadratic, ravine } from "../../../lab/problems/mod.ts";
import type { Context } from "../../../run/mod.ts";
import {
  type MomentumData,
  type MomentumRun,
  type RavinePath,
  SPIKE,
  SPIKE_AT,
  type SpikedUpdates,
  TOLERANCE,
} from "./data.ts";
import { largestUpdate } from "./figures.ts";

/** The options of `momentum`. */
export const OPTIONS = {
  scale: SCALE,
  decades: numberOption("N", {
    text: "largest condition number as a power of 10, at least 1; 4 by default, 5 at the paper's scale",
    range: count,
  }),
};

const START: Point = [1, 1];

/** The most steps of a descent on a quadratic. */
const MOST = 1_000_000;

/** A rule with the best constants for eigenvalues from 1 to `k`. */
interface Rule {
  readonly name: string;
  readonly make: (k: number) => Optimizer;
}

/**
 * The constants that are optimal in theory; those of heavy ball are from Polyak, 1964, those of Nesterov's form from
 * Lessard, Recht, Packard, 2016, proposition 1.
 */
const RULES: readonly Rule[] = [
  { name: "gd", make: (k) => sgd({ learningRate: 2 / (1 + k) }) },
  { name: "momentum", make: heavyBall },
  { name: "nesterov", make: nesterovForm },
  { name: "momentum 0.9", make: (k) => sgd({ learningRate: 2 / (1 + k), momentum: 0.9 }) },
];

function heavyBall(k: number): Optimizer {
  const root = Math.sqrt(k);
  const momentum = ((root - 1) / (root + 1)) ** 2;
  return sgd({ learningRate: 4 / (root + 1) ** 2, ...(momentum > 0 ? { momentum } : {}) });
}

function nesterovForm(k: number): Optimizer {
  const root = Math.sqrt(3 * k + 1);
  const momentum = (root - 2) / (root + 2);
  const learningRate = 4 / (3 * k + 1);
  return momentum > 0 ? nesterov({ learningRate, momentum }) : sgd({ learningRate });
}

/** Steps in the ravine, with the same sum of rates: momentum 0.9 goes ten times as far along a constant slope. */
const RAVINE: Readonly<Record<string, Optimizer>> = {
  gd: sgd({ learningRate: 0.0185 }),
  momentum: sgd({ learningRate: 0.00185, momentum: 0.9 }),
  nesterov: nesterov({ learningRate: 0.00185, momentum: 0.9 }),
};
const RAVINE_START: Point = [-1.6, 0.4];
const RAVINE_STEPS = 120;

/** Steps on the slope with an outlier: the same mean step for each. */
const SLOPE = {
  gd: sgd({ learningRate: 0.01 }),
  momentum: sgd({ learningRate: 0.001, momentum: 0.9 }),
};
const SLOPES = ["gd", "momentum"] as const;

/** How many noises the outlier is tried with. */
const NOISES = 8;

/** Reads the options. */
export function prepare(options: Options): Pick<MomentumData, "seed" | "decades"> {
  const { scale = "default", decades = scale === "paper" ? 5 : 4 } = ownOptions(OPTIONS, options);
  return { seed: options.seed, decades };
}

/** Descends. */
export function measure(
  { seed, decades }: Pick<MomentumData, "seed" | "decades">,
  { progress }: Pick<Context, "progress">,
): MomentumData {
  const conditions = Array.from({ length: 4 * decades + 1 }, (_, i) => Math.round(10 ** (i / 4)));
  const runs: MomentumRun[] = [];
  for (const { name, make } of RULES) {
    for (const condition of conditions) {
      runs.push({ rule: name, condition, iterations: iterations(make(condition), condition) });
      progress(runs.length, RULES.length * conditions.length, `${name}, condition ${condition}`);
    }
  }
  return {
    seed,
    decades,
    runs,
    paths: Object.entries(RAVINE).map(([name, optimizer]) => pathInRavine(name, optimizer)),
    spiked: SLOPES.map((name) => spiked(name, seed)),
    largest: seedsFrom({ seed }, NOISES).map((seed) => ({
      seed,
      gd: largestUpdate(spiked("gd", seed)),
      momentum: largestUpdate(spiked("momentum", seed)),
    })),
  };
}

/** Returns the steps until the distance to the minimum has fallen to a millionth; infinite if it does not. */
function iterations(optimizer: Optimizer, condition: number): number {
  const { gradient } = quadratic(condition);
  let params = { x: Float64Array.of(...START) };
  let state = optimizer.init(params);
  const goal = TOLERANCE * Math.hypot(...START);
  for (let t = 1; t <= MOST; t++) {
    const [x = NaN, y = NaN] = params.x;
    [params, state] = optimizer.step({ x: Float64Array.from(gradient(x, y)) }, state, params, {
      donate: true,
    });
    if (Math.hypot(...params.x) <= goal) return t;
  }
  return Infinity;
}

function pathInRavine(name: string, optimizer: Optimizer): RavinePath {
  const { paths } = descend(ravine, { optimizer, starts: [RAVINE_START], steps: RAVINE_STEPS });
  return { optimizer: name, points: required(paths, 0, "path") };
}

/** Returns the updates on a constant slope with noise and one outlier. */
function spiked(name: typeof SLOPES[number], seed: number): SpikedUpdates {
  const optimizer = SLOPE[name];
  const noise = normal({ seed, stream: "momentum" }, 2 * SPIKE_AT);
  const params = { x: Float64Array.of(0) };
  let state = optimizer.init(params);
  const updates = Array.from(noise, (z, t) => {
    const grads = { x: Float64Array.of(t === SPIKE_AT ? SPIKE : 1 + z) };
    const [update, next] = optimizer.update(grads, state, params);
    state = next;
    return required(Array.from(update.x), 0, "update");
  });
  return { optimizer: name, updates };
}
