import { assertEquals, assertThrows } from "@std/assert";
import {
  buildModel,
  DEFAULT_OPSET,
  Graph,
  graphOf,
  importModel,
  type Model,
  ModelError,
  type Tensor,
  tensor,
  type Value,
} from "../../onnx/mod.ts";
import { openSession } from "../../runtime/session/session.ts";

/** Returns a model of one node in an older operator set. */
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
  ["Clip", 10, x, { min: -0.5, max: 0.25 }],
  ["Clip", 10, x, { max: 0.25 }],
  ["Dropout", 10, x, { ratio: 0.3 }],
  ["Hardmax", 11, x, { axis: 1 }],
  ["LogSoftmax", 11, x, { axis: 1 }],
  ["LogSoftmax", 11, x, { axis: 2 }],
  ["Pad", 10, x, { pads: [0, 1, 0, 1, 0, 2], value: 7 }],
  ["Pad", 10, x, { pads: [0, 1, 0, 0, 1, 2], mode: "reflect" }],
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
  Deno.test(`upgradeNode() keeps the results of ${op} of operator set ${opset}, ${JSON.stringify(attributes)}`, async () => {
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

Deno.test("importModel() converts recurrent layers from batch first to steps first", async () => {
  const [B, T, I, H] = [2, 3, 4, 5];
  const wave = (shape: number[], k: number) => {
    const n = shape.reduce((a, b) => a * b, 1);
    return tensor(Float32Array.from({ length: n }, (_, i) => Math.sin(k * (i + 1))), shape);
  };
  const operands = [
    wave([B, T, I], 1),
    wave([2, 4 * H, I], 2),
    wave([2, 4 * H, H], 3),
    wave([2, 8 * H], 4),
    tensor(Int32Array.of(3, 2)),
    wave([B, 2, H], 5),
    wave([B, 2, H], 6),
  ];
  const layer = (layout: number) => (g: Graph) => {
    const swap = (v: Value, i: number) =>
      !layout && [0, 5, 6].includes(i) ? g.transpose(v, { perm: [1, 0, 2] }) : v;
    const x = operands.map((t, i) =>
      swap(i === 0 ? g.input("x", t.dtype, t.shape) : g.initializer(`w${i}`, t), i)
    );
    const attributes = { hidden_size: H, direction: "bidirectional", layout };
    const ys = g.emit("LSTM", x, { attributes, outputs: 3 });
    ys.forEach((y, i) => {
      const perm = i === 0 ? [2, 0, 1, 3] : [1, 0, 2];
      g.output(layout ? y : g.transpose(y, { perm }), `y${i}`);
    });
  };
  const run = async (model: Model) => {
    await using session = await openSession(model);
    return await session.run({ x: operands[0]! });
  };
  const expected = await run(older(14, layer(0)));
  const actual = await run(upgraded(older(14, layer(1))));
  for (const name of ["y0", "y1", "y2"]) assertEquals(actual[name], expected[name]);
});

Deno.test("importModel() refuses Scan of operator set 8", () => {
  const g = new Graph({ opsets: { "": 9 } });
  const { states } = g.scan({
    states: [g.constant([0, 0])],
    scanned: [g.input("x", "float32", [3, 2])],
    body: (s, [a], [b]) => ({ states: [s.add(a!, b!)], outputs: [] }),
  });
  g.output(states[0]!, "y");
  const model = buildModel(g);
  model.opsetImport[0]!.version = 8n;
  assertThrows(() => upgraded(model), ModelError, "Scan before operator set 9 is not supported");
});

Deno.test("importModel() replaces sequences whose entries are known", async () => {
  const int = (v: number) => tensor(BigInt64Array.of(BigInt(v)), []);
  const model = older(20, (g) => {
    const x = g.input("x", "float32", [2, 3, 4]);
    const at = (s: Value, i: number) => g.emit("SequenceAt", [s, g.constant(int(i))])[0]!;
    const split = (sizes: Tensor | null, attributes: Record<string, number>) =>
      g.emit("SplitToSequence", [x, sizes], { attributes })[0]!;
    const thirds = split(null, { axis: 1, keepdims: 0 });
    const chunks = split(int(3), { axis: 2 });
    const parts = split(tensor(BigInt64Array.of(1n, 2n)), { axis: -2 });
    const [made] = g.emit("SequenceConstruct", [at(thirds, 0), at(thirds, -1)]);
    const [longer] = g.emit("SequenceInsert", [made!, at(thirds, 1), g.constant(int(0))]);
    const [last] = g.emit("SequenceErase", [longer!, g.constant(int(1))]);
    const results = [
      at(chunks, 0),
      at(chunks, 1),
      at(parts, 1),
      ...g.emit("ConcatFromSequence", [longer!], { attributes: { axis: 1 } }),
      ...g.emit("ConcatFromSequence", [last!], { attributes: { axis: 1, new_axis: 1 } }),
    ];
    results.forEach((y, i) => g.output(y, `y${i}`));
  });
  const taken = upgraded(model);
  const graph = graphOf(taken).graph;
  graph.prune();
  assertEquals(graph.nodes.filter((n) => n.opType.includes("Sequence")).map((n) => n.opType), []);
  const run = async (m: Model) => {
    await using session = await openSession(m);
    return await session.run({ x });
  };
  assertEquals(await run(buildModel(graph)), await run(model));
});

Deno.test("importModel() renames the modes of GridSample", async () => {
  const grid = tensor(Float32Array.from({ length: 2 * 3 * 2 }, (_, i) => Math.sin(3 * i)), [1, 2, 3, 2]);
  for (const mode of [undefined, "bilinear", "bicubic", "nearest"]) {
    const model = older(16, (g) => {
      const image = g.input("x", "float32", [1, 1, 4, 6]);
      g.output(g.emit("GridSample", [image, g.initializer("grid", grid)], { attributes: { mode } })[0]!, "y");
    });
    const run = async (m: Model) => {
      await using session = await openSession(m);
      return (await session.run({ x: square })).y;
    };
    assertEquals(await run(upgraded(model)), await run(model));
  }
});
