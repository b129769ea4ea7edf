/**
 * The language of update rules: expressions, rules over one parameter, rules over all.
 *
 * This is the door for the rest of the library; `optim/rule.ts` offers what one needs to write a rule.
 *
 * @module
 */
export type { Arg, Binary, Expr, Reduction, RuleInput, Unary, Whole } from "./expr.ts";
export {
  abs,
  add,
  constant,
  div,
  equal,
  filled,
  greater,
  matmul,
  max,
  maximum,
  mean,
  min,
  mul,
  neg,
  norm,
  pow,
  sign,
  sqrt,
  square,
  sub,
  sum,
  transpose,
  where,
} from "./ops.ts";
export { inputKey, intern, type Interned, keyOf } from "./intern.ts";
export type { Factor, FactorLabels, FactorRequest, Layer, ModelLayers, OtherParameter } from "./layer.ts";
export { layersInScope, withLayers } from "./layers_scope.ts";
export {
  type ParameterInputs,
  perParameter,
  type PerParameterOptions,
  type SlotOf,
} from "./per_parameter.ts";
export type { ExampleInputs, ParamSpec, Rule, RuleInputs, RuleOutputs, Slot, StepInfo } from "./rule.ts";
export { asSlot, dot, each, type Exprs, slot, slotsOf, total } from "./whole.ts";
export * as ops from "./ops.ts";
