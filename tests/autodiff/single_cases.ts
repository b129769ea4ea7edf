/**
 * Cases of the rules of single operators: element by element, reductions, rearrangements, products, losses.
 *
 * @module
 */
import { type Graph, tensor, type Value } from "../../onnx/mod.ts";
import { type Case, uniformTensor } from "./check.ts";

type Build = (g: Graph, x: Value[]) => Value | Value[];

const cases = new Map<string, Case[]>();

/** The cases by operator. */
export const SINGLE: ReadonlyMap<string, readonly Case[]> = cases;

/** Adds a case of an operator: the operands' shapes and range, away from kinks, and how to build it. */
function add(
  op: string,
  shapes: readonly (readonly number[])[],
  build: Build,
  range: [number, number] = [-2, 2],
): void {
  const list = cases.get(op) ?? [];
  const inputs = shapes.map((s, i) => uniformTensor(s, ...range, `${op} ${i}`));
  // Det is written out for known sizes.
  const known = op === "Det";
  // Only the loss among these has a different gradient for each kind of device.
  for (const target of op === "SoftmaxCrossEntropyLoss" ? ["cpu", "gpu"] as const : ["cpu"] as const) {
    const name = `${op} ${JSON.stringify(shapes)} #${list.length}`;
    list.push({ name, inputs, build, known, target, single: op === "Shrink" });
  }
  cases.set(op, list);
}

function emit(op: string, attributes: Record<string, number | string | number[]> = {}): Build {
  return (g, x) => g.emit(op, x, { attributes });
}

const ints = (values: number[], shape?: number[]) => tensor(BigInt64Array.from(values, BigInt), shape);
const ints32 = (values: number[], shape?: number[]) => tensor(Int32Array.from(values), shape);

/** Returns integers that are known only at run time; `x` is any float value. */
function atRunTime(g: Graph, x: Value, values: number[]): Value {
  const zero = g.cast(g.mul(g.reduceSum(x, null, { keepdims: 0 }), 0), { to: "int64" });
  return g.add(zero, ints(values));
}

const NARROW: Readonly<Record<string, [number, number]>> = {
  Acos: [-0.9, 0.9],
  Acosh: [1.2, 3],
  Asin: [-0.9, 0.9],
  Atanh: [-0.9, 0.9],
  Log: [0.2, 3],
  Sqrt: [0.2, 3],
  Reciprocal: [0.3, 2],
  Tan: [-1.2, 1.2],
};
const SMOOTH =
  "Abs Acos Acosh Asin Asinh Atan Atanh Celu Cos Cosh Elu Erf Exp Gelu HardSigmoid HardSwish Identity " +
  "LeakyRelu Log Mish Neg Reciprocal Relu Selu Shrink Sigmoid Sin Sinh Softplus Softsign Sqrt Tan Tanh ThresholdedRelu";
for (const op of SMOOTH.split(" ")) {
  // These have no float64 kernel: the test below builds them in float32 between casts.
  for (const shape of [[], [5], [2, 3]]) add(op, [shape], emit(op), NARROW[op]);
}
for (const alpha of [0.1, 0.7]) {
  add("Elu", [[7]], emit("Elu", { alpha }));
  add("Celu", [[7]], emit("Celu", { alpha }));
  add("LeakyRelu", [[7]], emit("LeakyRelu", { alpha }));
  add("ThresholdedRelu", [[7]], emit("ThresholdedRelu", { alpha }));
}
add("Gelu", [[7]], emit("Gelu", { approximate: "tanh" }));
add("Swish", [[4]], (g, [x]) => g.mul(x!, g.sigmoid(x!)));

const PAIRS = [[[3], [3]], [[2, 3], [3]], [[1, 3], [2, 1]], [[], [2, 2]], [[2, 1, 3], [4, 1]], [[0, 3], [3]]];
for (const op of ["Add", "Sub", "Mul", "Max", "Min", "Mean", "Sum"]) {
  for (const p of PAIRS) add(op, p, emit(op));
}
for (const p of PAIRS) add("Div", p, emit("Div"), [0.5, 2]);
for (const p of PAIRS) add("Pow", p, emit("Pow"), [0.5, 2]);
add("Pow", [[4]], (g, [x]) => g.pow(x!, 2));
add("Pow", [[4]], (g, [x]) => g.pow(x!, 3));
add("Pow", [[4]], (g, [x]) => g.pow(x!, -1.5), [0.5, 2]);
add("Sum", [[3], [2, 3], []], emit("Sum"));
add("Mean", [[3], [2, 3], []], emit("Mean"));
add("Max", [[3], [2, 3], []], emit("Max"));
for (const op of ["Max", "Min"]) {
  // Repeated operands: their gradients add up to 1 per element.
  add(op, [[3, 4], [4]], (g, [x, z]) => g.emit(op, [x!, x!, z!]));
  add(op, [[3, 4]], (g, [x]) => g.emit(op, [x!, x!]));
  add(op, [[3, 1], [4]], (g, [x, z]) => g.emit(op, [x!, z!, x!, z!, x!]));
}
add("Mod", [[6]], (g, [x]) => g.mod(x!, 0.7, { fmod: 1 }));
add("PRelu", [[2, 3], [3]], emit("PRelu"));
add("PRelu", [[2, 3, 2], [3, 1]], emit("PRelu"));
add("Where", [[2, 3], [3]], (g, [a, b]) => g.where(g.greater(a!, b!), a!, b!));
add("Where", [[3, 1], [1, 2]], (g, [a, b]) => g.where(g.less(a!, b!), g.mul(a!, 2), b!));
add("Clip", [[9]], (g, [x]) => g.clip(x!, -0.5, 0.75));
add("Clip", [[9]], (g, [x]) => g.clip(x!, null, 0.75));
add("Clip", [[9], [], []], (g, [x, a, b]) => g.clip(x!, g.sub(a!, 3), g.sub(b!, 2)));
add("Cast", [[3]], (g, [x]) => g.mul(g.cast(x!, { to: x!.dtype }), x!));
add("CastLike", [[3], [1]], (g, [x, y]) => g.castLike(x!, y!));
for (const op of ["Ceil", "Floor", "Round", "Sign"]) {
  add(op, [[4]], (g, [x]) => g.add(x!, g.emit(op, [x!])[0]!));
}

for (
  const p of [[[2, 3], [3, 4]], [[3], [3]], [[3], [3, 2]], [[2, 3], [3]], [[5, 2, 3], [3, 4]], [[5, 2, 3], [
    5,
    3,
    1,
  ]]]
) {
  add("MatMul", p, emit("MatMul"));
}
for (const p of [[[2, 1, 2, 3], [4, 3, 2]], [[3], [2, 3, 4]], [[2, 2, 3], [3]], [[2, 3], [5, 3, 4]]]) {
  add("MatMul", p, emit("MatMul"));
}
for (const transA of [0, 1]) {
  for (const transB of [0, 1]) {
    const shapes = [transA ? [3, 2] : [2, 3], transB ? [4, 3] : [3, 4], [4]];
    add("Gemm", shapes, emit("Gemm", { transA, transB, alpha: 0.5, beta: 2 }));
  }
}
add("Gemm", [[2, 3], [3, 4], [2, 1]], emit("Gemm"));
add("Gemm", [[2, 3], [3, 4]], emit("Gemm"));
for (const n of [1, 2, 3]) add("Det", [[2, n, n]], emit("Det"));
for (
  const [equation, ...shapes] of [
    ["ij,jk->ik", [2, 3], [3, 4]],
    ["bij,bjk->bik", [2, 2, 3], [2, 3, 2]],
    ["i,j->ij", [3], [2]],
    ["ij->j", [2, 3]],
    ["ii->i", [3, 3]],
    ["ii", [3, 3]],
    ["...ij,...jk->...ik", [2, 2, 3], [2, 3, 2]],
    ["ij,ij->", [2, 3], [2, 3]],
    ["ijk->ki", [2, 3, 4]],
    ["ij,ij->ij", [1, 3], [2, 3]],
  ] as [string, ...number[][]][]
) add("Einsum", shapes, emit("Einsum", { equation }));

const REDUCTIONS = "L1 L2 LogSumExp Max Mean Min Sum SumSquare Prod LogSum".split(" ");
for (const r of REDUCTIONS) {
  const range: [number, number] = r === "LogSum" ? [0.5, 2] : [-2, 2];
  for (
    const [axes, keepdims] of [[null, 1], [null, 0], [[0], 0], [[-1], 1], [[0, 2], 0]] as [
      number[] | null,
      number,
    ][]
  ) {
    add(
      `Reduce${r}`,
      [[2, 3, 2]],
      (g, [x]) => g.emit(`Reduce${r}`, [x!, axes], { attributes: { keepdims } }),
      range,
    );
  }
}
for (const r of REDUCTIONS) {
  const range: [number, number] = r === "LogSum" ? [0.5, 2] : [-2, 2];
  for (const axes of [[1], [-1], [0, -1], [2, 0, 1], []]) {
    // Axes that are known only at run time; without any, all axes or none are reduced.
    for (const noop_with_empty_axes of axes.length === 0 ? [0, 1] : [0]) {
      for (const keepdims of [0, 1]) {
        add(`Reduce${r}`, [[2, 3, 2]], (g, [x]) =>
          g.emit(`Reduce${r}`, [x!, atRunTime(g, x!, axes)], {
            attributes: { keepdims, noop_with_empty_axes },
          }), range);
      }
    }
  }
  add(
    `Reduce${r}`,
    [[1, 3, 1]],
    (g, [x]) => g.emit(`Reduce${r}`, [x!, atRunTime(g, x!, [0, 2])], { attributes: { keepdims: 0 } }),
    range,
  );
}
for (const n of [0, 1, 2, 5, 7, 8]) add("ReduceProd", [[2, n]], (g, [x]) => g.reduceProd(x!, [1]));
for (const op of ["Softmax", "LogSoftmax"]) {
  for (const axis of [-1, 0, 1]) add(op, [[2, 3, 4]], emit(op, { axis }));
}

add("Reshape", [[2, 3]], (g, [x]) => g.mul(g.reshape(x!, [3, -1]), 2));
add("Flatten", [[2, 3, 2]], emit("Flatten", { axis: 2 }));
add("Squeeze", [[1, 3, 1]], (g, [x]) => g.squeeze(x!, [0]));
add("Squeeze", [[1, 3, 1]], (g, [x]) => g.squeeze(x!, atRunTime(g, x!, [0, -1])));
add("Unsqueeze", [[3]], (g, [x]) => g.unsqueeze(x!, atRunTime(g, x!, [0, -1])));
add("Unsqueeze", [[3]], (g, [x]) => g.unsqueeze(x!, [0, 2]));
add("Transpose", [[2, 3, 4]], emit("Transpose", { perm: [2, 0, 1] }));
add("Transpose", [[2, 3]], emit("Transpose"));
add("Concat", [[2, 1], [2, 3]], (g, x) => g.concat(x, { axis: 1 }));
add("Concat", [[2], [3], [1]], (g, x) => g.concat(x, { axis: -1 }));
add("Split", [[2, 5]], (g, [x]) => g.split(x!, [2, 3], { axis: 1, outputs: 2 }));
add("Split", [[4]], (g, [x]) => g.split(x!, null, { num_outputs: 2, outputs: 2 })[1]);
/** Returns an operator with some unnamed outputs, written as `""` in a model. */
function unnamed(op: string, outputNames: string[], attributes: Record<string, number> = {}): Build {
  return (g, x) => {
    const operands = op === "TopK" ? [x[0]!, [2]] : x;
    return g.emit(op, operands, { outputs: outputNames.length, outputNames, attributes })
      .filter((_, i) => outputNames[i] !== "");
  };
}
add("Split", [[2, 6]], unnamed("Split", ["", "b"], { axis: 1, num_outputs: 2 }));
add("Split", [[5, 2]], unnamed("Split", ["", "b", ""], { num_outputs: 3 }));
add("Split", [[2, 5]], unnamed("Split", ["a", "", "c"], { axis: -1, num_outputs: 3 }));
add(
  "Split",
  [[5, 2]],
  (g, [x]) => g.split(x!, atRunTime(g, x!, [1, 0, 4]), { axis: 0, outputs: 3 }).slice(1),
);
add("TopK", [[2, 5]], unnamed("TopK", ["top", ""], { axis: 1 }));
add("Slice", [[4, 5]], (g, [x]) => g.slice(x!, [1, 0], [3, -1], [0, 1]));
add("Slice", [[4, 5]], (g, [x]) => g.slice(x!, [-1], [-5], [1], [-2]));
add("Slice", [[6]], (g, [x]) => g.slice(x!, [0], [100], [0], [2]));
// The last step ends before, at and beyond the end of the axis.
add("Slice", [[2, 9, 3, 8]], (g, [x]) => g.slice(x!, [1, 2], [6, 100], [1, 3], [2, 3]));
add("Slice", [[2, 7, 8]], (g, [x]) => g.slice(x!, [-7, 0], [7, -1], [1, 2], [3, 1]));
add("Slice", [[2, 3, 5, 6]], (g, [x]) => g.slice(x!, [0, 0], [100, 100], [2, 3], [2, 2]));
add("Slice", [[2, 3, 7]], (g, [x]) => g.slice(x!, [1], [-1], [-1], [3]));
add("Slice", [[2, 3, 5, 6]], (g, [x]) => g.slice(x!, [1, 1], [100, 5], [0, 2], [1, 2]));
add("Gather", [[4, 3]], (g, [x]) => g.gather(x!, ints([1, 1, 3]), { axis: 0 }));
add("Gather", [[3, 4]], (g, [x]) => g.gather(x!, ints([0, -1, 0, 2], [2, 2]), { axis: 1 }));
add("Gather", [[2, 3, 4]], (g, [x]) => g.gather(x!, ints([1], []), { axis: 1 }));
add("Gather", [[3, 4]], (g, [x]) => g.gather(x!, ints32([0, -1, 0, 2], [2, 2]), { axis: 1 }));
add("Gather", [[3, 2]], (g, [x]) => g.gather(x!, ints32([-3, 1, 1]), { axis: 0 }));
add("Gather", [[3, 2]], (g, [x]) => g.gather(x!, ints32([-2], []), { axis: -1 }));
add("Gather", [[3, 2]], (g, [x]) => g.gather(x!, ints32([], [0, 2]), { axis: 0 }));
add(
  "Gather",
  [[3, 2]],
  (g, [x]) => g.gather(x!, g.cast(atRunTime(g, x!, [2, 0, 2]), { to: "int32" }), { axis: 0 }),
);
add(
  "GatherElements",
  [[3, 2]],
  (g, [x]) => g.gatherElements(x!, ints32([0, -1, 0, 0], [2, 2]), { axis: -1 }),
);
for (const reduction of ["none", "add"]) {
  add(
    "ScatterElements",
    [[3, 2], [2, 2]],
    (g, [x, u]) => g.scatterElements(x!, ints32([0, -2, 2, 0], [2, 2]), u!, { reduction }),
  );
}
for (const [start, end, step] of [[1, 3, 1], [-1, -100, -2], [0, 2 ** 31 - 1, 3], [2, 2, 1]]) {
  add(
    "Slice",
    [[4, 5]],
    (g, [x]) => g.slice(x!, ints32([start!]), ints32([end!]), ints32([-1]), ints32([step!])),
  );
}
add("Slice", [[4, 5]], (g, [x]) => {
  const at = (values: number[]) => g.cast(atRunTime(g, x!, values), { to: "int32" });
  return g.slice(x!, at([1]), at([4]), at([1]));
});
add("GatherElements", [[3, 2]], (g, [x]) => g.gatherElements(x!, ints([0, 1, 0, 0], [2, 2]), { axis: 0 }));
add("GatherND", [[3, 2, 2]], (g, [x]) => g.gatherND(x!, ints([0, 1, 2, 0, 0, 1], [3, 2])));
add("GatherND", [[2, 3, 2]], (g, [x]) => g.gatherND(x!, ints([1, 2], [2, 1]), { batch_dims: 1 }));
add(
  "ScatterElements",
  [[3, 2], [2, 2]],
  (g, [x, u]) => g.scatterElements(x!, ints([0, 1, 2, 0], [2, 2]), u!),
);
add(
  "ScatterElements",
  [[3], [4]],
  (g, [x, u]) => g.scatterElements(x!, ints([0, 0, 1, 2]), u!, { reduction: "add" }),
);
add("ScatterND", [[4, 2], [2, 2]], (g, [x, u]) => g.scatterND(x!, ints([1, 3], [2, 1]), u!));
add(
  "ScatterND",
  [[4, 2], [2, 2]],
  (g, [x, u]) => g.scatterND(x!, ints([1, 1], [2, 1]), u!, { reduction: "add" }),
);
add("TopK", [[2, 5]], (g, [x]) => g.topK(x!, [3], { axis: -1 })[0]);
add("OneHot", [[2]], (g, [v]) => g.oneHot(ints([0, 2, 1]), 3, v!));
add("Expand", [[3, 1]], (g, [x]) => g.expand(x!, [2, 3, 4]));
add("Tile", [[2, 3]], (g, [x]) => g.tile(x!, [2, 2]));
add("Pad", [[2, 3]], (g, [x]) => g.pad(x!, [1, 0, 0, 2]));
add("Pad", [[2, 3], []], (g, [x, v]) => g.pad(x!, [1, 0, 0, -1], v!));
for (const mode of ["reflect", "edge", "wrap"]) {
  add("Pad", [[3, 4]], (g, [x]) => g.pad(x!, [1, 2, 2, 1], null, null, { mode }));
}
for (const [exclusive, reverse] of [[0, 0], [1, 0], [0, 1], [1, 1]]) {
  add(
    "CumSum",
    [[2, 4]],
    (g, [x]) => g.cumSum(x!, g.constant(1, "int64"), { exclusive: exclusive!, reverse: reverse! }),
  );
}
add("Trilu", [[3, 4]], (g, [x]) => g.trilu(x!, g.constant(1, "int64"), { upper: 0 }));
add("Trilu", [[3, 3]], (g, [x]) => g.trilu(x!));
add("ReverseSequence", [[3, 2]], (g, [x]) => g.reverseSequence(x!, ints([2, 3])));
add("DepthToSpace", [[1, 8, 2, 1]], emit("DepthToSpace", { blocksize: 2 }));
add("DepthToSpace", [[1, 8, 2, 1]], emit("DepthToSpace", { blocksize: 2, mode: "CRD" }));
for (const mode of ["DCR", "CRD"]) {
  add("DepthToSpace", [[2, 12, 2, 3]], emit("DepthToSpace", { blocksize: 2, mode }));
  add("DepthToSpace", [[0, 4, 2, 3]], emit("DepthToSpace", { blocksize: 2, mode }));
}
add("SpaceToDepth", [[1, 2, 4, 2]], emit("SpaceToDepth", { blocksize: 2 }));
const targets = ints([0, 2, 1, 2]);
// The gradient for many classes has another form than for few.
const many = ints([0, 39, 7, -1]);
for (const reduction of ["mean", "sum", "none"]) {
  add(
    "SoftmaxCrossEntropyLoss",
    [[3, 40]],
    (g, [x]) => g.softmaxCrossEntropyLoss(x!, ints([5, 0, 39]), null, { reduction })[0],
  );
  add(
    "SoftmaxCrossEntropyLoss",
    [[4, 40]],
    (g, [x]) => g.softmaxCrossEntropyLoss(x!, many, null, { reduction, ignore_index: -1, outputs: 2 }),
  );
  add(
    "SoftmaxCrossEntropyLoss",
    [[2, 33, 2]],
    (g, [x]) =>
      g.softmaxCrossEntropyLoss(
        x!,
        ints([0, 32, 7, 9], [2, 2]),
        g.constant(Array.from({ length: 33 }, (_, i) => 1 + i / 8), x!.dtype),
        { reduction, ignore_index: 7 },
      )[0],
  );
}
for (const reduction of ["mean", "sum", "none"]) {
  add(
    "SoftmaxCrossEntropyLoss",
    [[4, 3]],
    (g, [x]) => g.softmaxCrossEntropyLoss(x!, targets, null, { reduction })[0],
  );
  add(
    "SoftmaxCrossEntropyLoss",
    [[4, 3]],
    (g, [x]) =>
      g.softmaxCrossEntropyLoss(x!, targets, g.constant([0.5, 1, 2], x!.dtype), {
        reduction,
        ignore_index: 1,
      })[0],
  );
  add(
    "SoftmaxCrossEntropyLoss",
    [[4, 3]],
    (g, [x]) => g.softmaxCrossEntropyLoss(x!, targets, null, { reduction, outputs: 2 }),
  );
  add(
    "NegativeLogLikelihoodLoss",
    [[4, 3]],
    (g, [x]) => g.negativeLogLikelihoodLoss(x!, targets, null, { reduction, ignore_index: 2 }),
  );
  add(
    "NegativeLogLikelihoodLoss",
    [[2, 3, 2]],
    (g, [x]) =>
      g.negativeLogLikelihoodLoss(x!, ints([0, 2, 1, 2], [2, 2]), g.constant([0.5, 1, 2], x!.dtype), {
        reduction,
      }),
  );
}

for (const ignore_index of [undefined, 77, -1]) {
  // Many classes; an ignored target need not be one of them.
  add("SoftmaxCrossEntropyLoss", [[4, 80]], (g, [x]) => {
    const targets = g.constant(ints([0, 79, ignore_index ?? 3, 5]));
    return g.softmaxCrossEntropyLoss(x!, targets, null, { reduction: "mean", ignore_index })[0];
  });
}
add("SoftmaxCrossEntropyLoss", [[2, 64, 3]], (g, [x]) => {
  const targets = g.constant(ints([0, 63, 2, 5, 2, 9], [2, 3]));
  return g.softmaxCrossEntropyLoss(x!, targets, null, { reduction: "none" })[0];
});
