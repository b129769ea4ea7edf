import { assertEquals } from "@std/assert";
import { describeModel } from "../../autodiff/describe.ts";
import { buildModel, encodeModel, Graph, type Model, parseModel, tensor } from "../../onnx/mod.ts";

const floats = (...shape: number[]) => tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);

/** Returns the model written and read again, like a model from a file. */
const file = (g: Graph): Model => parseModel(encodeModel(buildModel(g)));

Deno.test("describeModel() distinguishes trained tensors from statistics, settings, scalars, masks and unused ones", () => {
  const g = new Graph();
  const x = g.input("x", "float32", ["N", 3]);
  const p = (name: string, ...shape: number[]) => g.initializer(name, floats(...shape));
  const normed = g.batchNormalization(x, p("scale", 3), p("bias", 3), p("mean", 3), p("var", 3))[0]!;
  const clipped = g.clip(normed, p("least"), null);
  const masked = g.add(clipped, g.initializer("mask", tensor(Float32Array.of(0, -Infinity, NaN))));
  g.initializer("unused", floats(2));
  g.initializer("count", tensor(BigInt64Array.of(1n)));
  g.output(g.mul(masked, p("factor")), "y");
  assertEquals(describeModel(file(g)).parameters, [
    { name: "scale", dtype: "float32", shape: [3] },
    { name: "bias", dtype: "float32", shape: [3] },
    { name: "mean", dtype: "float32", shape: [3], constant: "running statistics" },
    { name: "var", dtype: "float32", shape: [3], constant: "running statistics" },
    { name: "least", dtype: "float32", shape: [], constant: "setting of Clip" },
    { name: "mask", dtype: "float32", shape: [3], constant: "not finite" },
    { name: "factor", dtype: "float32", shape: [], constant: "scalar" },
  ]);
});

Deno.test("describeModel() requires rules only between parameters and outputs, and counts the nodes of subgraphs", () => {
  const g = new Graph({ opsets: { "": 21, test: 1 } });
  const x = g.input("x", "float32", ["N", 3]);
  const before = g.emit("Before", [x], { domain: "test" })[0]!;
  const w = g.initializer("w", floats(3, 3));
  const h = g.matMul(g.cast(before, { to: "float32" }), w);
  const stuck = g.emit("Stuck", [h], { domain: "test" })[0]!;
  stuck.known = { dtype: "float32", shape: ["N", 3] };
  const beside = g.isNaN(g.matMul(h, w));
  const { states } = g.scan({
    states: [g.reshape(g.cast(stuck, { to: "float32" }), [-1, 3])],
    scanned: [x],
    body: (step, [s]) => ({ states: [step.relu(s!)], outputs: [] }),
  });
  g.output(states[0]!, "y");
  g.output(beside, "nan");
  const operators = Object.fromEntries(
    describeModel(file(g)).operators.map(({ name, count, rule, needed }) => [name, { count, rule, needed }]),
  );
  assertEquals(operators["test.Before"], { count: 1, rule: false, needed: false });
  assertEquals(operators["test.Stuck"], { count: 1, rule: false, needed: true });
  assertEquals(operators["MatMul"], { count: 2, rule: true, needed: true });
  assertEquals(operators["IsNaN"], { count: 1, rule: false, needed: false });
  assertEquals(operators["Relu"]?.count, 1);
  assertEquals([operators["Scan"]?.count, operators["Scan"]?.needed], [1, true]);
});

Deno.test("describeModel() counts operators in the form that differentiation sees, and reports versions and producer", () => {
  const g = new Graph({ opsets: { "": 11 } });
  g.output(g.emit("Softmax", [g.input("x", "float32", ["N", 3, 2])], { attributes: { axis: 1 } })[0]!, "y");
  const d = describeModel(file(g));
  assertEquals(d.opsets, { "ai.onnx": 11 });
  assertEquals(d.producer, "descent");
  assertEquals(d.operators.some((o) => o.name === "Softmax"), true);
});
