/**
 * `gallery`: the pictures of Ruder's article.
 *
 * @module
 */
import { experiment } from "../../../run/mod.ts";
import { claims } from "./claims.ts";
import { measure, OPTIMIZERS, OPTIONS, prepare } from "./measure.ts";
import { page } from "./page.ts";

/** Contours with the paths of some optimizers. */
export const galleryExperiment = experiment({
  summary:
    "Ruder's pictures: optimizers on Beale's function, at a saddle, in a ravine and in Rosenbrock's valley",
  examples: [["", "the pictures of the article"], ["--steps 50", "shorter descents"]],
  defaults: `${OPTIMIZERS.join(", ")}; each rate the best of 2^-14 to 2^6`,
  common: ["out", "resume"],
  options: OPTIONS,
  prepare,
  measure,
  claims,
  page,
});
