import { assertEquals } from "@std/assert";
import { buildModel, Graph, tensor, type Value } from "../../onnx/mod.ts";
import { foldContents } from "../../onnx/ir/mod.ts";
import { openSession } from "../../runtime/session/session.ts";

const operators = (g: Graph) => g.nodes.map((n) => n.opType);

/** Shape arithmetic of several kinds and types on the sizes of `x`, each as an output. */
function arithmetic(g: Graph, x: Value): Value[] {
  const sizes = g.shape(x);
  const [first, rest] = g.split(sizes, [1, 2], { axis: 0, outputs: 2 }) as [Value, Value];
  return [
    g.concat([first, g.constant([-1], "int64")], { axis: 0 }),
    g.div(g.cast(g.reduceProd(rest, null, { keepdims: 0 }), { to: "float32" }), 7),
    g.equal(sizes, g.expand(g.constant([3], "int64"), g.shape(sizes))),
    g.range(g.constant(0, "int64"), g.size(x), g.constant(5, "int64")),
  ];
}

Deno.test("foldContents() gives the numbers that the runtime computes, and leaves none of the operators", async () => {
  const [whole, folded] = await Promise.all([false, true].map(async (fold) => {
    const g = new Graph();
    const x = g.input("x", "float32", [4, 3, 2]);
    // Outputs of the graph stay what they are, so each is copied.
    arithmetic(g, x).forEach((v, i) => g.output(g.identity(g.unsqueeze(v, [0])), `y${i}`));
    g.output(g.relu(x), "x_out");
    const copies = g.outputs.slice(0, -1).map((y) => g.nodes.find((n) => n.outputs.includes(y))!);
    if (fold) foldContents(g);
    g.prune();
    if (fold) assertEquals(new Set(operators(g)), new Set(["Constant", "Identity", "Relu"]));
    assertEquals(copies.length, 4);
    await using session = await openSession(buildModel(g));
    return await session.run({ x: tensor(new Float32Array(24), [4, 3, 2]) });
  }));
  assertEquals(folded, whole);
  assertEquals(folded!.y1!.data, Float32Array.of(Math.fround(6 / 7)));
});

Deno.test("foldContents() leaves what depends on a size that is not known, and folds inside bodies", () => {
  const g = new Graph();
  const x = g.input("x", "float32", ["N", 3]);
  const state = g.input("s", "float32", [3]);
  const { states } = g.scan({
    states: [state],
    scanned: [x],
    body: (step, [s], [row]) => ({
      states: [step.add(s!, step.mul(row!, step.cast(step.size(row!), { to: "float32" })))],
      outputs: [],
    }),
  });
  g.output(g.div(states[0]!, g.cast(g.shape(x, { start: 0, end: 1 }), { to: "float32" })), "y");
  foldContents(g);
  g.prune();
  assertEquals(operators(g), ["Scan", "Shape", "Cast", "Div"]);
  const body = g.nodes[0]!.subgraph("body")!;
  body.prune();
  assertEquals(operators(body).filter((o) => o !== "Identity"), ["Constant", "Mul", "Add"]);
});
