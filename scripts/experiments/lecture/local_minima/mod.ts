/**
 * `local-minima`: where each optimizer ends, from a grid of starts.
 *
 * @module
 */
import { experiment } from "../../../run/mod.ts";
import { claims } from "./claims.ts";
import { measure, OPTIMIZERS, OPTIONS, prepare } from "./measure.ts";
import { page } from "./page.ts";

/** Basin maps. */
export const localMinimaExperiment = experiment({
  summary: "where each optimizer ends from a grid of starts, on functions with several minima",
  examples: [["", "maps of 41 x 41 starts"], ["--grid 11 --steps 100", "coarser maps, in a moment"]],
  defaults: `${OPTIMIZERS.join(", ")}; 41 x 41 starts, 500 steps, each rate the best of 2^-14 to 2^6`,
  common: ["out", "resume"],
  options: OPTIONS,
  prepare,
  measure,
  claims,
  page,
});
