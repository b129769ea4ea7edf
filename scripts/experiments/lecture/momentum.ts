/**
 * `momentum`: what momentum does for badly conditioned problems.
 *
 * @module
 */
import { stringify } from "@std/csv";
import { nesterov, normal, type Optimizer, sgd } from "../../../mod.ts";
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
import { descend, type Point, quadratic, ravine } from "../../lab/problems/mod.ts";
import { allBelow } from "../../statistics/mod.ts";

const OPTIONS = {
  scale: SCALE,
  decades: numberOption("N", {
    text: "largest condition number as a power of 10, at least 1; 4 by default, 5 at the paper's scale",
    range: count,
  }),
};

/** The distance to the minimum, as a share of that at the start, at which a descent has arrived. */
const TOLERANCE = 1e-6;
const START: Point = [1, 1];

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
  {
    name: "momentum",
    make: (k) => {
      const root = Math.sqrt(k);
      const momentum = ((root - 1) / (root + 1)) ** 2;
      return sgd({ learningRate: 4 / (root + 1) ** 2, ...(momentum > 0 ? { momentum } : {}) });
    },
  },
  {
    name: "nesterov",
    make: (k) => {
      const root = Math.sqrt(3 * k + 1);
      const momentum = (root - 2) / (root + 2);
      const learningRate = 4 / (3 * k + 1);
      return momentum > 0 ? nesterov({ learningRate, momentum }) : sgd({ learningRate });
    },
  },
  {
    name: "momentum 0.9",
    make: (k) => sgd({ learningRate: 2 / (1 + k), momentum: 0.9 }),
  },
];

interface Run {
  readonly rule: string;
  readonly condition: number;
  /** Steps until the distance has fallen to a millionth. */
  readonly iterations: number;
}

function iterations(optimizer: Optimizer, condition: number): number {
  const { gradient } = quadratic(condition);
  let params = { x: Float64Array.of(...START) };
  let state = optimizer.init(params);
  const goal = TOLERANCE * Math.hypot(...START);
  for (let t = 1; t <= 1_000_000; t++) {
    const grads = { x: Float64Array.from(gradient(params.x[0]!, params.x[1]!)) };
    [params, state] = optimizer.step(grads, state, params, { donate: true });
    if (Math.hypot(params.x[0]!, params.x[1]!) <= goal) return t;
  }
  return Infinity;
}

/** The exponent `p` of `iterations ~ condition^p`, by least squares over the upper half of the range. */
function exponentOf(runs: readonly Run[]): number {
  const known = runs.filter((r) => Number.isFinite(r.iterations));
  const upper = known.filter((r) => r.condition ** 2 >= known.at(-1)!.condition);
  const xs = upper.map((r) => Math.log(r.condition));
  const ys = upper.map((r) => Math.log(r.iterations));
  const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;
  const [mx, my] = [mean(xs), mean(ys)];
  const xy = xs.reduce((sum, x, i) => sum + (x - mx) * (ys[i]! - my), 0);
  return xy / xs.reduce((sum, x) => sum + (x - mx) ** 2, 0);
}

/** Steps in the ravine, with the same sum of rates: momentum 0.9 goes ten times as far along a constant slope. */
const RAVINE: readonly { readonly name: string; readonly optimizer: Optimizer }[] = [
  { name: "gd", optimizer: sgd({ learningRate: 0.0185 }) },
  { name: "momentum", optimizer: sgd({ learningRate: 0.00185, momentum: 0.9 }) },
  { name: "nesterov", optimizer: nesterov({ learningRate: 0.00185, momentum: 0.9 }) },
];
const RAVINE_START: Point = [-1.6, 0.4];
const RAVINE_STEPS = 120;

/** How often the gradient's sign turns across the ravine. */
function turns(path: readonly Point[]): number {
  const across = path.map(([x, y]) => Math.cos(Math.PI / 6) * y - Math.sin(Math.PI / 6) * x);
  return across.filter((v, i) => i > 0 && Math.sign(v) !== Math.sign(across[i - 1]!)).length;
}

/** A gradient of 1 with noise, and one that is 100 times as large in the wrong direction. */
const SPIKE_AT = 200;
const SPIKE = -100;

/** Steps on a constant slope with noise and one outlier: the same mean step for each rule. */
function spiked({ optimizer, seed }: { optimizer: Optimizer; seed: number }): number[] {
  const noise = normal({ seed, stream: "momentum" }, 2 * SPIKE_AT);
  const params = { x: Float64Array.of(0) };
  let state = optimizer.init(params);
  return Array.from(noise, (z, t) => {
    const grads = { x: Float64Array.of(t === SPIKE_AT ? SPIKE : 1 + z) };
    const [updates, next] = optimizer.update(grads, state, params);
    state = next;
    return updates.x[0]!;
  });
}

/** Iterations against condition number, paths in a ravine, steps after an outlier. */
export const momentumExperiment: Experiment = {
  summary:
    "momentum: iterations against condition number, oscillation in a ravine, a sudden change of gradient",
  defaults: "condition numbers 1 to 10^4, each rule with the constants that are optimal in theory",
  common: ["seed", "out", "resume"],
  options: OPTIONS,
  prepare(options) {
    const { scale = "default", decades = scale === "paper" ? 5 : 4 } = ownOptions(OPTIONS, options);
    return Promise.resolve(({ progress }) => {
      const conditions = Array.from({ length: 4 * decades + 1 }, (_, i) => Math.round(10 ** (i / 4)));
      const runs: Run[] = [];
      for (const rule of RULES) {
        for (const condition of conditions) {
          runs.push({ rule: rule.name, condition, iterations: iterations(rule.make(condition), condition) });
          progress(runs.length, RULES.length * conditions.length, `${rule.name}, condition ${condition}`);
        }
      }
      return Promise.resolve(outcome(runs, { seed: options.seed, decades }));
    });
  },
};

function outcome(runs: readonly Run[], { seed, decades }: { seed: number; decades: number }): Outcome {
  const paths = RAVINE.map(({ name, optimizer }) => {
    const { paths } = descend(ravine, { optimizer, starts: [RAVINE_START], steps: RAVINE_STEPS });
    return { line: name, points: paths[0]! };
  });
  const spikes = [
    { line: "gd", steps: spiked({ optimizer: sgd({ learningRate: 0.01 }), seed }) },
    { line: "momentum", steps: spiked({ optimizer: sgd({ learningRate: 0.001, momentum: 0.9 }), seed }) },
  ];
  const exponents = Object.fromEntries(
    RULES.map(({ name }) => [name, exponentOf(runs.filter((r) => r.rule === name))]),
  );
  return {
    runs,
    config: { seed, decades, tolerance: TOLERANCE },
    results: { exponents, turns: Object.fromEntries(paths.map((p) => [p.line, turns(p.points)])) },
    tables: [iterationTable(runs), ravineTable(paths)],
    plots: [
      iterationPlot(runs),
      contours({
        name: "ravine",
        title: `${ravine.title}: ${RAVINE_STEPS} steps`,
        caption: "Momentum has a tenth of the rate, so that on a constant slope all go equally fast.",
        f: ravine.f,
        x: [-2, 1],
        y: [-1.2, 0.8],
        paths,
        marks: [{ x: 0, y: 0, label: "minimum" }],
      }),
      lines(
        paths.flatMap(({ line, points }) => points.map((p, step) => ({ x: step, y: ravine.f(...p), line }))),
        { name: "ravine-f", title: `${ravine.title}: f over the steps`, x: "step", y: "f", log: true },
      ),
      lines(
        spikes.flatMap(({ line, steps }) => steps.map((y, x) => ({ x, y, line }))),
        {
          name: "spike",
          title: `Steps on a constant slope with noise, and one gradient ${SPIKE} times as large`,
          x: "step",
          y: "update",
        },
      ),
    ],
    claims: [
      rateClaim(exponents),
      oscillationClaim(paths),
      spikeClaim(spikes),
    ],
    files: [{
      name: "metrics.csv",
      content: stringify(runs as unknown as Record<string, unknown>[], {
        columns: ["rule", "condition", "iterations"],
      }),
    }],
  };
}

function iterationTable(runs: readonly Run[]): ResultTable {
  const conditions = [...new Set(runs.map((r) => r.condition))].filter((c) =>
    Number.isInteger(Math.log10(c))
  );
  return {
    title: "Iterations until the distance to the minimum is a millionth of that at the start",
    header: ["condition number", ...RULES.map((r) => r.name)],
    rows: conditions.map((c) => [
      String(c),
      ...RULES.map(({ name }) => String(runs.find((r) => r.rule === name && r.condition === c)!.iterations)),
    ]),
    note:
      "momentum 0.9 has the rate of gradient descent; the others the constants that are optimal in theory.",
  };
}

function ravineTable(paths: readonly { line: string; points: readonly Point[] }[]): ResultTable {
  return {
    title: `The ravine after ${RAVINE_STEPS} steps`,
    header: ["optimizer", "f", "crossings of the ravine's ground"],
    rows: paths.map(({ line, points }) => [
      line,
      ravine.f(...points.at(-1)!).toExponential(2),
      String(turns(points)),
    ]),
  };
}

function iterationPlot(runs: readonly Run[]): Plot {
  return lines(runs.map((r) => ({ x: r.condition, y: r.iterations, line: r.rule })), {
    name: "iterations",
    title: "Iterations to a millionth of the distance, over the condition number",
    x: "condition number",
    y: "iterations",
    log: true,
    logX: 10,
    marks: true,
  });
}

function rateClaim(exponents: Readonly<Record<string, number>>): Claim {
  const [gd, momentum, nesterov] = ["gd", "momentum", "nesterov"].map((n) => exponents[n]!) as [
    number,
    number,
    number,
  ];
  return {
    claim:
      "Momentum is faster on badly conditioned problems: its iterations grow with the root of the condition number, those of gradient descent with the number itself.",
    verdict: byComparison(
      Math.abs(gd - 1) < 0.1 && Math.abs(momentum - 0.5) < 0.1 && Math.abs(nesterov - 0.5) < 0.1,
    ),
    evidence: `Exponent of the growth: gd ${gd.toFixed(3)}, momentum ${momentum.toFixed(3)}, nesterov ${
      nesterov.toFixed(3)
    }. Test: within 0.1 of 1, 0.5 and 0.5.`,
  };
}

function oscillationClaim(paths: readonly { line: string; points: readonly Point[] }[]): Claim {
  const [gd, momentum, nesterov] = paths.map((p) => ({
    turns: turns(p.points),
    f: ravine.f(...p.points.at(-1)!),
  }));
  return {
    claim: "Momentum goes down a ravine with less oscillation.",
    verdict: byComparison(
      [gd, momentum, nesterov].every((r) => Number.isFinite(r!.f)) &&
        momentum!.turns < gd!.turns && nesterov!.turns < gd!.turns,
    ),
    evidence: `Crossings of the ravine's ground in ${RAVINE_STEPS} steps: gd ${gd!.turns}, momentum ${
      momentum!.turns
    }, nesterov ${nesterov!.turns}; f at the end ${gd!.f.toExponential(1)}, ${
      momentum!.f.toExponential(1)
    }, ${nesterov!.f.toExponential(1)}. Test: fewer crossings than gradient descent for both.`,
  };
}

function spikeClaim([gd, momentum]: readonly { steps: readonly number[] }[]): Claim {
  const worst = (steps: readonly number[]) => Math.max(...steps.map(Math.abs));
  const moved = (steps: readonly number[]) =>
    Math.abs(steps.slice(SPIKE_AT, SPIKE_AT + 60).reduce((a, b) => a + b, 0));
  return {
    claim: "Momentum prevents instability from sudden changes: an outlier among the gradients makes no jump.",
    verdict: byComparison(allBelow([worst(momentum!.steps)], [worst(gd!.steps) / 5])),
    evidence: `Largest update: ${worst(momentum!.steps).toPrecision(3)} with momentum, ${
      worst(gd!.steps).toPrecision(3)
    } without; over the 60 steps after the outlier both move about as far in all, ${
      moved(momentum!.steps).toPrecision(3)
    } and ${moved(gd!.steps).toPrecision(3)}. Test: the largest update is less than a fifth.`,
  };
}
