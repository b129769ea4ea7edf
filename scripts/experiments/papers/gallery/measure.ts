/**
 * The measurements of `gallery`: the path of each optimizer on each picture.
 *
 * @module
 */
import { required } from "../../../../options/mod.ts";
import { count, numberOption, type Options, ownOptions, SCALE } from "../../../cli/mod.ts";
import { descend, ELEMENTWISE, type Point, tunedRate } from "../../../lab/problems/mod.ts";
import type { Context } from "../../../run/mod.ts";
import type { GalleryData, GalleryRun } from "./data.ts";
import { ESCAPED, type Picture, PICTURES } from "./pictures.ts";

/** The options of `gallery`. */
export const OPTIONS = {
  scale: SCALE,
  steps: numberOption("N", {
    text: "steps of each descent, at least 1; 300 by default, 2000 at the paper's scale",
    range: count,
  }),
};

/** The optimizers. */
export const OPTIMIZERS = Object.keys(ELEMENTWISE);

/** The share of the distance from the start that is left where a path counts as near the minimum. */
const NEAR = 0.1;

/** Reads the options. */
export function prepare(options: Options): Pick<GalleryData, "steps"> {
  const { scale = "default", steps = scale === "paper" ? 2000 : 300 } = ownOptions(OPTIONS, options);
  return { steps };
}

/** Descends with every optimizer on every picture. */
export function measure(
  { steps }: Pick<GalleryData, "steps">,
  { progress }: Pick<Context, "progress">,
): GalleryData {
  const runs: GalleryRun[] = [];
  for (const picture of PICTURES) {
    for (const optimizer of OPTIMIZERS) {
      runs.push(run(picture, { optimizer, steps }));
      progress(runs.length, PICTURES.length * OPTIMIZERS.length, `${picture.name}, ${optimizer}`);
    }
  }
  return { steps, runs };
}

function run(picture: Picture, { optimizer, steps }: { optimizer: string; steps: number }): GalleryRun {
  const make = required(ELEMENTWISE, optimizer, "optimizer");
  const learningRate = tunedRate(picture.tunedOn, { make, starts: [picture.tunedFrom], steps });
  const { paths } = descend(picture.test, {
    optimizer: make(learningRate),
    starts: [picture.start],
    steps,
  });
  const path = required(paths, 0, "path");
  const f = path.map((p) => picture.test.f(...p));
  const escaped = f.findIndex((v) => v < ESCAPED);
  return {
    picture: picture.name,
    optimizer,
    learningRate,
    path,
    f,
    final: required(f, f.length - 1, "height"),
    detour: detourOf(path, picture.test.minima[0]),
    farthest: farthestOf(path, picture.test.minima[0]),
    escapedAt: escaped < 0 ? null : escaped,
  };
}

/** Returns the length of a path until it is near the minimum, over the straight way that it has come by then. */
export function detourOf(path: readonly Point[], minimum: Point | undefined): number | null {
  if (minimum === undefined) return null;
  const start = required(path, 0, "point");
  const near = NEAR * distance(start, minimum);
  let [length, last] = [0, start];
  for (const point of path.slice(1)) {
    length += distance(point, last);
    last = point;
    if (distance(point, minimum) < near) return length / distance(point, start);
  }
  return null;
}

/** Returns the largest distance of a path from the minimum, over that of its start; `null` if a point is not finite. */
export function farthestOf(path: readonly Point[], minimum: Point | undefined): number | null {
  if (minimum === undefined) return null;
  const start = distance(required(path, 0, "point"), minimum);
  const farthest = path.reduce((most, point) => Math.max(most, distance(point, minimum)), 0);
  return Number.isFinite(farthest) ? farthest / start : null;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
