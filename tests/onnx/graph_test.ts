import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { buildModel, encodeModel, Graph, graphOf, parseModel, tensor } from "../../onnx/mod.ts";
import { openSession } from "../../runtime/session/session.ts";

const floats = (values: number[], shape?: number[]) => tensor(Float32Array.from(values), shape);

Deno.test("Graph methods infer types and shapes with symbolic dimensions", () => {
  const g = new Graph();
  const x = g.input("x", "float32", ["N", 784]);
  const y = g.matMul(x, g.input("w", "float32", [784, 10]));
  assertEquals([y.dtype, y.shape], ["float32", ["N", 10]]);
  assertEquals(g.argMax(y, { axis: 1, keepdims: 0 }).dtype, "int64");
  assertEquals(g.reshape(g.expand(y, [5, 1, 10]), [-1, 10]).shape?.[1], 10);
});

Deno.test("Graph methods give plain numbers the type that the operator requires", () => {
  const g = new Graph();
  const x = g.input("x", "float64", [3, 4]);
  assertEquals(g.mul(x, 0.5).producer!.inputs[1]!.dtype, "float64");
  const sum = g.reduceSum(x, [0], { keepdims: 0 });
  assertEquals([sum.shape, sum.producer!.inputs[1]!.dtype], [[4], "int64"]);
  assertEquals(g.pow(x, 2).producer!.inputs[1]!.dtype, "float64");
});

Deno.test("Graph methods return the earlier value if an operator is applied to the same operands again", () => {
  const g = new Graph();
  const x = g.input("x", "float32", [2]);
  assertStrictEquals(g.exp(x), g.exp(x));
  assertStrictEquals(g.add(x, 1), g.add(x, 1));
  assertEquals(g.elu(x, { alpha: 0.5 }) === g.elu(x, { alpha: 0.25 }), false);
  assertEquals(g.add(x, 0) === g.add(x, -0), false);
  assertEquals(g.randomNormalLike(x) === g.randomNormalLike(x), false);
});

Deno.test("Graph methods name operator, operand and remedy when an operand is wrong", () => {
  const g = new Graph();
  const x = g.input("x", "float32", [2, 3]);
  const i = g.input("i", "int64", [2]);
  assertThrows(() => g.add(x, i), TypeError, "Add (ai.onnx 21): input 1 'B' must be float32");
  assertThrows(() => g.matMul(x, x), RangeError, "MatMul (ai.onnx 21)");
  assertThrows(() => g.emit("Relu", [x, x]), TypeError, "takes 1 inputs, got 2");
  assertThrows(() => g.emit("Relu", [x], { attributes: { slope: 1 } }), TypeError, "no attribute 'slope'");
  assertThrows(() => g.emit("Concat", [x]), TypeError, "attribute 'axis' is required");
  assertThrows(
    () => g.emit("Elu", [x], { attributes: { alpha: "1" } }),
    TypeError,
    "attribute 'alpha' must be of kind FLOAT",
  );
  assertThrows(() => g.emit("Nonsense", [x]), TypeError, "no such operator");
  assertThrows(() => g.swish(x), TypeError, "Swish (ai.onnx 21): this operator set has no such operator");
  assertThrows(() => g.input("x", "float32", []), RangeError, "the name 'x' is taken");
  assertThrows(() => new Graph().relu(x), TypeError, "belongs to another graph");
});

Deno.test("Graph.scan() runs as a loop that carries states and stacks outputs", async () => {
  const g = new Graph();
  const xs = g.input("xs", "float32", ["T", 2]);
  const scale = g.input("scale", "float32", []);
  const { states, outputs } = g.scan({
    states: [g.constant(floats([0, 0]))],
    scanned: [xs],
    body(step, [sum], [x]) {
      const next = step.add(sum!, step.mul(x!, scale));
      return { states: [next], outputs: [step.neg(next)] };
    },
  });
  g.output(states[0]!, "total");
  g.output(outputs[0]!, "trace");
  assertEquals(g.outputs.map((v) => v.shape), [[2], ["T", 2]]);
  await using session = await openSession(buildModel(g));
  const out = await session.run({ xs: floats([1, 2, 3, 4], [2, 2]), scale: tensor(Float32Array.of(10), []) });
  assertEquals(Array.from(out.total!.data as Float32Array), [40, 60]);
  assertEquals(Array.from(out.trace!.data as Float32Array), [-10, -20, -40, -60]);
});

Deno.test("Graph.if() runs the branch of the condition", async () => {
  const g = new Graph();
  const x = g.input("x", "float32", [1]);
  const positive = g.reshape(g.greater(x, 0), [1]);
  const [y] = g.if(positive, (b) => [b.mul(x, 2)], (b) => [b.neg(x)]);
  g.output(y!, "y");
  await using session = await openSession(buildModel(g));
  assertEquals(Array.from((await session.run({ x: floats([3]) })).y!.data as Float32Array), [6]);
  assertEquals(Array.from((await session.run({ x: floats([-3]) })).y!.data as Float32Array), [3]);
  assertThrows(() => g.if(positive, (b) => [b.neg(x)], () => []), RangeError, "equally many");
});

Deno.test("Graph.loop() goes on while its condition holds, up to the most steps", async () => {
  const g = new Graph();
  const x = g.input("x", "float32", []);
  const [y, steps] = g.loop({
    most: 5,
    condition: g.less(x, 100),
    states: [x, g.constant(0)],
    body(step, [y, steps]) {
      const next = step.mul(y!, 2);
      return { condition: step.less(next, 100), states: [next, step.add(steps!, 1)] };
    },
  });
  g.output(y!, "y");
  g.output(steps!, "steps");
  assertEquals(g.outputs.map((v) => [v.dtype, v.shape]), [["float32", []], ["float32", []]]);
  await using session = await openSession(buildModel(g));
  for (const [from, to, taken] of [[100, 100, 0], [30, 120, 2], [1, 32, 5]] as const) {
    const out = await session.run({ x: tensor(Float32Array.of(from), []) });
    assertEquals([out.y!.data[0], out.steps!.data[0]], [to, taken]);
  }
  const few = () =>
    g.loop({ most: 1, condition: g.less(x, 1), states: [x], body: () => ({ condition: x, states: [] }) });
  assertThrows(few, RangeError, "a loop's body must return 1 states, got 0");
});

Deno.test("Graph.output() renames or copies the value to get the given name", async () => {
  const g = new Graph();
  const x = g.input("x", "float32", [1]);
  const y = g.neg(x);
  g.output(y, "a");
  g.output(y, "b");
  g.output(x, "c");
  assertThrows(() => g.output(g.exp(x), "a"), RangeError, "the name 'a' is taken");
  await using session = await openSession(buildModel(g));
  const out = await session.run({ x: floats([2]) });
  assertEquals(Object.entries(out).map(([n, t]) => [n, t.data[0]]), [["a", -2], ["b", -2], ["c", 2]]);
});

Deno.test("graphOf() reads back what buildModel() wrote, subgraphs included", () => {
  const g = new Graph({ name: "loop" });
  const w = g.initializer("w", floats([1, 2]));
  const xs = g.input("xs", "float32", ["T", 2]);
  const { states } = g.scan({
    states: [w],
    scanned: [xs],
    body: (s, [a], [x]) => ({ states: [s.add(a!, s.mul(x!, w))], outputs: [] }),
  });
  g.output(states[0]!, "y");
  const bytes = encodeModel(buildModel(g));
  const again = encodeModel(buildModel(graphOf(parseModel(bytes)).graph));
  assertEquals(again, bytes);
});

Deno.test("Graph.scan() goes from the last slice to the first, and stacks in the order of the slices", async () => {
  const g = new Graph();
  const xs = g.input("xs", "float32", [3, 1]);
  const { states, outputs } = g.scan({
    states: [g.constant(floats([0]))],
    scanned: [xs],
    reverse: true,
    body(step, [sum], [x]) {
      const next = step.add(step.mul(sum!, 10), x!);
      return { states: [next], outputs: [next] };
    },
  });
  g.output(states[0]!, "last");
  g.output(outputs[0]!, "all");
  await using session = await openSession(buildModel(g));
  const out = await session.run({ xs: floats([1, 2, 3], [3, 1]) });
  assertEquals(Array.from(out.last!.data as Float32Array), [321]);
  assertEquals(Array.from(out.all!.data as Float32Array), [321, 32, 3]);
});

Deno.test("Graph.substitute() replaces a node's outputs for existing readers", async () => {
  const g = new Graph();
  const x = g.input("x", "float32", [1]);
  const y = g.exp(x);
  const inside = g.if(g.reshape(g.greater(x, 0), [1]), (b) => [b.neg(y)], (b) => [b.mul(y, 2)])[0]!;
  g.output(g.add(inside, y), "z");
  g.substitute(y.producer!, [g.mul(g.add(x, 1), 5)]);
  assertEquals(g.nodes.some((n) => n.opType === "Exp"), false);
  await using session = await openSession(buildModel(g));
  assertEquals((await session.run({ x: floats([-3]) })).z!.data[0], -30);
  const circle = new Graph();
  const a = circle.exp(circle.input("x", "float32", [1]));
  assertThrows(() => circle.substitute(a.producer!, [circle.neg(a)]), TypeError, "depends on itself");
});

Deno.test("Graph.prune() drops nodes and constants that no output depends on", () => {
  const g = new Graph();
  const x = g.input("x", "float32", [2]);
  const kept = g.add(x, g.initializer("used", floats([1, 2])));
  g.mul(x, g.initializer("unused", floats([1, 2])));
  g.output(kept, "y");
  g.prune();
  assertEquals(g.nodes.map((n) => n.opType), ["Add"]);
  assertEquals([...g.initializers.keys()], ["used"]);
});
