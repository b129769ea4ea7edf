/**
 * `local-minima`: where each optimizer ends, from a grid of starts.
 *
 * @module
 */
import { stringify } from "@std/csv";
import {
  byComparison,
  type Claim,
  heatMap,
  type Outcome,
  type Plot,
  points,
  type ResultTable,
} from "../../report/mod.ts";
import type { Experiment } from "../../run/mod.ts";
import { count, numberOption, ownOptions, SCALE } from "../../cli/mod.ts";
import {
  descend,
  doubleWell,
  ELEMENTWISE,
  gridOver,
  himmelblau,
  nearestWithin,
  type Point,
  rastrigin,
  type TestFunction,
  tunedRate,
} from "../../lab/problems/mod.ts";

const OPTIONS = {
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

const OPTIMIZERS = ["gd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"] as const;

/** How near to a minimum a descent must end to have found it. */
const NEAR = 0.1;

/** The double well as a function of the plane, flat along y. */
const well: TestFunction = {
  title: doubleWell.title,
  f: (x) => doubleWell.f(x),
  gradient: (x) => [doubleWell.gradient(x), 0],
  region: [[...doubleWell.region], [0, 0]],
  minima: doubleWell.minima.map((x): Point => [x, 0]),
};

/** Rastrigin's function within reach of its middle: 25 minima. */
const bowl: TestFunction = {
  ...rastrigin,
  region: [[-2.5, 2.5], [-2.5, 2.5]],
  minima: rastrigin.minima.filter(([x, y]) => Math.max(Math.abs(x), Math.abs(y)) < 2.5),
};

const FUNCTIONS = { well, himmelblau, rastrigin: bowl } as const;
type Name = keyof typeof FUNCTIONS;

/** A rate small enough that gradient descent follows the slope. */
const SMALL = 2 ** -7;

interface Run {
  readonly function: Name;
  readonly optimizer: string;
  readonly learningRate: number;
  readonly starts: readonly Point[];
  readonly ends: readonly Point[];
  /** For each start the number of the minimum found, lowest first; -1 for none. */
  readonly found: readonly number[];
}

function map(
  name: Name,
  { optimizer, rate, starts, steps }: {
    optimizer: string;
    rate: number;
    starts: readonly Point[];
    steps: number;
  },
): Run {
  const test = FUNCTIONS[name];
  const { ends } = descend(test, {
    optimizer: ELEMENTWISE[optimizer]!(rate),
    starts,
    steps,
    keepPaths: false,
  });
  const found = ends.map((end) => nearestWithin(end, test.minima, NEAR));
  return { function: name, optimizer, learningRate: rate, starts, ends, found };
}

function startsOf(name: Name, grid: number): Point[] {
  if (name !== "well") return gridOver(FUNCTIONS[name].region, grid);
  const [low, high] = doubleWell.region;
  const count = 2 * grid - 1;
  return Array.from({ length: count }, (_, i): Point => [low + (high - low) * (i + 0.5) / count, 0]);
}

/** Basin maps. */
export const localMinimaExperiment: Experiment = {
  summary: "where each optimizer ends from a grid of starts, on functions with several minima",
  defaults: `${OPTIMIZERS.join(", ")}; 41 x 41 starts, 500 steps, each rate the best of 2^-14 to 2^6`,
  common: ["out", "resume"],
  options: OPTIONS,
  prepare(options) {
    const { scale = "default", ...own } = ownOptions(OPTIONS, options);
    const { grid = scale === "paper" ? 161 : 41, steps = scale === "paper" ? 2000 : 500 } = own;
    return Promise.resolve(({ progress }) => {
      const runs: Run[] = [];
      for (const name of Object.keys(FUNCTIONS) as Name[]) {
        const starts = startsOf(name, grid);
        for (const optimizer of OPTIMIZERS) {
          const rate = tunedRate(FUNCTIONS[name], {
            make: ELEMENTWISE[optimizer]!,
            starts: startsOf(name, 4),
            steps,
          });
          runs.push(map(name, { optimizer, rate, starts, steps }));
          progress(runs.length, 3 * OPTIMIZERS.length, `${name}, ${optimizer}`);
        }
      }
      // Long enough to come to rest from anywhere at so small a rate.
      const small = ["gd", "momentum"].map((optimizer) =>
        map("well", { optimizer, rate: SMALL, starts: startsOf("well", grid), steps: 5000 })
      );
      return Promise.resolve(outcome({ runs, small, grid, steps }));
    });
  },
};

interface Found {
  readonly runs: readonly Run[];
  readonly small: readonly Run[];
  readonly grid: number;
  readonly steps: number;
}

const share = (all: readonly number[], test: (v: number) => boolean) => all.filter(test).length / all.length;
const percent = (v: number) => `${(100 * v).toFixed(1)}%`;
const of = (runs: readonly Run[], name: Name) => runs.filter((r) => r.function === name);

/** Names of what may be found, in the order of the minima, then the rest. */
function kinds(name: Name): string[] {
  if (name === "well") return ["lower minimum", "higher minimum", "neither"];
  const named = FUNCTIONS[name].minima.map(([x, y]) => `(${x.toFixed(2)}, ${y.toFixed(2)})`);
  return [...named, "none of them"];
}

function kindOf(name: Name, found: number): string {
  const all = kinds(name);
  return found < 0 ? all.at(-1)! : all[found]!;
}

function outcome({ runs, small, grid, steps }: Found): Outcome {
  const all = [...runs, ...small.map((r) => ({ ...r, optimizer: `${r.optimizer}, small rate` }))];
  return {
    runs: all.map(({ starts, ends: _, found, ...rest }) => ({
      ...rest,
      starts: starts.length,
      best: share(found, (v) => v === 0),
      none: share(found, (v) => v < 0),
    })),
    config: { grid, steps, near: NEAR },
    tables: (Object.keys(FUNCTIONS) as Name[]).map((name) => resultTable(name, all)),
    plots: [
      wellPlot(all),
      ...of(runs, "himmelblau").map((r) => basinPlot(r)),
      points(
        of(runs, "rastrigin").map((r) => ({
          row: r.optimizer,
          value: 100 * share(r.found, (v) => v === 0),
        })),
        {
          name: "rastrigin",
          title: `${bowl.title}: starts that end in the lowest of 25 minima`,
          x: "per cent",
        },
      ),
    ],
    claims: [basinClaim(small), momentumClaim(small), dependsClaim(runs), lowestClaim(runs)],
    files: [{
      name: "metrics.csv",
      content: stringify(
        all.flatMap((r) =>
          r.starts.map(([startX, startY], i) => ({
            function: r.function,
            optimizer: r.optimizer,
            startX,
            startY,
            endX: r.ends[i]![0],
            endY: r.ends[i]![1],
            found: kindOf(r.function, r.found[i]!),
          }))
        ),
        { columns: ["function", "optimizer", "startX", "startY", "endX", "endY", "found"] },
      ),
    }],
  };
}

function resultTable(name: Name, runs: readonly Run[]): ResultTable {
  return {
    title: FUNCTIONS[name].title,
    header: ["optimizer", "learning rate", "starts", "ended in the lowest", "in another", "in none"],
    rows: of(runs, name).map((r) => [
      r.optimizer,
      r.learningRate.toPrecision(4),
      String(r.starts.length),
      percent(share(r.found, (v) => v === 0)),
      percent(share(r.found, (v) => v > 0)),
      percent(share(r.found, (v) => v < 0)),
    ]),
    note: name === "himmelblau" ? "All four minima are equally low: the lowest is the one at (3, 2)." : "",
  };
}

function wellPlot(runs: readonly Run[]): Plot {
  const shown = of(runs, "well");
  return heatMap(
    shown.flatMap((r) =>
      r.starts.map(([x], i) => ({ x, y: r.optimizer, value: kindOf("well", r.found[i]!) }))
    ),
    {
      name: "double-well",
      title: `${well.title}: where each start ends`,
      caption: `Minima at ${
        doubleWell.minima.map((m) => m.toFixed(3)).join(" (the lower one) and ")
      }; between them a barrier.`,
      x: "start",
      y: "",
      value: "ends in",
      kinds: kinds("well"),
    },
  );
}

function basinPlot(r: Run): Plot {
  const name = "himmelblau";
  return heatMap(
    r.starts.map(([x, y], i) => ({ x, y, value: kindOf(name, r.found[i]!) })),
    {
      name: `himmelblau-${r.optimizer}`,
      title: `${himmelblau.title}: where ${r.optimizer} ends from each start`,
      caption: `At the rate ${r.learningRate.toPrecision(4)}, the best of those tried.`,
      x: "x of the start",
      y: "y of the start",
      value: "ends in",
      kinds: kinds(name),
      width: 520,
      height: 400,
    },
  );
}

/** Where the double well is highest between its minima. */
function barrier(): number {
  const [left, right] = doubleWell.minima as [number, number];
  let [low, high] = [left + 0.1, right - 0.1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (doubleWell.gradient(middle) > 0) low = middle;
    else high = middle;
  }
  return low;
}

/** The share of starts on the right of the barrier that end in the lower minimum, on its left. */
function crossed({ starts, found }: Run): number {
  const top = barrier();
  return share(found.filter((_, i) => starts[i]![0] > top), (v) => v === 0);
}

/** Returns whether any descent diverged: its end then is no minimum. */
function diverged({ ends }: Run): boolean {
  return !ends.flat().every(Number.isFinite);
}

function basinClaim([gd]: readonly Run[]): Claim {
  const top = barrier();
  const own = share(
    gd!.found.map((v, i) => (v === (gd!.starts[i]![0] > top ? 1 : 0) ? 1 : 0)),
    (v) => v === 1,
  );
  return {
    claim:
      "Gradient descent with a small rate ends in the minimum on whose side it starts, be it the lower one or not.",
    verdict: byComparison(own === 1),
    evidence: `On the double well, at the rate ${SMALL}, ${percent(own)} of ${
      gd!.starts.length
    } starts end on their own side of the barrier at ${top.toFixed(3)}. Test: all of them.`,
  };
}

function momentumClaim([gd, momentum]: readonly Run[]): Claim {
  const [plain, rolling] = [crossed(gd!), crossed(momentum!)];
  return {
    claim: "Momentum carries a descent over barriers that gradient descent at the same rate does not cross.",
    verdict: byComparison(rolling > plain && !diverged(gd!) && !diverged(momentum!)),
    evidence: `On the double well, at the rate ${SMALL}, ${
      percent(rolling)
    } of the starts on the right of the barrier end in the lower minimum with momentum, ${
      percent(plain)
    } without. Test: the first is larger.`,
  };
}

function dependsClaim(runs: readonly Run[]): Claim {
  const [gd, ...others] = of(runs, "himmelblau");
  const differs = others.map((r) => ({
    name: r.optimizer,
    share: share(r.found.map((v, i) => (v === gd!.found[i] ? 0 : 1)), (v) => v === 1),
  }));
  return {
    claim: "Which minimum is found depends on the optimizer, not on the start alone.",
    verdict: byComparison(differs.every((d) => d.share > 0.01) && !of(runs, "himmelblau").some(diverged)),
    evidence: `On Himmelblau's function, starts that end elsewhere than with gradient descent: ${
      differs.map((d) => `${d.name} ${percent(d.share)}`).join(", ")
    }. Test: more than 1% for each.`,
  };
}

function lowestClaim(runs: readonly Run[]): Claim {
  const shares = of(runs, "rastrigin").map((r) => ({
    name: r.optimizer,
    share: share(r.found, (v) => v === 0),
  }));
  return {
    claim:
      "Among many minima, descents from most starts end in one that is not the lowest, whichever the optimizer.",
    verdict: byComparison(shares.every((s) => s.share < 0.5) && !of(runs, "rastrigin").some(diverged)),
    evidence: `On Rastrigin's function, starts that end in the lowest of 25 minima: ${
      shares.map((s) => `${s.name} ${percent(s.share)}`).join(", ")
    }. Test: below 50% for each.`,
  };
}
