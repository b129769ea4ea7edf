/**
 * The plot and the note of `--watch-curvature`.
 *
 * @module
 */
import type { Plot } from "./plot.ts";
import { lines } from "./plots/lines.ts";

/** The largest eigenvalue of the Hessian after some steps of a training. */
export type CurvatureRow = {
  /** The name of the training. */
  readonly optimizer: string;
  readonly step: number;
  readonly sharpness: number;
  /** The norm of its residual: an eigenvalue lies at most so far away. */
  readonly residual: number;
};

/** The measurements of `--watch-curvature`. */
export interface WatchedCurvature {
  readonly every: number;
  /** The training examples over which the Hessian is averaged. */
  readonly examples: number;
  readonly rows: readonly CurvatureRow[];
}

/** Returns the plot of the sharpness over the steps; none if nothing was measured. */
export function curvaturePlots(watched: WatchedCurvature | undefined, title: string): Plot[] {
  if (watched === undefined || watched.rows.length === 0) return [];
  const { every, examples, rows } = watched;
  return [lines(rows.map(({ optimizer, step, sharpness }) => ({ x: step, y: sharpness, line: optimizer })), {
    name: "curvature",
    title: `Sharpness: ${title}`,
    caption:
      `The largest eigenvalue of the Hessian of the training loss, every ${every} steps, on ${examples} training examples ` +
      "as they are: without augmentation, dropout or smoothed labels.",
    x: "step",
    y: "sharpness",
    lines: [...new Set(rows.map((r) => r.optimizer))],
    log: rows.every((r) => !(r.sharpness <= 0)),
    height: 360,
  })];
}
