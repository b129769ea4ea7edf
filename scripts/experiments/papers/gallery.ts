/**
 * `gallery`: the pictures of Ruder's article.
 *
 * @module
 */
import { stringify } from "@std/csv";
import {
  byComparison,
  type Claim,
  contours,
  lines,
  type Outcome,
  type Plot,
  type ResultTable,
} from "../../report/mod.ts";
import type { Experiment } from "../../run/mod.ts";
import { count, numberOption, ownOptions, SCALE } from "../../cli/mod.ts";
import {
  ADAPTIVE,
  beale,
  descend,
  ELEMENTWISE,
  type Point,
  ravine,
  rosenbrock,
  saddle,
  type TestFunction,
  tunedRate,
} from "../../lab/problems/mod.ts";
import { allBelow } from "../../statistics/mod.ts";

const OPTIONS = {
  scale: SCALE,
  steps: numberOption("N", {
    text: "steps of each descent, at least 1; 300 by default, 2000 at the paper's scale",
    range: count,
  }),
};

interface Picture {
  readonly name: string;
  readonly test: TestFunction;
  readonly start: Point;
  /** The function that the rates are tuned on. */
  readonly tunedOn: TestFunction;
  readonly tunedFrom: Point;
}

/** Where Beale's function is looked at: the steep sides would take all contours. */
const BEALE: TestFunction = { ...beale, region: [[-1, 4.5], [-2, 2]] };
const START: Point = [1, 1.5];

/** A start all but on the axis along which the saddle is a minimum. */
const SADDLE_START: Point = [-1, 1e-3];

const PICTURES: readonly Picture[] = [
  { name: "beale", test: BEALE, start: START, tunedOn: BEALE, tunedFrom: START },
  { name: "saddle", test: saddle, start: SADDLE_START, tunedOn: BEALE, tunedFrom: START },
  { name: "ravine", test: ravine, start: [-1.6, 1], tunedOn: ravine, tunedFrom: [-1.6, 1] },
  { name: "rosenbrock", test: rosenbrock, start: [-1.2, 1], tunedOn: rosenbrock, tunedFrom: [-1.2, 1] },
];

/** The article's own picture, and those that came after it: together they would hide each other. */
const GROUPS: readonly [name: string, optimizers: readonly string[]][] = [
  ["", ["gd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop"]],
  ["-adam", ["momentum", "rmsprop", "adam", "adamax", "nadam", "amsgrad"]],
];

/** Below this the saddle has been left: 0 is its own height. */
const ESCAPED = -0.5;

interface Run {
  readonly picture: string;
  readonly optimizer: string;
  readonly learningRate: number;
  readonly path: readonly Point[];
  readonly f: readonly number[];
  /** `f` after the last step. */
  readonly final: number;
  /** How far it went until it was near a minimum, for each unit of the straight way there; `null` where it never was. */
  readonly detour: number | null;
  /** The first step after which `f` is below -0.5; `null` where there is none. */
  readonly escapedAt: number | null;
}

function run(picture: Picture, optimizer: string, steps: number): Run {
  const make = ELEMENTWISE[optimizer]!;
  const learningRate = tunedRate(picture.tunedOn, { make, starts: [picture.tunedFrom], steps });
  const { paths } = descend(picture.test, {
    optimizer: make(learningRate),
    starts: [picture.start],
    steps,
  });
  const path = paths[0]!;
  const f = path.map((p) => picture.test.f(...p));
  const escaped = f.findIndex((v) => v < ESCAPED);
  return {
    picture: picture.name,
    optimizer,
    learningRate,
    path,
    f,
    final: f.at(-1)!,
    detour: detourOf(path, picture.test.minima[0]),
    escapedAt: escaped < 0 ? null : escaped,
  };
}

/** Near: a tenth of the way from the start. */
const NEAR = 0.1;

/** The length of a path until it is near the minimum, over the straight way that it has come by then. */
function detourOf(path: readonly Point[], minimum: Point | undefined): number | null {
  if (minimum === undefined) return null;
  const between = (a: Point, b: Point) => Math.hypot(a[0] - b[0], a[1] - b[1]);
  const straight = between(path[0]!, minimum);
  let length = 0;
  for (let i = 1; i < path.length; i++) {
    length += between(path[i]!, path[i - 1]!);
    if (between(path[i]!, minimum) < NEAR * straight) return length / between(path[i]!, path[0]!);
  }
  return null;
}

/** Contours with the paths of some optimizers. */
export const galleryExperiment: Experiment = {
  summary:
    "Ruder's pictures: optimizers on Beale's function, at a saddle, in a ravine and in Rosenbrock's valley",
  defaults: `${Object.keys(ELEMENTWISE).join(", ")}; each rate the best of 2^-14 to 2^6`,
  common: ["out", "resume"],
  options: OPTIONS,
  prepare(options) {
    const { scale = "default", steps = scale === "paper" ? 2000 : 300 } = ownOptions(OPTIONS, options);
    return Promise.resolve(({ progress }) => {
      const runs: Run[] = [];
      const names = Object.keys(ELEMENTWISE);
      for (const picture of PICTURES) {
        for (const optimizer of names) {
          runs.push(run(picture, optimizer, steps));
          progress(runs.length, PICTURES.length * names.length, `${picture.name}, ${optimizer}`);
        }
      }
      return Promise.resolve(outcome(runs, steps));
    });
  },
};

function outcome(runs: readonly Run[], steps: number): Outcome {
  return {
    runs: runs.map(({ path: _, f: __, ...rest }) => rest),
    config: { steps, pictures: PICTURES.map(({ name, start }) => ({ name, start })) },
    tables: PICTURES.map((p) => resultTable(p, runs)),
    plots: PICTURES.flatMap((p) => [
      ...GROUPS.map(([suffix, optimizers]) => picturePlot(p, { runs, suffix, optimizers })),
      heightPlot(p, runs),
    ]),
    claims: [straightClaim(runs), saddleClaim(runs)],
    files: [{
      name: "metrics.csv",
      content: stringify(
        runs.flatMap(({ picture, optimizer, path, f }) =>
          path.map(([x, y], step) => ({ picture, optimizer, step, x, y, f: f[step]! }))
        ),
        { columns: ["picture", "optimizer", "step", "x", "y", "f"] },
      ),
    }],
  };
}

const of = (runs: readonly Run[], picture: string) => runs.filter((r) => r.picture === picture);

function resultTable({ name, test }: Picture, runs: readonly Run[]): ResultTable {
  const shown = of(runs, name);
  const escape = name === "saddle";
  return {
    title: test.title,
    header: ["optimizer", "learning rate", "f at the end", escape ? "left at step" : "detour"],
    rows: shown.map((r) => [
      r.optimizer,
      r.learningRate.toPrecision(4),
      r.final.toExponential(2),
      escape ? String(r.escapedAt ?? "never") : detourText(r),
    ]),
    note: escape
      ? "The rates are those tuned on Beale's function."
      : "detour: length of the path until a tenth of the distance to the minimum is left, over the straight way.",
  };
}

function detourText({ detour }: Run): string {
  return detour === null ? "not there" : detour.toFixed(2);
}

function picturePlot(
  { name, test, start }: Picture,
  { runs, suffix, optimizers }: { runs: readonly Run[]; suffix: string; optimizers: readonly string[] },
): Plot {
  return contours({
    name: `${name}${suffix}`,
    title: `${test.title}: ${optimizers.join(", ")}`,
    f: test.f,
    x: test.region[0],
    y: test.region[1],
    paths: optimizers.map((o) => {
      const r = of(runs, name).find((r) => r.optimizer === o)!;
      return { line: o, points: r.path };
    }),
    marks: [
      { x: start[0], y: start[1], label: "start" },
      ...test.minima.map(([x, y]) => ({ x, y, label: "minimum" })),
    ],
  });
}

function heightPlot({ name, test }: Picture, runs: readonly Run[]): Plot {
  const falls = test.minima.length > 0;
  // A descent without end would leave nothing to see of the others.
  const clipped = (f: number) => (falls ? f : Math.max(f, -2));
  return lines(
    of(runs, name).flatMap((r) => r.f.map((f, step) => ({ x: step, y: clipped(f), line: r.optimizer }))),
    {
      name: `${name}-f`,
      title: `${test.title}: f over the steps`,
      x: "step",
      y: "f",
      log: falls,
      lines: Object.keys(ELEMENTWISE),
      ...(falls ? {} : { references: [{ y: ESCAPED, label: "left the saddle" }] }),
    },
  );
}

function straightClaim(runs: readonly Run[]): Claim {
  const detours = of(runs, "beale");
  const rolling = detours.filter((r) => r.optimizer === "momentum" || r.optimizer === "nesterov");
  const direct = detours.filter((r) => ["adagrad", "adadelta", "rmsprop"].includes(r.optimizer));
  // A run that never arrived has no length to compare.
  const length = (r: Run) => r.detour ?? NaN;
  const text = (all: readonly Run[]) => all.map((r) => `${r.optimizer} ${detourText(r)}`).join(", ");
  return {
    claim:
      "On Beale's function Adagrad, Adadelta and RMSProp go the direct way, while momentum and NAG are led off it.",
    verdict: byComparison(allBelow(direct.map(length), rolling.map(length))),
    evidence: `Length of the path until a tenth of the distance is left, over the straight way: ${
      text(direct)
    }; ${text(rolling)}. Test: each of the first is below each of the second.`,
  };
}

function saddleClaim(runs: readonly Run[]): Claim {
  const all = of(runs, "saddle");
  // A run that stays to the end counts as leaving after it, unless it diverged.
  const at = (r: Run) => r.escapedAt ?? (r.f.every(Number.isFinite) ? r.f.length : NaN);
  const adaptive = all.filter((r) => ADAPTIVE.has(r.optimizer));
  const others = all.filter((r) => !ADAPTIVE.has(r.optimizer));
  const text = (some: readonly Run[]) =>
    some.map((r) => `${r.optimizer} ${r.escapedAt ?? (r.f.every(Number.isFinite) ? "never" : "diverged")}`)
      .join(", ");
  return {
    claim:
      "At a saddle point gradient descent, momentum and NAG find it hard to break the symmetry, while the adaptive rules head down the slope at once.",
    verdict: byComparison(allBelow(adaptive.map(at), others.map(at))),
    evidence: `Steps until f < ${ESCAPED}, from (${
      SADDLE_START.join(", ")
    }), with the rates tuned on Beale's function: ${text(adaptive)}; ${
      text(others)
    }. Test: each of the first is below each of the second.`,
  };
}
