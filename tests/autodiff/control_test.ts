import { assert, assertEquals } from "@std/assert";
import { backward } from "../../autodiff/backward.ts";
import { Graph, type Value } from "../../onnx/mod.ts";
import { check, uniformTensor } from "./check.ts";
import { CONTROL } from "./control_cases.ts";

CONTROL.test();

/** Returns all states of h' = tanh(h w + x) over the rows of x. */
function recurrence(g: Graph, [x, w, h]: Value[]): Value {
  return g.scan({
    states: [h!],
    scanned: [x!],
    body(g, [h], [x]) {
      const next = g.tanh(g.add(g.matMul(h!, w!), x!));
      return { states: [next], outputs: [next] };
    },
  }).outputs[0]!;
}

Deno.test("the gradient of Scan computes a weight's gradient by one product over all steps", () => {
  const g = new Graph();
  const x = g.input("x", "float32", ["T", 5, 4]);
  const w = g.input("w", "float32", [4, 4]);
  const y = recurrence(g, [x, w, g.input("h", "float32", [5, 4])]);
  const [dw] = backward(g, { seeds: [{ value: y, cotangent: y }], wrt: [w] });
  g.output(dw!, "dw");
  g.prune();
  const loops = g.nodes.filter((n) => n.opType === "Scan");
  assertEquals(loops.length, 2);
  for (const { outputs } of loops.map((n) => n.subgraph("body")!)) {
    assert(outputs.every((v) => v.shape!.join() !== "4,4"), `${outputs}`);
  }
  // The weight is not transposed at every step, either.
  const inside = loops.flatMap((n) => n.subgraph("body")!.nodes.map((n) => n.opType));
  assertEquals(inside.filter((op) => op === "Transpose"), []);
});

Deno.test("the gradient of Scan computes no forward values that nothing reads", () => {
  const g = new Graph();
  const x = g.input("x", "float32", [3, 2]);
  const y = recurrence(g, [x, g.input("w", "float32", [2, 2]), g.input("h", "float32", [2])]);
  const [dx] = backward(g, { seeds: [{ value: y, cotangent: y }], wrt: [x] });
  g.output(dx!, "dx");
  g.prune();
  const [forward, back] = g.nodes.filter((n) => n.opType === "Scan").map((n) => n.subgraph("body")!);
  // The state, the layer's output and 1 - tanh^2.
  assertEquals(forward!.outputs.length, 3);
  assertEquals(back!.nodes.some((n) => n.opType === "Tanh"), false);
});

Deno.test("the gradient of Scan can be differentiated again", async () => {
  const errors = await check({
    name: "Scan",
    inputs: [
      uniformTensor([3, 2, 2], -1, 1),
      uniformTensor([2, 2], -1, 1, "w"),
      uniformTensor([2, 2], -1, 1, "h"),
    ],
    build(g, x) {
      const y = recurrence(g, x);
      const cotangent = g.constant(uniformTensor([3, 2, 2], 0.5, 1, "weights"));
      return backward(g, { seeds: [{ value: y, cotangent }], wrt: x });
    },
    known: true,
  });
  assert(errors.static < 1e-6, `relative error ${errors.static} in ${errors.precision}`);
});
