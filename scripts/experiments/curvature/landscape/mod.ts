/**
 * `landscape`: the loss around the ends of networks with and without shortcuts.
 *
 * @module
 */
import { experiment } from "../../../run/mod.ts";
import { EMBEDDED_STUDY_OPTIONS } from "../../../cli/mod.ts";
import { claims, lossOf, sharesOf } from "./claims.ts";
import { DEFAULTS, measure, OPTIONS, prepare } from "./measure.ts";
import { page } from "./page.ts";

const { mlp: MLP } = DEFAULTS;

/**
 * The loss on planes of filter-normalized random directions, and its curvature there.
 *
 * @see Li, Xu, Taylor, Studer, Goldstein: Visualizing the loss landscape of neural nets, 2018.
 */
export const landscapeExperiment = experiment({
  summary: "the loss around the end of a training, with shortcuts and without: flat and convex, or rugged",
  examples: [["", "21 x 21 points of a plane"], [
    "--grid 41 --layers 8",
    "a finer plane, a shallower network",
  ]],
  defaults:
    `${MLP.examples} digits, MLP of ${MLP.layers} layers of ${MLP.width} tanh, Adam, ${MLP.epochs} epochs; ` +
    `${MLP.grid} x ${MLP.grid} points of a plane; ${MLP.seeds} seeds`,
  common: EMBEDDED_STUDY_OPTIONS,
  options: OPTIONS,
  prepare,
  measure,
  design: ({ config: { seeds } }, asked) => ({
    seeds: seeds.length,
    claims: [
      { claim: "the loss at the end", comparisons: 1, quantity: lossOf(asked) },
      { claim: "the share of the plane", comparisons: 1, quantity: sharesOf(asked) },
      { claim: "the share of negative curvature", comparisons: 1, quantity: sharesOf(asked) },
    ],
  }),
  claims,
  page,
});
