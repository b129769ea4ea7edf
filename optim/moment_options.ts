/**
 * The names of the options that rules with Adam's two moments share.
 *
 * @module
 */
import type { OptionNames } from "../options/mod.ts";
import { DECOUPLED_OPTIONS } from "./common.ts";
import type { MomentOptions } from "./rules/adam.ts";

/** The names of {@linkcode MomentOptions}. */
export const MOMENT_OPTIONS = {
  ...DECOUPLED_OPTIONS,
  beta1: false,
  beta2: false,
  epsilon: false,
  epsilonRoot: false,
} satisfies OptionNames<MomentOptions>;
