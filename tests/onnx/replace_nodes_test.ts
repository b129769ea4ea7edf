import { assertEquals, assertStrictEquals } from "@std/assert";
import { buildModel, Graph, tensorOf, type Value } from "../../onnx/mod.ts";
import { replaceNodes } from "../../onnx/ir/mod.ts";
import { openSession } from "../../runtime/session/mod.ts";

const types = (g: Graph) => g.nodes.map((n) => n.opType);

Deno.test("a replaced node's readers read what stands for it", () => {
  const g = new Graph();
  const x = g.input("x", "float32", [2]);
  const y = g.relu(x);
  g.output(g.add(y, x), "sum");
  replaceNodes(g, (node) => (node.opType === "Relu" ? [g.max([node.inputs[0]!, 0])] : undefined));
  assertEquals(types(g), ["Max", "Add"]);
  assertStrictEquals(g.nodes[1]!.inputs[0]!.producer, g.nodes[0]);
  assertStrictEquals(g.nodes[1]!.outputs[0]!.producer, g.nodes[1]);
});

Deno.test("the outputs of a graph keep names and order, also where one value stands for two", async () => {
  const g = new Graph();
  const x = g.input("x", "float32", [2]);
  g.output(g.neg(x), "a");
  g.output(g.abs(x), "b");
  g.output(g.relu(x), "c");
  // Values: one node for both a and b, and the input itself for c.
  let twice: Value | undefined;
  replaceNodes(g, (node) => (node.opType === "Relu" ? [x] : [twice ??= g.mul(x, 2)]));
  assertEquals(g.outputs.map((v) => v.name), ["a", "b", "c"]);
  await using session = await openSession(buildModel(g));
  const out = await session.run({ x: tensorOf([1, -1], [2]) });
  assertEquals(["a", "b", "c"].map((n) => [...out[n]!.data as Float32Array]), [[2, -2], [2, -2], [1, -1]]);
});

Deno.test("subgraphs read what stands for a value of the graph around them", async () => {
  const g = new Graph();
  const x = g.input("x", "float32", [3]);
  const factor = g.relu(x);
  const { outputs } = g.scan({
    states: [],
    scanned: [x],
    body: (step, _, [slice]) => ({ states: [], outputs: [step.mul(factor, slice!)] }),
  });
  g.output(outputs[0]!, "y");
  replaceNodes(g, (node) => (node.opType === "Relu" ? [g.add(node.inputs[0]!, 1)] : undefined));
  assertEquals(types(g), ["Add", "Scan"]);
  await using session = await openSession(buildModel(g));
  const { y } = await session.run({ x: tensorOf([1, 2, 3], [3]) });
  assertEquals([...y!.data as Float32Array], [2, 3, 4, 4, 6, 8, 6, 9, 12]);
});

Deno.test("a replacement may read an equal node from further on", () => {
  const g = new Graph();
  const x = g.input("x", "float32", [2]);
  const first = g.relu(x);
  const later = g.exp(x);
  g.output(g.add(first, later), "y");
  replaceNodes(g, (node) => (node.opType === "Relu" ? [g.log(g.exp(x))] : undefined));
  assertEquals(types(g), ["Exp", "Log", "Add"]);
});
