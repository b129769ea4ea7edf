import { assertEquals, assertThrows } from "@std/assert";
import { create } from "../../deps.ts";
import { gradientModel } from "../../autodiff/gradient_model.ts";
import { buildModel, Graph, graphOf, type Model, ModelError, tensor } from "../../onnx/mod.ts";
import {
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  type FunctionProto,
  FunctionProtoSchema,
  NodeProtoSchema,
} from "../../onnx/proto/onnx_pb.ts";
import { openSession } from "../../runtime/session/session.ts";

type Floats = Record<string, number | { from: string }>;

const attribute = ([name, v]: [string, number | { from: string }]) =>
  create(
    AttributeProtoSchema,
    typeof v === "number"
      ? { name, type: Kind.FLOAT, f: v }
      : { name, type: Kind.FLOAT, refAttrName: v.from },
  );

const node = (text: string, attributes: Floats = {}, domain = "") => {
  // "y = Op(a, b)"
  const [, out, opType, args] = /^(.*) = (\w+)\((.*)\)$/.exec(text)!;
  const list = (s: string) => (s === "" ? [] : s.split(",").map((n) => n.trim()));
  return create(NodeProtoSchema, {
    opType: opType!,
    domain,
    input: list(args!),
    output: list(out!),
    attribute: Object.entries(attributes).map(attribute),
  });
};

const fn = (
  name: string,
  parts: Pick<FunctionProto, "input" | "output" | "node"> & Partial<Pick<FunctionProto, "attribute">> & {
    defaults?: Floats;
  },
) =>
  create(FunctionProtoSchema, {
    name,
    domain: "local",
    ...parts,
    attributeProto: Object.entries(parts.defaults ?? {}).map(attribute),
    opsetImport: [{ domain: "", version: 21n }, { domain: "local", version: 1n }],
  });

/** Returns a model that sums `local.Outer(x, w)`, with two functions, one inside the other. */
function calling(functions: FunctionProto[], call = node("y = Outer(x, w)", { gain: 3 }, "local")): Model {
  const g = new Graph({ opsets: { "": 21, local: 1 } });
  const x = g.input("x", "float32", [2]);
  const w = g.initializer("w", tensor(Float32Array.of(0.5, -2)));
  g.output(g.reduceSum(g.mul(x, w), null, { keepdims: 0 }), "loss");
  const model = buildModel(g, { functions });
  const [, sum] = model.graph!.node;
  sum!.input[0] = "y";
  model.graph!.node.splice(0, 1, call);
  return model;
}

const INNER = fn("Inner", {
  input: ["a", "b", "c"],
  output: ["sum", "product"],
  // `c` is optional; no call here passes it, so Clip has no such bound.
  node: [
    node("t = Clip(a, c)"),
    node("leak = LeakyRelu(b)", { alpha: { from: "alpha" } }),
    node("sum = Add(t, leak)"),
    node("product = Mul(t, leak)"),
  ],
  attribute: [],
  defaults: { alpha: 0.25 },
});
const OUTER = fn("Outer", {
  input: ["a", "w"],
  output: ["result"],
  node: [
    node("t, u = Inner(a, w)", {}, "local"),
    node("v, _ = Inner(w, t)", { alpha: { from: "gain" } }, "local"),
    node("e = Elu(u)", { alpha: { from: "missing" } }),
    node("result = Sum(t, u, v, e)"),
  ],
  attribute: ["gain", "missing"],
});

const feeds = { x: tensor(Float32Array.of(3, -0.75)) };

async function lossOf(model: Model, more = {}) {
  await using session = await openSession(model);
  return (await session.run({ ...feeds, ...more })).loss!.data[0] as number;
}

Deno.test("importModel() expands functions: nested, and with given, default and missing attributes", async () => {
  const model = calling([INNER, OUTER]);
  const { graph } = graphOf(model);
  const inlined = buildModel(graph);
  assertEquals(inlined.functions.length, 0);
  assertEquals(inlined.graph!.node.map((n) => n.opType).filter((op) => /Inner|Outer/.test(op)), []);
  assertEquals(inlined.graph!.node.filter((n) => n.output[0] === "y").length, 1);
  // The runtime's own inlining is the oracle.
  assertEquals(await lossOf(inlined), await lossOf(model));
});

Deno.test("gradientModel() differentiates through functions", async () => {
  const gradient = gradientModel(calling([INNER, OUTER]), { loss: "loss" });
  await using session = await openSession(gradient);
  const at = (...w: number[]) => session.run({ ...feeds, w: tensor(Float32Array.from(w)) });
  const { grad_w } = await at(0.5, -2);
  for (const [i, h] of [[0, 0.125], [1, 0.125]] as const) {
    const shifted = (s: number) => [0.5, -2].map((v, k) => (k === i ? v + s : v));
    const [up, down] = [await at(...shifted(h)), await at(...shifted(-h))];
    const slope = ((up.loss!.data[0] as number) - (down.loss!.data[0] as number)) / (2 * h);
    assertEquals(
      Math.abs(slope - (grad_w!.data as Float32Array)[i]!) < 1e-2,
      true,
      `${slope} ${grad_w!.data}`,
    );
  }
});

Deno.test("importModel() refuses functions that call themselves, or are called with too many inputs", () => {
  const loop = fn("Outer", {
    input: ["a", "w"],
    output: ["y"],
    node: [node("y = Other(a, w)", {}, "local")],
  });
  const back = fn("Other", {
    input: ["a", "w"],
    output: ["y"],
    node: [node("y = Outer(a, w)", {}, "local")],
  });
  assertThrows(
    () => graphOf(calling([loop, back])),
    ModelError,
    "function 'local.Outer' calls itself: local.Outer calls local.Other calls local.Outer",
  );
  assertThrows(
    () => graphOf(calling([INNER, OUTER], node("y = Outer(x, w, x)", {}, "local"))),
    ModelError,
    "function 'Outer' takes 2 inputs and returns 1 values, the node has 3 and 1",
  );
  const broken = fn("Outer", { input: ["a", "w"], output: ["y"], node: [node("y = Add(a, b)")] });
  assertThrows(() => graphOf(calling([broken])), ModelError, "reads 'b'");
});
