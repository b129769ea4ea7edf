/**
 * Options of updates on the host, besides gradients.
 *
 * @module
 */
import type { OptionNames } from "../options/mod.ts";
import type { Param } from "./params.ts";

/** Options of {@linkcode Optimizer.update}: what gradients alone do not say. */
export interface UpdateOptions {
  /** A factor on the learning rate; 1 by default. */
  learningRateScale?: number;
  /** The loss at the parameters, for rules that need it, such as `polyak`. */
  value?: number;
  /** Estimates of the Hessian's diagonal, for rules that need them, such as `sophia`. */
  hessians?: Readonly<Record<string, Param>>;
  /**
   * The second moments of layers, for rules that need them, such as `kfac`: square matrices, named `inputs/` or `outputs/`
   * and the weight.
   */
  factors?: Readonly<Record<string, Param>>;
  /** The number of examples that the gradients average over, for rules that weigh by it, such as `multiSteps`; 1 by default. */
  examples?: number;
  /** The running statistics after the step, for rules that average them: the same names that `init` was given. */
  buffers?: Readonly<Record<string, Param>>;
}

/** The names of {@linkcode UpdateOptions}. */
export const UPDATE_OPTIONS = {
  learningRateScale: false,
  value: false,
  hessians: false,
  factors: false,
  examples: false,
  buffers: false,
} satisfies OptionNames<UpdateOptions>;

/** Options of {@linkcode Optimizer.step}. */
export interface StepOptions extends UpdateOptions {
  /**
   * Whether the step may overwrite the arrays of the parameters and of the state with its results, so that it allocates
   * nothing; the caller must not read them afterwards. `false` by default.
   */
  donate?: boolean;
}

/** The names of {@linkcode StepOptions}. */
export const STEP_OPTIONS = { ...UPDATE_OPTIONS, donate: "flag" } satisfies OptionNames<StepOptions>;
