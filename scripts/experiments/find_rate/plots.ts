/**
 * The pictures of `find-rate`: the smoothed loss against the rate, with the suggestions.
 *
 * @module
 */
import {
  type LinePoint,
  lines,
  type Marker,
  type MarkerShape,
  type Plot,
  seedPoint,
} from "../../report/mod.ts";
import type { FindRateData } from "./data.ts";
import type { OptimizerSuggestion, TestedRun } from "./tested.ts";

const MARKS =
  "Circles: the steepest fall. Diamonds: a tenth of the rate with the least loss. Triangles at the upper border: " +
  "the loss diverged.";

/** The marks by what they stand at. */
const KINDS: Readonly<Record<"steepest" | "minimum", { kind: string; shape: MarkerShape }>> = {
  steepest: { kind: "steepest fall", shape: "circle" },
  minimum: { kind: "a tenth of the rate with the least loss", shape: "diamond" },
};

/** Returns the picture of all optimizers and, if there are several seeds, one of each optimizer with its seeds. */
export function ratePlots(
  { title, config }: Pick<FindRateData, "title" | "config">,
  { runs, suggestions }: { runs: readonly TestedRun[]; suggestions: readonly OptimizerSuggestion[] },
): Plot[] {
  const several = config.seeds.length > 1;
  const look = { log: runs.every(hasLog), linear: config.growth === "linear" };
  const all = plot(suggestions.map((s) => meanCurve(runs, s)), {
    ...look,
    name: "rate",
    title: `Loss of the range test by learning rate: ${title}`,
    caption: `${
      several ? "Up to the rate at which the first seed's test ends; marks are medians. " : ""
    }${MARKS}`,
  });
  if (!several) return [all];
  return [
    all,
    ...suggestions.map(({ optimizer }, i) =>
      plot(runs.filter((r) => r.optimizer === optimizer).map(seedCurve), {
        ...look,
        name: `rate-${i + 1}`,
        title: `Loss of the range test of ${optimizer}, seed by seed: ${title}`,
        caption: MARKS,
      })
    ),
  ];
}

function hasLog({ result: { points } }: TestedRun): boolean {
  return points.every((p) => !(p.smoothed <= 0));
}

/** A curve and its marks. */
interface Curve {
  readonly line: string;
  readonly points: readonly LinePoint[];
  readonly markers: readonly Marker[];
}

interface Look {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  /** Draws the losses on a logarithmic scale. */
  readonly log: boolean;
  /** Draws the rates on a linear scale. */
  readonly linear: boolean;
}

function plot(curves: readonly Curve[], { linear, ...look }: Look): Plot {
  return lines(curves.flatMap((c) => c.points), {
    ...look,
    x: "learning rate",
    y: "smoothed training loss",
    lines: curves.map((c) => c.line),
    logX: linear ? false : 10,
    markers: curves.flatMap((c) => c.markers),
  });
}

/** Returns the curve of one seed. */
function seedCurve({ seed, result }: TestedRun): Curve {
  const line = `seed ${seed}`;
  const { points, suggestion, divergedAt } = result;
  const curve = points.map((p): LinePoint => ({ x: p.rate, y: p.smoothed, line }));
  return { line, points: curve, markers: marksOf(curve, { line, ...suggestion, divergedAt }) };
}

/** Returns the mean over the seeds, as far as all of them go. */
function meanCurve(runs: readonly TestedRun[], suggestion: OptimizerSuggestion): Curve {
  const { optimizer: line, steepest, minimum, divergedAt } = suggestion;
  const curves = runs.filter((r) => r.optimizer === line).map((r) => r.result.points);
  const shortest = curves.reduce((a, b) => (b.length < a.length ? b : a));
  const points = shortest.map((p, i): LinePoint => {
    const values = curves.map((c) => c[i]!.smoothed);
    return { x: p.rate, line, ...seedPoint(values) };
  });
  const rates = { steepest: steepest?.median, minimum: minimum?.median, divergedAt: divergedAt?.median };
  return { line, points, markers: marksOf(points, { line, ...rates }) };
}

type Rate = number | null | undefined;

function marksOf(
  points: readonly LinePoint[],
  { line, divergedAt, ...rates }: Record<"steepest" | "minimum" | "divergedAt", Rate> & { line: string },
): Marker[] {
  const at = (kind: "steepest" | "minimum") => {
    const x = rates[kind];
    const y = x === null || x === undefined ? undefined : heightAt(points, x);
    return x === null || x === undefined || y === undefined ? [] : [{ x, y, line, ...KINDS[kind] }];
  };
  const diverged = divergedAt === null || divergedAt === undefined
    ? []
    : [{ x: divergedAt, line, kind: "diverged", shape: "triangle-up" } as const];
  return [...at("steepest"), ...at("minimum"), ...diverged];
}

/** Returns the height of the point whose rate is nearest by its logarithm. */
function heightAt(points: readonly LinePoint[], x: number): number | undefined {
  const distance = (p: LinePoint) => Math.abs(Math.log(p.x / x));
  return points.length === 0 ? undefined : points.reduce((a, b) => (distance(b) < distance(a) ? b : a)).y;
}
