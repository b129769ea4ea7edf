/**
 * The measurements of `local-minima`: where each optimizer ends, from a grid of starts.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import { count, numberOption, type Options, ownOptions, SCALE } from "../../../cli/mod.ts";
import {
  descend,
  ELEMENTWISE,
  gridOver,
  nearestWithin,
  type Point,
  tunedRate,
} from "../../../lab/problems/mod.ts";
import type { Context } from "../../../run/mod.ts";
import { type BasinRun, type LocalMinimaData, NEAR } from "./data.ts";
import { FUNCTIONS, type Name, NAMES, SMALL } from "./functions.ts";

/** The options of `local-minima`. */
export const OPTIONS = {
  scale: SCALE,
  grid: numberOption("N", {
    text: "starts along each side of the maps, at least 1; 41 by default, 161 at the paper's scale",
    range: count,
  }),
  steps: numberOption("N", {
    text: "steps of each descent, at least 1; 500 by default, 2000 at the paper's scale",
    range: count,
  }),
};

/** The optimizers. */
export const OPTIMIZERS = ["gd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"];

/** Starts along each side that rates are tuned from. */
const TUNING_GRID = 4;

/** Steps at the small rate: enough to come to rest from anywhere. */
const SMALL_STEPS = 5000;

type Setup = Pick<LocalMinimaData, "grid" | "steps">;

/** Reads the options. */
export function prepare(options: Options): Setup {
  const { scale = "default", ...own } = ownOptions(OPTIONS, options);
  const { grid = scale === "paper" ? 161 : 41, steps = scale === "paper" ? 2000 : 500 } = own;
  return { grid, steps };
}

/** Descends from every start with every optimizer. */
export function measure({ grid, steps }: Setup, { progress }: Pick<Context, "progress">): LocalMinimaData {
  const runs: BasinRun[] = [];
  for (const name of NAMES) {
    const starts = startsOf(name, grid);
    for (const optimizer of OPTIMIZERS) {
      const rate = tunedRate(FUNCTIONS[name], {
        make: required(ELEMENTWISE, optimizer, "optimizer"),
        starts: startsOf(name, TUNING_GRID),
        steps,
      });
      runs.push(descents(name, { optimizer, rate, starts, steps }));
      progress(runs.length, NAMES.length * OPTIMIZERS.length, `${name}, ${optimizer}`);
    }
  }
  const small = ["gd", "momentum"].map((optimizer) =>
    descents("well", { optimizer, rate: SMALL, starts: startsOf("well", grid), steps: SMALL_STEPS })
  );
  return { grid, steps, runs, small };
}

/** Returns a grid of starts over the region of a function; along a line for the double well. */
function startsOf(name: Name, grid: number): Point[] {
  const { region } = FUNCTIONS[name];
  if (name !== "well") return gridOver(region, grid);
  const [low, high] = region[0];
  const count = 2 * grid - 1;
  return Array.from({ length: count }, (_, i): Point => [low + (high - low) * (i + 0.5) / count, 0]);
}

function descents(
  name: Name,
  { optimizer, rate, starts, steps }: {
    optimizer: string;
    rate: number;
    starts: readonly Point[];
    steps: number;
  },
): BasinRun {
  const test = FUNCTIONS[name];
  const make = required(ELEMENTWISE, optimizer, "optimizer");
  const { ends } = descend(test, { optimizer: make(rate), starts, steps, keepPaths: false });
  const found = ends.map((end) => nearestWithin(end, test.minima, NEAR));
  return { function: name, optimizer, learningRate: rate, starts, ends, found };
}
