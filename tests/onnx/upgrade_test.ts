import { assertEquals, assertThrows } from "@std/assert";
import {
  buildModel,
  DEFAULT_OPSET,
  Graph,
  importModel,
  type Model,
  type Tensor,
  tensor,
} from "../../onnx/mod.ts";
import { openSession } from "../../runtime/session.ts";

/** A model of one node in an older operator set. */
function older(opset: number, build: (g: Graph) => void): Model {
  const g = new Graph({ opsets: { "": opset } });
  build(g);
  return buildModel(g);
}

function upgraded(model: Model): Model {
  const g = new Graph({ opsets: { "": DEFAULT_OPSET } });
  const { outputs } = importModel(model, g);
  outputs.forEach((v) => g.output(v));
  return buildModel(g);
}

const x = tensor(Float32Array.from({ length: 24 }, (_, i) => Math.sin(i + 1)), [2, 3, 4]);
const square = tensor(x.data, [1, 1, 4, 6]);

/** Operator, operator set, operand, attributes and number of outputs: one case for each change in the table. */
const CASES: readonly [string, number, Tensor, Record<string, number | string | number[]>, number?][] = [
  ["Clip", 6, x, { min: -0.5, max: 0.25 }],
  ["Clip", 6, x, { max: 0.25 }],
  ["Dropout", 10, x, { ratio: 0.3 }],
  ["Hardmax", 11, x, { axis: 1 }],
  ["LogSoftmax", 11, x, { axis: 1 }],
  ["LogSoftmax", 11, x, { axis: 2 }],
  ["Pad", 2, x, { pads: [0, 1, 0, 1, 0, 2], value: 7 }],
  ["Pad", 2, x, { pads: [0, 1, 0, 0, 1, 2], mode: "reflect" }],
  ["ReduceSum", 11, x, { axes: [0, 2], keepdims: 0 }],
  ["ReduceSum", 11, x, {}],
  ["ReduceL2", 13, x, { axes: [-1] }],
  ["ReduceLogSumExp", 13, x, { axes: [1], keepdims: 0 }],
  ["ReduceMax", 13, x, { axes: [1] }],
  ["ReduceMean", 13, x, { axes: [0] }],
  ["ReduceMin", 13, x, { axes: [1] }],
  ["ReduceProd", 13, x, { axes: [1, 2] }],
  ["ReduceL1", 13, x, { axes: [2] }],
  ["ReduceSumSquare", 13, x, { axes: [2] }],
  ["Slice", 9, x, { starts: [1, -3], ends: [3, 100], axes: [1, 2] }],
  ["Slice", 9, x, { starts: [1], ends: [2] }],
  ["Softmax", 11, x, { axis: 1 }],
  ["Softmax", 11, x, {}],
  ["Split", 11, x, { axis: 2 }, 2],
  ["Split", 11, x, { axis: 1, split: [1, 2] }, 2],
  ["Split", 13, x, { axis: 2 }, 2],
  ["Squeeze", 11, square, { axes: [0] }],
  ["Squeeze", 11, square, {}],
  ["TopK", 9, x, { k: 2, axis: 1 }, 2],
  ["Unsqueeze", 11, x, { axes: [0, 4] }],
  ["Upsample", 7, square, { scales: [1, 1, 2, 3], mode: "nearest" }],
];

for (const [op, opset, operand, attributes, outputs = 1] of CASES) {
  Deno.test(`upgradeNode() keeps what ${op} of operator set ${opset} computes, ${JSON.stringify(attributes)}`, async () => {
    const model = older(opset, (g) => {
      const input = g.input("x", "float32", operand.shape);
      for (const v of g.emit(op, [input], { attributes, outputs })) g.output(v);
    });
    const newer = upgraded(model);
    assertEquals(Number(newer.opsetImport[0]!.version), DEFAULT_OPSET);
    await using before = await openSession(model);
    await using after = await openSession(newer);
    const [a, b] = [await before.run({ x: operand }), await after.run({ x: operand })];
    assertEquals(
      Object.values(b).map((t) => [t.shape, t.data]),
      Object.values(a).map((t) => [t.shape, t.data]),
    );
  });
}

Deno.test("upgradeNode() refuses the training form of BatchNormalization before operator set 14", () => {
  const model = older(9, (g) => {
    const input = g.input("x", "float32", [2, 3]);
    const c = ["s", "b", "m", "v"].map((n) => g.input(n, "float32", [3]));
    for (const v of g.emit("BatchNormalization", [input, ...c], { outputs: 5 })) g.output(v);
  });
  assertThrows(() => upgraded(model), Error, "training form of BatchNormalization");
});
