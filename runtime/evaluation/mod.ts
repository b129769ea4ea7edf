/**
 * Evaluates models on whole data sets, and computes running statistics for averages.
 *
 * @module
 */
export { type Evaluator, evaluator, type EvaluatorOptions } from "./evaluate.ts";
export {
  type EvaluationBuffers,
  evaluationBuffers,
  type EvaluationBuffersInput,
  type EvaluationBuffersOptions,
} from "./evaluation_buffers.ts";
