/**
 * The problems that need no files.
 *
 * @module
 */
import type { Problem } from "../problem.ts";
import { breastCancer } from "./breast_cancer.ts";
import { digitsCnn, digitsLogreg, digitsMlp } from "./digits.ts";
import { digitsVae } from "./digits_vae.ts";
import { quadraticDeep } from "./quadratic_deep.ts";
import { textRnn, textTransformer } from "./text.ts";
import { twoDBranin, twoDRosenbrock } from "./two_d.ts";

/** The problems of the default scale, in the order of reports. */
export const EMBEDDED: readonly Problem[] = [
  quadraticDeep,
  digitsLogreg,
  digitsMlp,
  digitsCnn,
  digitsVae,
  textTransformer,
  textRnn,
  breastCancer,
  twoDRosenbrock,
  twoDBranin,
];
