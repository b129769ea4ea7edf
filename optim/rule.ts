/**
 * Everything needed to write your own update rule.
 *
 * @module
 */
export { optimizer, type OptimizerParts, transform } from "./optimizer.ts";
export type { Combined, Optimizer, Transform, Updater } from "./protocol.ts";
export type { Hyperparameter, LearningRate } from "./scheduled.ts";
export {
  type Arg,
  type ExampleInputs,
  type Expr,
  type Exprs,
  type Factor,
  type FactorLabels,
  type FactorRequest,
  type Layer,
  layersInScope,
  type ModelLayers,
  ops,
  type OtherParameter,
  type ParameterInputs,
  type ParamSpec,
  perParameter,
  type PerParameterOptions,
  type Rule,
  type RuleInput,
  type RuleInputs,
  type RuleOutputs,
  type Slot,
  type SlotOf,
  type StepInfo,
  type Whole,
} from "./language/mod.ts";
export { lazily, type LazyWork } from "./matrices/mod.ts";
export type {
  Coefficient,
  EmitAll,
  EmitContext,
  EmitExample,
  EmitInputs,
  EmitOutputs,
  Noise,
  StateSpec,
  Trace,
  WriteNode,
} from "./graph/mod.ts";
