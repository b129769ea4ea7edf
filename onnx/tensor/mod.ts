/**
 * Element types, shapes and tensors.
 *
 * @module
 */
export { bitsOf, type DType, dtypeCode, dtypeOfCode, dtypeOfSchema, isFloat, isInteger } from "./dtype.ts";
export {
  broadcastShapes,
  type Dim,
  isStatic,
  normalizeAxis,
  sameShape,
  type Shape,
  shapeText,
  sizeOf,
  type StaticShape,
} from "./shape.ts";
export { dtypeOfData, int64Of, numbersOf, type Tensor, tensor, type TensorData, tensorOf } from "./tensor.ts";
