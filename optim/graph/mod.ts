/**
 * Traces update rules, and writes them into ONNX graphs.
 *
 * @module
 */
export {
  type Coefficient,
  type EmitInputs,
  type EmitOutputs,
  type FullTrace,
  type Noise,
  type StateSpec,
  type Trace,
  traceRule,
} from "./trace.ts";
