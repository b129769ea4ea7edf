/**
 * Optimizers: update rules, transforms, and the language that both are written in.
 *
 * @module
 */

// Update rules, and rules around rules.
export * from "./catalog/mod.ts";

// Update rules of one's own, and their use.
export { applyUpdates } from "./apply_updates.ts";
export type { CommonOptions, DecoupledOptions } from "./common.ts";
export { ops } from "./language/mod.ts";
export {
  type Arg,
  type Binary,
  type Expr,
  type ParameterInputs,
  type ParamSpec,
  perParameter,
  type PerParameterOptions,
  type Reduction,
  type Rule,
  type RuleInputs,
  type RuleOutputs,
  type Slot,
  type SlotOf,
  type StepInfo,
  type Unary,
} from "./language/mod.ts";
export {
  checkOptimizer,
  kindOf,
  type Optimizer,
  optimizer,
  type OptimizerParts,
  type StepOptions,
  type UpdateOptions,
} from "./optimizer.ts";
export type { LearningRate } from "./options.ts";
export type { Param, Params } from "./params.ts";
export { checkRule, flattenState, ofRule, type OptimizerState, ruleOf, unflattenState } from "./state.ts";
export type { Coefficient, EmitInputs, EmitOutputs, Noise, StateSpec, Trace } from "./graph/mod.ts";
