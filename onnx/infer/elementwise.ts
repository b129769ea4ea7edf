/**
 * Operators that work element by element.
 *
 * @module
 */
import { broadcastShapes, type Dim, type DType, isFloat, type Shape, shapeText } from "../tensor/mod.ts";
import { dtypeAt, dtypeAttribute, likeInput, shapeAt } from "./common.ts";
import { contentsOf, heldIn, pickBroadcast } from "./contents.ts";
import { unifyShapes } from "./dims.ts";
import { FOLDS } from "./fold.ts";
import type { InferNode, InferRule } from "./types.ts";

/** Returns the shape that the inputs broadcast to, and the contents where they can be computed. */
function elementwise(dtype?: DType): InferRule {
  return (node) => {
    const shape = broadcastShapes(node.inputs.map((k) => k?.shape), node.freshDim);
    return [{ dtype, shape, contents: folded(node, shape) }];
  };
}

function folded(node: InferNode, shape: Shape | undefined): Dim[] | undefined {
  const fold = FOLDS[node.opType];
  if (fold === undefined) return undefined;
  const dtype = dtypeAt(node, node.opType === "Where" ? 1 : 0);
  const context = {
    float: dtype === undefined || isFloat(dtype),
    fresh: node.freshDim,
    fmod: node.opType === "Mod" && node.int("fmod") === 1,
  };
  const columns: (readonly Dim[])[] = [];
  for (const input of node.inputs) {
    const column = pickBroadcast(heldIn(input), shape);
    if (column === undefined) return undefined;
    columns.push(column);
  }
  const result: Dim[] = [];
  for (let i = 0; i < columns[0]!.length; i++) {
    const entry = fold(columns.map((c) => c[i]!), context);
    if (entry === undefined) return undefined;
    result.push(dtype === "float32" && typeof entry === "number" ? Math.fround(entry) : entry);
  }
  return result;
}

/** `PRelu`: the slope broadcasts to the input, never the other way. */
const prelu: InferRule = (node) => {
  const [x, slope] = [shapeAt(node, 0), shapeAt(node, 1)];
  if (x === undefined || slope === undefined) return [{ shape: x }];
  const fits = slope.length <= x.length && slope.every((d, i) => {
    const to = x[x.length - slope.length + i]!;
    return typeof d === "string" || typeof to === "string" || d === 1 || d === to;
  });
  if (!fits) {
    throw new RangeError(`input slope ${shapeText(slope)} must broadcast to input X ${shapeText(x)}`);
  }
  return [{ shape: x }];
};

/** `SwiGLU`: two inputs of one shape. */
const swiglu: InferRule = (node) => [{
  shape: unifyShapes(shapeAt(node, 0), shapeAt(node, 1), "the shapes of A and B"),
}];

/** `Cast`, `CastLike` and `BitCast`: another element type, the same contents where those are small whole numbers. */
const cast: InferRule = (node) => {
  const dtype = node.opType === "CastLike" ? dtypeAt(node, 1) : dtypeAttribute(node, "to");
  const contents = node.opType === "BitCast" ? undefined : castContents(contentsOf(node.inputs[0]), dtype);
  return [{ dtype, shape: shapeAt(node, 0), contents }];
};

function castContents(contents: readonly Dim[] | undefined, to: DType | undefined): Dim[] | undefined {
  if (contents === undefined || to === undefined || to === "string") return undefined;
  if (to === "bool" && contents.some((c) => typeof c === "string")) return undefined;
  return contents.map((c) => {
    if (typeof c === "string") return c;
    if (to === "bool") return c === 0 ? 0 : 1;
    return isFloat(to) ? c : Math.trunc(c);
  });
}

/** `Identity`: everything that is known of the input. */
const identity: InferRule = (node) => [{
  dtype: dtypeAt(node, 0),
  shape: shapeAt(node, 0),
  contents: contentsOf(node.inputs[0]),
}];

function table(names: string, rule: InferRule): Record<string, InferRule> {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, rule]));
}

const like = likeInput();

/** Rules of the element-wise operators. */
export const ELEMENTWISE: Readonly<Record<string, InferRule>> = {
  ...table("Add Sub Mul Div Mod Pow Max Min Mean Sum Where StringConcat", elementwise()),
  ...table("BitShift BitwiseAnd BitwiseOr BitwiseXor", elementwise()),
  ...table("And Or Xor Equal Greater GreaterOrEqual Less LessOrEqual Not", elementwise("bool")),
  ...table("Abs Ceil Floor Neg Round Sqrt", elementwise()),
  ...table("Acos Acosh Asin Asinh Atan Atanh Cos Cosh Sin Sinh Tan Tanh", like),
  ...table("BitwiseNot Erf Exp Log Reciprocal Sign", like),
  ...table("Celu Clip Elu Gelu HardSigmoid HardSwish LeakyRelu Mish Relu Selu Shrink", like),
  ...table("Sigmoid Softplus Softsign Swish ThresholdedRelu", like),
  ...table("CumProd CumSum Hardmax LogSoftmax Softmax Trilu", like),
  ...table("IsInf IsNaN RegexFullMatch", likeInput(0, "bool")),
  ...table("Cast CastLike BitCast", cast),
  Identity: identity,
  PRelu: prelu,
  SwiGLU: swiglu,
};
