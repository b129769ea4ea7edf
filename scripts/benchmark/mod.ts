/**
 * The problems of the benchmark.
 *
 * @module
 */
export type { Problem, ProblemFiles, ProblemSet } from "./problem.ts";
export { problemNamed, PROBLEMS } from "./table.ts";
