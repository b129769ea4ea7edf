import { assertEquals } from "@std/assert";
import { backward } from "../../autodiff/backward.ts";
import { buildModel, Graph, type Shape, tensor, type Value } from "../../onnx/mod.ts";
import { openSession } from "../../runtime/session/session.ts";

/** The gradient of the sum of `f(x, b) * c`, `c` of another symbol than `x`, and its operators. */
function gradient(shapes: readonly [Shape, Shape, Shape], f: (g: Graph, x: Value, b: Value) => Value) {
  const g = new Graph();
  const [x, b, c] = shapes.map((s, i) => g.input("xbc"[i]!, "float32", s)) as [Value, Value, Value];
  const loss = g.reduceSum(g.mul(f(g, x, b), c), null, { keepdims: 0 });
  const before = g.nodes.length;
  const grads = backward(g, { seeds: [{ value: loss, cotangent: g.constant(1) }], wrt: [x, b] });
  const written = new Set(g.nodes.slice(before).map((n) => n.opType));
  grads.forEach((v, i) => g.output(v, ["dx", "db"][i]!));
  return { g, written };
}

const ones = (shape: number[]) => tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1), shape);

Deno.test("a bias of known length is summed over without a look at the sizes, whatever the symbols", async () => {
  const { g, written } = gradient([["n", 3], [3], ["m", 3]], (g, x, b) => g.add(x, b));
  for (const name of ["NonZero", "Equal"]) {
    // The product with c may be broadcast, as its symbol is another one; the sum with the bias is not.
    assertEquals(g.nodes.filter((n) => n.opType === name).length, 1, `${[...written]}`);
  }
  await using session = await openSession(buildModel(g));
  const out = await session.run({ x: ones([4, 3]), b: ones([3]), c: ones([4, 3]) });
  assertEquals([out.dx!.shape, out.db!.shape], [[4, 3], [3]]);
  assertEquals([...out.db!.data], [4, 4, 4]);
});

for (const [n, m] of [[4, 4], [1, 4], [4, 1]] as const) {
  Deno.test(`operands of symbols that turn out to be ${n} and ${m} get gradients of their own shapes`, async () => {
    const { g } = gradient([["n", 3], ["m", 1], [1, 3]], (g, x, b) => g.sub(x, b));
    await using session = await openSession(buildModel(g));
    const out = await session.run({ x: ones([n, 3]), b: ones([m, 1]), c: ones([1, 3]) });
    const rows = Math.max(n, m);
    assertEquals([out.dx!.shape, out.db!.shape], [[n, 3], [m, 1]]);
    assertEquals([...out.dx!.data], new Array(3 * n).fill(rows / n));
    assertEquals([...out.db!.data], new Array(m).fill(-3 * rows / m));
  });
}

for (const classes of [5, 70]) {
  Deno.test(`scores of ${classes} classes and targets of another symbol have equally many rows: none is summed over`, () => {
    const g = new Graph();
    const x = g.input("x", "float32", ["n", classes]);
    const targets = g.input("targets", "int64", ["m"]);
    const [loss] = g.softmaxCrossEntropyLoss(x, targets, null, { reduction: "mean" });
    const [dx] = backward(g, { seeds: [{ value: loss!, cotangent: g.constant(1) }], wrt: [x] });
    assertEquals(dx!.shape, ["n", classes]);
    assertEquals(g.nodes.filter((n) => n.opType === "NonZero").map(String), []);
  });
}
