/**
 * Traces update rules, and writes them into ONNX graphs.
 *
 * @module
 */
export { emitOne, whole } from "./emit.ts";
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
} from "./trace.ts";
export { type TracedRule, traceRule } from "./trace_rule.ts";
