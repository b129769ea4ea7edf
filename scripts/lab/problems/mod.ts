/**
 * Problems without data: test functions, online problems, constructed data.
 *
 * @module
 */
export { descend, gridOver, nearestWithin } from "./descend.ts";
export { ADAPTIVE, ELEMENTWISE } from "./elementwise.ts";
export { periodic, type Play, play, stochastic, theorem1 } from "./online.ts";
export {
  meanSquaredErrorOf,
  minimumNormWeights,
  scoreOfNew,
  type SeparableProblem,
  separableProblem,
  solve,
  type SolveOptions,
  testError,
} from "./separable.ts";
export {
  beale,
  doubleWell,
  himmelblau,
  type Point,
  quadratic,
  rastrigin,
  ravine,
  rosenbrock,
  saddle,
  type TestFunction,
} from "./test_functions.ts";
export { tunedRate } from "./tuned.ts";
export { zipfDocuments } from "./zipf_documents.ts";
