/**
 * The problems that need no files.
 *
 * @module
 */
import type { Problem } from "../problem.ts";
import { digitsLogreg, digitsMlp } from "./digits.ts";
import { quadraticDeep } from "./quadratic_deep.ts";
import { twoDBranin, twoDRosenbrock } from "./two_d.ts";

/** The problems of the default scale, in the order of reports. */
export const EMBEDDED: readonly Problem[] = [
  quadraticDeep,
  digitsLogreg,
  digitsMlp,
  twoDRosenbrock,
  twoDBranin,
];
