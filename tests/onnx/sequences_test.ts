import { assertEquals, assertThrows } from "@std/assert";
import { create } from "../../deps.ts";
import { gradientModel } from "../../autodiff/gradient_model.ts";
import {
  buildModel,
  encodeModel,
  Graph,
  graphOf,
  type Model,
  ModelError,
  tensor,
  type Value,
} from "../../onnx/mod.ts";
import { AttributeProtoSchema, NodeProtoSchema, TensorProtoSchema } from "../../onnx/proto/onnx_pb.ts";
import { openSession } from "../../runtime/session/session.ts";

const x = tensor(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), [2, 5]);

/** Returns a model with `y` = the element at `position` of `x`, split along axis 1. */
function split(
  options: { split?: { dims: number[]; sizes: number[] }; keepdims?: number; position: number },
): Model {
  const g = new Graph();
  g.output(g.neg(g.input("x", "float32", [2, 5])), "y");
  const model = buildModel(g);
  const { split } = options;
  const ints = (name: string, dims: number[], values: number[]) =>
    create(TensorProtoSchema, { name, dataType: 7, dims: dims.map(BigInt), int64Data: values.map(BigInt) });
  const attribute = (name: string, i: number) =>
    create(AttributeProtoSchema, { name, type: 2, i: BigInt(i) });
  model.graph!.initializer = [ints("position", [], [options.position])];
  if (split) model.graph!.initializer.push(ints("sizes", split.dims, split.sizes));
  model.graph!.node = [
    create(NodeProtoSchema, {
      opType: "SplitToSequence",
      input: split ? ["x", "sizes"] : ["x"],
      output: ["parts"],
      attribute: [
        attribute("axis", -1),
        ...(options.keepdims === undefined ? [] : [attribute("keepdims", options.keepdims)]),
      ],
    }),
    create(NodeProtoSchema, {
      opType: "SequenceAt",
      name: "take",
      input: ["parts", "position"],
      output: ["y"],
    }),
  ];
  delete model.graph!.output[0]!.type;
  return model;
}

const CASES: readonly Parameters<typeof split>[0][] = [
  { split: { dims: [2], sizes: [2, 3] }, position: 0 },
  { split: { dims: [2], sizes: [2, 3] }, position: -1 },
  { split: { dims: [], sizes: [2] }, position: 2 },
  { split: { dims: [1], sizes: [5] }, position: 0 },
  { position: 3 },
  { keepdims: 0, position: -2 },
  { split: { dims: [2], sizes: [2, 3] }, keepdims: 0, position: 1 },
];

for (const options of CASES) {
  Deno.test(`graphOf() computes ${JSON.stringify(options)} without a sequence, and agrees with ONNX Runtime, which uses one`, async () => {
    const model = split(options);
    const { graph } = graphOf(model);
    graph.prune();
    assertEquals(graph.nodes.filter((n) => n.opType.includes("Sequence")), []);
    await using ours = await openSession(buildModel(graph));
    // The split parts may have any rank.
    await using theirs = await openSession(encodeModel(withType(model)));
    const [a, b] = [(await ours.run({ x })).y!, (await theirs.run({ x })).y!];
    assertEquals(a, b);
    assertEquals(graph.outputs[0]!.shape, b.shape);
  });
}

/** ONNX Runtime requires the type of an output. */
function withType(model: Model): Model {
  const g = new Graph();
  g.output(g.neg(g.input("x", "float32", undefined)), "y");
  model.graph!.output[0]!.type = buildModel(g).graph!.output[0]!.type!;
  return model;
}

Deno.test("graphOf() refuses a position that a sequence does not have", () => {
  const model = split({ split: { dims: [2], sizes: [2, 3] }, position: 2 });
  assertThrows(() => graphOf(model), ModelError, "SequenceAt node 'take': the position must be in -2..1");
});

Deno.test("gradientModel() differentiates through elements of a sequence", async () => {
  const model = split({ split: { dims: [2], sizes: [2, 3] }, position: 1 });
  model.graph!.node.push(
    create(NodeProtoSchema, {
      opType: "ReduceSumSquare",
      input: ["y"],
      output: ["loss"],
      attribute: [create(AttributeProtoSchema, { name: "keepdims", type: 2, i: 0n })],
    }),
  );
  await using session = await openSession(gradientModel(model, { loss: "loss", parameters: ["x"] }));
  const { grad_x } = await session.run({ x });
  assertEquals([...grad_x!.data as Float32Array], [0, 0, 6, 8, 10, 0, 0, 16, 18, 20]);
});

/** Returns what `read` gets from a sequence that a loop fills with twice each row of `rows`, `[2, 3]`. */
function collected(read: (g: Graph, sequence: Value) => Value, trips: "known" | "fed"): Model {
  const g = new Graph();
  const rows = g.input("rows", "float32", [4, 2, 3]);
  const n = trips === "known" ? g.constant(3, "int64") : g.input("n", "int64", []);
  const [empty] = g.emit("SequenceEmpty", []);
  const body = new Graph({ name: "collect", parent: g });
  const i = body.input("i", "int64", []);
  const goOn = body.input("go_on", "bool", []);
  const before = body.input("before", undefined, undefined);
  const [after] = body.emit("SequenceInsert", [before, body.mul(body.gather(rows, i), 2)]);
  body.output(goOn);
  body.output(after!);
  g.output(read(g, g.emit("Loop", [n, null, empty], { attributes: { body } })[0]!), "y");
  return buildModel(g);
}

const concat = (axis: number, new_axis: number) => (g: Graph, s: Value) =>
  g.emit("ConcatFromSequence", [s], { attributes: { axis, new_axis } })[0]!;
const READERS: Readonly<Record<string, (g: Graph, s: Value) => Value>> = {
  "SequenceAt 1": (g, s) => g.emit("SequenceAt", [s, g.constant(1, "int64")])[0]!,
  "SequenceAt -1": (g, s) => g.emit("SequenceAt", [s, g.constant(-1, "int64")])[0]!,
  "ConcatFromSequence along 0": concat(0, 0),
  "ConcatFromSequence along 1": concat(1, 0),
  "ConcatFromSequence along -2": concat(-2, 0),
  "ConcatFromSequence along a new 0": concat(0, 1),
  "ConcatFromSequence along a new 1": concat(1, 1),
  "ConcatFromSequence along a new -1": concat(-1, 1),
};
const rows = tensor(Float32Array.from({ length: 24 }, (_, i) => i), [4, 2, 3]);

for (const [name, read] of Object.entries(READERS)) {
  for (const trips of ["known", "fed"] as const) {
    Deno.test(`graphOf() stacks the elements that a loop collects for ${name}, its steps ${trips}`, async () => {
      const model = collected(read, trips);
      const { graph } = graphOf(model);
      graph.prune();
      assertEquals(graph.nodes.filter((n) => n.opType.includes("Sequence")), []);
      await using ours = await openSession(buildModel(graph));
      await using theirs = await openSession(encodeModel(withType(model)));
      const feeds = trips === "known" ? { rows } : { rows, n: tensor(BigInt64Array.of(3n), []) };
      const [a, b] = [(await ours.run(feeds)).y!, (await theirs.run(feeds)).y!];
      assertEquals(a, b);
    });
  }
}
