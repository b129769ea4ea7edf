/**
 * Minimization by methods that choose where to evaluate the function: L-BFGS, and line searches.
 *
 * @module
 */
export { backtracking } from "./backtracking.ts";
export type { BacktrackingOptions } from "./backtracking_options.ts";
export { lbfgs } from "./lbfgs.ts";
export type { LbfgsOptions, LineSearch } from "./lbfgs_options.ts";
export { minimize, type MinimizeOptions, type MinimizeProgress, type MinimizeResult } from "./minimize.ts";
export {
  type Converged,
  type Evaluate,
  isMinimizer,
  type Minimizer,
  type MinimizerLimits,
  type MinimizerStep,
  type ValueAndGrads,
} from "./minimizer.ts";
