/**
 * `batched-hardware`: the lecture's '16 operations of size 1 is much slower than 1 operation of size 16'.
 *
 * @module
 */
import { experiment } from "../../../run/mod.ts";
import { claims } from "./claims.ts";
import { INPUTS, measure, OPTIONS, prepare, SIZES } from "./measure.ts";
import { page } from "./page.ts";

/** Many small operations against one large one. */
export const batchedHardwareExperiment = experiment({
  summary: "16 operations of size 1 against 1 operation of size 16, as a ratio of wall times",
  examples: [["", "60 timings of each pair"], ["--repetitions 10", "fewer timings"]],
  defaults:
    `MLP ${INPUTS}-${SIZES.default.hidden}-10 forward, and training steps in one program; 60 repetitions`,
  common: ["seed", "device", "out", "resume"],
  options: OPTIONS,
  prepare,
  measure,
  claims,
  page,
});
