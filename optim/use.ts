/**
 * Everything needed to use any optimizer, and to write one: types, states, the language of rules.
 *
 * @module
 */
export { applyUpdates } from "./apply_updates.ts";
export type { CommonOptions, DecoupledOptions } from "./common.ts";
export { ops } from "./language/mod.ts";
export {
  type Arg,
  type Binary,
  type ExampleInputs,
  type Expr,
  type Factor,
  type FactorLabels,
  type FactorRequest,
  type Layer,
  type ModelLayers,
  type OtherParameter,
  type ParameterInputs,
  type ParamSpec,
  perParameter,
  type PerParameterOptions,
  type Reduction,
  type Rule,
  type RuleInput,
  type RuleInputs,
  type RuleOutputs,
  type Slot,
  type SlotOf,
  type StepInfo,
  type Unary,
  type Whole,
} from "./language/mod.ts";
export { checkOptimizer } from "./check_optimizer.ts";
export { optimizer, type OptimizerParts, transform } from "./optimizer.ts";
export type { Combined, Optimizer, Transform, Updater } from "./protocol.ts";
export { kindOf } from "./rule_updater.ts";
export type { StepOptions, UpdateOptions } from "./update_options.ts";
export type { Hyperparameter, LearningRate } from "./scheduled.ts";
export type { Param, Params } from "./params.ts";
export { checkRule, flattenState, ofRule, type OptimizerState, ruleOf, unflattenState } from "./state.ts";
export type {
  Coefficient,
  EmitExample,
  EmitInputs,
  EmitOutputs,
  Noise,
  StateSpec,
  Trace,
  WriteNode,
} from "./graph/mod.ts";
