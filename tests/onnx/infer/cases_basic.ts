/**
 * Nodes to try: element-wise operators, reductions, products, shapes, layout, indices, constants.
 *
 * @module
 */
import { tensorOf } from "../../../onnx/mod.ts";
import { type Case, fed, given, known, node } from "./oracle.ts";

const each = <T>(names: string, make: (name: string) => T): T[] => names.split(" ").map(make);
const int = (v: number) => known([v], "int64", []);

const UNARY =
  "Abs Acos Acosh Asin Asinh Atan Atanh Ceil Celu Clip Cos Cosh Elu Erf Exp Floor Gelu HardSigmoid " +
  "HardSwish LeakyRelu Log LogSoftmax Hardmax Mish Neg Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin Sinh " +
  "Softmax Softplus Softsign Sqrt Tan Tanh ThresholdedRelu Trilu Identity IsInf IsNaN";

export const ELEMENTWISE: Case[] = [
  ...each(UNARY, (op) => node(op, [fed([2, 3])])),
  ...each(
    "Add Sub Mul Div Pow Min Max Mean Sum Mod",
    (op) => node(op, [fed([2, 1, 4]), fed([3, 1])], op === "Mod" ? { attributes: { fmod: 1 } } : {}),
  ),
  ...each("Equal Greater GreaterOrEqual Less LessOrEqual", (op) => node(op, [fed([4]), fed([3, 4])])),
  ...each("And Or Xor", (op) => node(op, [fed([4], "bool"), fed([3, 1], "bool")])),
  ...each("BitwiseAnd BitwiseOr BitwiseXor", (op) => node(op, [fed([4], "int32"), fed([3, 1], "int32")])),
  ...each("Add Sub Mul Div Equal", (op) => node(op, [fed([5], "int64"), fed([5], "int64")], { opset: 7 })),
  ...each("Max Min Sum Mean", (op) => node(op, [fed([2, 3]), fed([3]), fed([])], { opset: 8 })),
  node("Add", [fed([]), fed([0, 3])]),
  node("BitwiseNot", [fed([4], "int32")]),
  node("BitShift", [fed([4], "uint32"), fed([], "uint32")], { attributes: { direction: "LEFT" } }),
  node("Not", [fed([4], "bool")]),
  node("Where", [fed([3, 1], "bool"), fed([4]), fed([2, 1, 1])]),
  node("PRelu", [fed([2, 3, 4]), fed([3, 1])]),
  node("Cast", [fed([2, 3])], { attributes: { to: "int64" } }),
  node("Cast", [fed([2, 3])], { attributes: { to: "string" }, opset: 13 }),
  node("CastLike", [fed([2, 3]), fed([], "bool")]),
  node("BitCast", [fed([2, 3])], {
    opset: 26,
    attributes: { to: "int32" },
    expected: [["int32", [2, 3]]],
  }),
  node("Clip", [fed([2, 3]), known([0], "float32", []), known([1], "float32", [])]),
  node("Swish", [fed([2, 3])], { opset: 24, expected: [["float32", [2, 3]]] }),
  node("SwiGLU", [fed([2, 3]), fed([2, 3])], { opset: 28, expected: [["float32", [2, 3]]] }),
  node("CumSum", [fed([2, 3]), int(1)]),
  node("CumProd", [fed([2, 3]), int(1)], { opset: 26, expected: [["float32", [2, 3]]] }),
  node("StringConcat", [fed([2, 1], "string"), fed([3], "string")]),
  node("RegexFullMatch", [fed([2, 1], "string")], { attributes: { pattern: "a.*" } }),
];

const REDUCTIONS = "L1 L2 LogSum LogSumExp Max Mean Min Prod Sum SumSquare";

export const REDUCE: Case[] = [
  ...each(REDUCTIONS, (op) => node(`Reduce${op}`, [fed([2, 3, 4]), known([-1, 0])])),
  ...each(
    REDUCTIONS,
    (op) => node(`Reduce${op}`, [fed([2, 3, 4])], { opset: 11, attributes: { axes: [1], keepdims: 0 } }),
  ),
  ...each(REDUCTIONS, (op) => node(`Reduce${op}`, [fed([2, 3, 4])], { attributes: { keepdims: 0 } })),
  node("ReduceSum", [fed([2, 3]), known([])], { attributes: { noop_with_empty_axes: 1 } }),
  node("ReduceSum", [fed([2, 3]), known([])]),
  node("ReduceSum", [fed([2, 3, 4]), given([0, 1])]),
  node("ReduceSum", [fed([2, 3, 4]), given([0, 1])], { attributes: { keepdims: 0 } }),
  ...each("ArgMax ArgMin", (op) => node(op, [fed([2, 3, 4])], { attributes: { axis: -2, keepdims: 0 } })),
  node("ArgMax", [fed([2, 3, 4])]),
];

const uint8 = (shape: number[]) => fed(shape, "uint8");
const scale = known([0.5], "float32", []);
const zero = known([0], "uint8", []);

export const MATMUL: Case[] = [
  node("MatMul", [fed([2, 3]), fed([3, 4])]),
  node("MatMul", [fed([3]), fed([3])]),
  node("MatMul", [fed([3]), fed([5, 3, 4])]),
  node("MatMul", [fed([5, 2, 3]), fed([3])]),
  node("MatMul", [fed([6, 1, 2, 3]), fed([5, 3, 4])]),
  node("MatMulInteger", [uint8([5, 2, 3]), uint8([3, 4])]),
  node("QLinearMatMul", [uint8([5, 2, 3]), scale, zero, uint8([3, 4]), scale, zero, scale, zero]),
  node("Gemm", [fed([2, 3]), fed([3, 4])]),
  node("Gemm", [fed([3, 2]), fed([4, 3]), fed([4])], { attributes: { transA: 1, transB: 1 } }),
  node("Gemm", [fed([2, 3]), fed([3, 4]), fed([2, 1])], { opset: 7 }),
  node("Det", [fed([5, 3, 3])]),
  ...each("ij,jk->ik bij,bjk bij,jk->kb ...ij,...jk->...ik ii->i i,i", (equation) => {
    const shapes: Record<string, number[][]> = {
      "ij,jk->ik": [[2, 3], [3, 4]],
      "bij,bjk": [[5, 2, 3], [5, 3, 4]],
      "bij,jk->kb": [[5, 2, 3], [3, 4]],
      "...ij,...jk->...ik": [[6, 5, 2, 3], [6, 5, 3, 4]],
      "ii->i": [[3, 3]],
      "i,i": [[3], [3]],
    };
    // ONNX Runtime assumes the same dimensions for all ellipses, although 1 broadcasts.
    const bold = equation.includes("...");
    return node("Einsum", shapes[equation]!.map((s) => fed(s)), { attributes: { equation }, bold });
  }),
  node("Einsum", [fed([2, 3, 4])], { attributes: { equation: "c...a -> ...ac" } }),
  node("Einsum", [fed([2, 3, 4])], { attributes: { equation: "b...a" } }),
  node("Einsum", [fed([6, 1, 2, 3]), fed([5, 3, 4])], {
    attributes: { equation: "...ij,...jk->...ik" },
    expected: [["float32", [6, 5, 2, 4]]],
  }),
];

const ones = { value: tensorOf([1], "int64") };

export const SHAPES: Case[] = [
  node("Shape", [fed([2, 3, 4])]),
  node("Shape", [fed([2, 3, 4])], { attributes: { start: -2, end: 10 } }),
  node("Shape", [fed([2, 3, 4])], { attributes: { start: 2, end: 1 } }),
  node("Size", [fed([2, 3, 4])]),
  node("Reshape", [fed([5, 3, 4]), known([0, -1])]),
  node("Reshape", [fed([5, 3, 4]), known([-1, 12])]),
  node("Reshape", [fed([5, 3, 4]), known([0, 0, 2, 2])]),
  node("Reshape", [fed([5, 3, 4]), known([2, 30])]),
  node("Reshape", [fed([5, 3, 4]), given([2, 30])]),
  node("Reshape", [fed([0, 3]), known([3, 0])], { attributes: { allowzero: 1 } }),
  node("Reshape", [fed([5, 0]), known([0, 4, -1])]),
  node("Reshape", [fed([5, 3, 4]), known([-1])], { opset: 7 }),
  node("Flatten", [fed([5, 3, 4])]),
  node("Flatten", [fed([5, 3, 4])], { attributes: { axis: 0 } }),
  node("Flatten", [fed([5, 3, 4])], { attributes: { axis: -1 } }),
  node("Flatten", [fed([5, 3, 4])], { attributes: { axis: 3 }, opset: 9 }),
  node("Squeeze", [known([7], "float32", [1, 1])]),
  node("Squeeze", [fed([1, 3, 1]), known([0, -1])]),
  node("Squeeze", [fed([1, 3, 1]), given([0])]),
  node("Squeeze", [fed([1, 3, 1])], { opset: 11, attributes: { axes: [2] } }),
  node("Unsqueeze", [fed([2, 3]), known([0, -1])]),
  node("Unsqueeze", [fed([2, 3]), given([1])]),
  node("Unsqueeze", [fed([2, 3])], { opset: 11, attributes: { axes: [0, 3] } }),
  node("Transpose", [fed([2, 3, 4])]),
  node("Transpose", [fed([2, 3, 4])], { attributes: { perm: [2, 0, 1] } }),
];

export const LAYOUT: Case[] = [
  node("Concat", [fed([2, 3]), fed([2, 4])], { attributes: { axis: -1 } }),
  node("Concat", [fed([0]), fed([4])], { attributes: { axis: 0 } }),
  node("Split", [fed([6, 2])], { outputs: 3, attributes: { num_outputs: 3 } }),
  node("Split", [fed([7, 2])], { outputs: 3, attributes: { num_outputs: 3 } }),
  node("Split", [fed([2, 7]), known([3, 4])], { outputs: 2, attributes: { axis: -1 } }),
  node("Split", [fed([2, 7]), given([3, 4])], { outputs: 2, attributes: { axis: 1 } }),
  node("Split", [fed([6, 2])], { outputs: 2, opset: 13 }),
  node("Split", [fed([6, 2])], { outputs: 2, opset: 11, attributes: { split: [1, 5] } }),
  node("Split", [fed([6, 2])], { outputs: 1, attributes: { num_outputs: 1 } }),
  node("Expand", [fed([3, 1]), known([2, 1, 4])]),
  node("Expand", [fed([5, 3, 1]), known([1])]),
  node("Expand", [fed([3, 1]), given([2, 1, 4])]),
  node("Expand", [fed([5, 3, 1]), given([4])]),
  node("Tile", [fed([2, 3]), known([2, 1])]),
  node("Tile", [fed([2, 3]), given([2, 1])]),
  node("Pad", [fed([2, 3]), known([1, 0, 0, 2])]),
  node("Pad", [fed([2, 3]), known([0, -1, 0, 0])]),
  node("Pad", [fed([2, 3]), known([1, 2]), null, known([-1])]),
  node("Pad", [fed([2, 3]), given([1, 0, 0, 2])]),
  node("Pad", [fed([2, 3])], { opset: 7, attributes: { pads: [1, 0, 0, 2] } }),
  node("DepthToSpace", [fed([1, 8, 2, 3])], { attributes: { blocksize: 2 } }),
  node("SpaceToDepth", [fed([1, 2, 4, 6])], { attributes: { blocksize: 2 } }),
  node("CenterCropPad", [fed([5, 6, 7]), known([3, 9])], { attributes: { axes: [0, 2] } }),
  node("CenterCropPad", [fed([5, 6]), known([3, 9])]),
];

const slices: [number[], number[], number[] | null, number[] | null][] = [
  [[1], [3], null, null],
  [[0, 1], [100, -1], null, null],
  [[-3], [2 ** 40], [-1], null],
  [[-1], [-(2 ** 40)], [1], [-1]],
  [[100], [0], [1], [-2]],
  [[-100], [-100], [1], [-1]],
  [[4], [1], [1], [-1]],
  [[0], [7], [1], [3]],
  [[5], [2], [0], null],
  [[-100], [100], [0], null],
  [[-2], [-200], [1], [-3]],
];

export const INDEXING: Case[] = [
  ...slices.map(([starts, ends, axes, steps]) =>
    node("Slice", [fed([4, 6]), known(starts), known(ends), axes && known(axes), steps && known(steps)])
  ),
  node("Slice", [fed([4, 6]), given([1]), given([3]), known([1])]),
  node("Slice", [fed([4, 6]), given([1]), given([3]), given([1])]),
  node("Slice", [fed([0, 6]), known([-1]), known([-9]), known([0]), known([-1])]),
  node("Slice", [fed([4, 6])], { opset: 9, attributes: { starts: [1], ends: [3], axes: [1] } }),
  node("Gather", [fed([4, 6]), given([1, 0, -1, 2], "int64", [2, 2])]),
  node("Gather", [fed([4, 6]), int(-1)], { attributes: { axis: 1 } }),
  node("GatherElements", [fed([4, 6]), given([1, 0], "int64", [2, 1])], { attributes: { axis: 1 } }),
  node("GatherND", [fed([4, 6]), given([1, 0, 1, 2], "int64", [2, 2])]),
  node("GatherND", [fed([4, 6]), given([1, 0], "int64", [2, 1])]),
  node("GatherND", [fed([2, 4, 6]), given([1, 0], "int64", [2, 1])], { attributes: { batch_dims: 1 } }),
  node("Scatter", [fed([4, 6]), given([1, 0], "int64", [2, 1]), fed([2, 1])], { opset: 9 }),
  node("ScatterElements", [fed([4, 6]), given([1, 0], "int64", [2, 1]), fed([2, 1])]),
  node("ScatterND", [fed([4, 6]), given([1, 0], "int64", [2, 1]), fed([2, 6])]),
  node("TensorScatter", [fed([2, 4, 6]), fed([2, 1, 6]), given([0, 1])], { opset: 24 }),
  node("OneHot", [fed([2, 3], "int64"), int(5), fed([2])]),
  node("OneHot", [fed([2, 3], "int64"), known([5]), fed([2])], { attributes: { axis: 0 } }),
  node("OneHot", [fed([2, 3], "int64"), given([5]), fed([2])]),
  node("TopK", [fed([2, 6]), known([3])], { outputs: 2 }),
  node("TopK", [fed([6, 2]), given([3])], { outputs: 2, attributes: { axis: 0 } }),
  node("TopK", [fed([6, 2])], { outputs: 2, opset: 7, attributes: { axis: 0, k: 3 } }),
  node("NonZero", [fed([2, 3], "bool")]),
  node("Unique", [fed([2, 3], "int64")], { outputs: 4 }),
  node("Unique", [fed([2, 3], "int64")], { outputs: 4, attributes: { axis: 1 } }),
  node("Compress", [fed([2, 3]), known([1, 0, 1], "bool")], { attributes: { axis: 1 } }),
  node("Compress", [fed([2, 3]), fed([5], "bool")]),
  node("NonMaxSuppression", [fed([1, 6, 4]), fed([1, 2, 6]), int(3)]),
  node("ReverseSequence", [fed([4, 3]), known([1, 2, 4])]),
];

export const CONSTANTS: Case[] = [
  node("Constant", [], { attributes: { value: tensorOf([1, 2, 3, 4], [2, 2], "int64") } }),
  node("Constant", [], { attributes: { value_int: 3 } }),
  node("Constant", [], { attributes: { value_ints: [3, 4] } }),
  node("Constant", [], { attributes: { value_float: 0.5 } }),
  node("Constant", [], { attributes: { value_floats: [0.5, 2, 3] } }),
  node("Constant", [], { attributes: { value_string: "a" } }),
  node("ConstantOfShape", [known([2, 3])]),
  node("ConstantOfShape", [known([])]),
  node("ConstantOfShape", [given([2, 3])], { attributes: ones }),
  node("ConstantOfShape", [known([3])], { attributes: ones }),
  node("EyeLike", [fed([3, 4])]),
  node("EyeLike", [fed([3, 4])], { attributes: { dtype: "int64" } }),
  node("Range", [int(2), int(11), int(3)]),
  node("Range", [int(11), int(2), int(-4)]),
  node("Range", [int(0), given([5], "int64", []), int(1)]),
  node("Range", [known([0], "float32", []), known([1], "float32", []), known([0.3], "float32", [])]),
  node("RandomNormal", [], { attributes: { shape: [2, 3] } }),
  node("RandomUniform", [], { attributes: { shape: [2, 3], dtype: "float64" } }),
  node("RandomNormalLike", [fed([2, 3])]),
  node("RandomUniformLike", [fed([2, 3], "int64")], { attributes: { dtype: "float32" } }),
  node("Bernoulli", [fed([2, 3])], { attributes: { dtype: "bool" } }),
  node("Multinomial", [fed([2, 3])], { attributes: { sample_size: 5 } }),
  node("Multinomial", [fed([2, 3])], { attributes: { dtype: "int64" } }),
];
