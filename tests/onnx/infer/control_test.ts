import { assertEquals, assertThrows } from "@std/assert";
import { type DType, Graph, tensorOf, type Value } from "../../../onnx/mod.ts";
import type { Dim } from "../../../onnx/mod.ts";
import { checkGraph } from "./oracle.ts";

const floats = (shape: number[]) =>
  tensorOf(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i), shape, "float32");
const outputs = (g: Graph, ...values: Value[]) => values.map((v, i) => g.output(v, `y${i}`));

/** Returns a body with the given inputs and the built results as outputs. */
function bodyOf(
  parent: Graph,
  inputs: readonly [DType, readonly Dim[]][],
  build: (body: Graph, ...inputs: Value[]) => readonly Value[],
): Graph {
  const body = new Graph({ name: "body", parent });
  const values = inputs.map(([dtype, shape], i) => body.input(body.freeName(`in${i}`), dtype, shape));
  for (const v of build(body, ...values)) body.output(v);
  return body;
}

Deno.test("INFER.Scan stacks outputs along as many steps as the scanned input has entries", async () => {
  const g = new Graph();
  const xs = g.input("xs", "float32", ["T", "D"]);
  const start = g.input("start", "float32", ["D"]);
  const { states, outputs: stacked } = g.scan({
    states: [start],
    scanned: [xs],
    body: (b, [s], [x]) => ({ states: [b.add(s!, x!)], outputs: [b.mul(x!, 2), b.greater(x!, 1)] }),
  });
  const made = outputs(g, ...states, ...stacked);
  assertEquals(made.map((y) => y.shape), [["D"], ["T", "D"], ["T", "D"]]);
  assertEquals(made.map((y) => y.dtype), ["float32", "float32", "bool"]);
  await checkGraph(g, { xs: floats([5, 3]), start: floats([3]) });
});

Deno.test("INFER.Scan reads the axes of inputs and outputs from its attributes", async () => {
  const g = new Graph();
  const xs = g.input("xs", "float32", [4, "T"]);
  const body = bodyOf(g, [["float32", []], ["float32", [4]]], (b, s, x) => [b.identity(s!), b.exp(x!)]);
  const [state, y] = g.emit("Scan", [g.input("s", "float32", []), xs], {
    outputs: 2,
    attributes: { body, num_scan_inputs: 1, scan_input_axes: [-1], scan_output_axes: [-1] },
  });
  assertEquals([state!.shape, y!.shape], [[], [4, "T"]]);
  outputs(g, state!, y!);
  await checkGraph(g, { xs: floats([4, 5]), s: floats([]) });
});

Deno.test("INFER.Scan refuses a state that changes its shape and inputs of different lengths", () => {
  const g = new Graph();
  const xs = g.input("xs", "float32", [5, 3]);
  const grow = bodyOf(
    g,
    [["float32", [3]], ["float32", [3]]],
    (b, s, x) => [b.concat([s!, x!], { axis: 0 })],
  );
  const start = g.input("start", "float32", [3]);
  assertThrows(
    () => g.emit("Scan", [start, xs], { attributes: { body: grow, num_scan_inputs: 1 } }),
    RangeError,
    "the initial value of state 0",
  );
  const both = bodyOf(g, [["float32", [3]], ["float32", [3]]], (b, x, y) => [b.add(x!, y!)]);
  const other = g.input("other", "float32", [6, 3]);
  assertThrows(
    () => g.emit("Scan", [xs, other], { attributes: { body: both, num_scan_inputs: 2 } }),
    RangeError,
    "the lengths of the scanned inputs must be equal, got 5 and 6",
  );
});

Deno.test("INFER.Loop keeps shapes that no step changes and stacks outputs along the trips", async () => {
  for (const goOn of [true, false]) {
    const g = new Graph();
    const x = g.input("x", "float32", ["N", 3]);
    const body = bodyOf(
      g,
      [["int64", []], ["bool", []], ["float32", ["N", 3]], ["float32", ["M", 3]]],
      (b, i, c, s, grown) => [
        goOn ? b.constant(true, "bool") : b.identity(c!),
        b.add(s!, 1),
        b.concat([grown!, x], { axis: 0 }),
        b.mul(b.cast(i!, { to: "float32" }), s!),
      ],
    );
    const trips = g.constant(4, "int64");
    const made = outputs(
      g,
      ...g.emit("Loop", [trips, g.constant(true, "bool"), x, x], { outputs: 3, attributes: { body } }),
    );
    assertEquals(made[0]!.shape, ["N", 3]);
    assertEquals(made[1]!.shape?.[1], 3);
    assertEquals(typeof made[1]!.shape?.[0], "string");
    assertEquals(made[2]!.shape?.slice(1), ["N", 3]);
    assertEquals(made[2]!.shape?.[0] === 4, goOn);
    await checkGraph(g, { x: floats([2, 3]) });
  }
});

Deno.test("INFER.If gives what both branches have in common", async () => {
  const g = new Graph();
  const x = g.input("x", "float32", ["N", 3]);
  const condition = g.input("c", "bool", []);
  const y = g.if(
    condition,
    (b) => [b.concat([x, x], { axis: 1 }), b.shape(x)],
    (b) => [b.exp(x), b.shape(x)],
  );
  assertEquals(y[0]!.shape?.[0], "N");
  assertEquals(typeof y[0]!.shape?.[1], "string");
  assertEquals([y[1]!.dtype, y[1]!.shape], ["int64", [2]]);
  outputs(g, ...y);
  await checkGraph(g, { x: floats([2, 3]), c: tensorOf([1], [], "bool") });
});

Deno.test("INFER.If uses the branch of a constant condition", () => {
  const g = new Graph();
  const x = g.input("x", "float32", ["N", 3]);
  const y = g.if(g.constant(false, "bool"), (b) => [b.reduceSum(x)], (b) => [b.shape(x)]);
  assertEquals([y[0]!.dtype, y[0]!.shape, y[0]!.contents], ["int64", [2], ["N", 3]]);
});

Deno.test("INFER infers tensors taken from sequences and optionals", async () => {
  const g = new Graph();
  const x = g.input("x", "float32", ["N", 3]);
  const sequence = g.emit("SequenceConstruct", [x, x])[0]!;
  const length = g.emit("SequenceLength", [sequence])[0]!;
  assertEquals([length.dtype, length.shape], ["int64", []]);
  const at = g.emit("SequenceAt", [sequence, g.constant(0, "int64")])[0]!;
  const joined = g.emit("ConcatFromSequence", [sequence], { attributes: { axis: 0 } })[0]!;
  assertEquals([at.shape, joined.shape], [undefined, undefined]);
  const element = g.emit("OptionalGetElement", [x])[0]!;
  const has = g.emit("OptionalHasElement", [x])[0]!;
  assertEquals([element.dtype, element.shape, has.dtype, has.shape], ["float32", ["N", 3], "bool", []]);
  outputs(g, length, element, has);
  await checkGraph(g, { x: floats([2, 3]) });
});
