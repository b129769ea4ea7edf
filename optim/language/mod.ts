/**
 * The language of update rules: expressions, rules over one parameter, rules over all.
 *
 * @module
 */
export {
  abs,
  add,
  type Arg,
  type Binary,
  constant,
  div,
  equal,
  type Expr,
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
  type Reduction,
  sign,
  sqrt,
  square,
  sub,
  sum,
  transpose,
  type Unary,
  where,
} from "./expr.ts";
export { intern, type Interned, keyOf } from "./intern.ts";
export {
  type ParameterInputs,
  type ParamSpec,
  perParameter,
  type PerParameterOptions,
  type Rule,
  type RuleInputs,
  type RuleOutputs,
  type Slot,
  type SlotOf,
  type StepInfo,
} from "./rule.ts";
export { asSlot, dot, each, type Exprs, slot, slotsOf, total } from "./whole.ts";
export * as ops from "./expr.ts";
