import { assertEquals } from "@std/assert";
import { copiesFromHost, copiesToHost, type Copy, Placement } from "../../../lowering/kernels/mod.ts";
import { Graph } from "../../../onnx/mod.ts";

/** Returns copies as `value: operators that read it`. */
const lines = (copies: readonly Copy[]) =>
  copies.map((c) => `${c.value.name}: ${c.readers.map((r) => r.node.opType)}`);

Deno.test("copiesToHost() names a tensor once, with all that read it on the host", () => {
  const g = new Graph();
  const x = g.relu(g.input("x", "float32", [3]));
  g.output(g.add(g.sign(x), g.round(x)), "y");
  assertEquals(lines(copiesToHost(g, "webgpu")), ["relu: Sign,Round"]);
  assertEquals(lines(copiesFromHost(g, "webgpu")), ["sign: Add", "round: Add"]);
  const [{ readers } = { readers: [] }] = copiesToHost(g, "webgpu");
  assertEquals(readers.map((r) => r.why), [
    "webgpu has no kernel for Sign",
    "webgpu has no kernel for Round",
  ]);
});

Deno.test("copiesToHost() finds an input that a kernel reads on the host", () => {
  const g = new Graph();
  const x = g.input("x", "float32", [2, 3]);
  const sizes = g.cast(g.input("sizes", "float32", [2]), { to: "int64" });
  g.output(g.reshape(x, sizes), "y");
  assertEquals(lines(copiesToHost(g, "cuda")), ["cast: Reshape"]);
});

Deno.test("copiesToHost() sees through Identity", () => {
  const g = new Graph();
  const x = g.relu(g.input("x", "float32", [3]));
  g.output(g.sign(g.identity(x)), "y");
  assertEquals(lines(copiesToHost(g, "webgpu")), ["relu: Sign"]);
});

Deno.test("copiesToHost() finds what the body of a loop reads on the host, its own and from around", () => {
  const g = new Graph();
  const x = g.input("x", "float32", [5, 3]);
  const outer = g.relu(g.input("outer", "float32", [3]));
  const { outputs } = g.scan({
    states: [],
    scanned: [x],
    body: (step, _, [slice]) => {
      const inner = step.abs(slice!);
      return { states: [], outputs: [step.add(step.sign(inner), step.sign(outer))] };
    },
  });
  g.output(outputs[0]!, "y");
  assertEquals(lines(copiesToHost(g, "webgpu")), ["abs: Sign", "relu: Sign"]);
  assertEquals(lines(copiesToHost(g, "cuda")), []);
});

Deno.test("Placement keeps arithmetic on shapes on the host, where only sizes and small constants are read", () => {
  const g = new Graph();
  const x = g.input("x", "float32", ["N", 3]);
  const size = g.shape(x);
  const twice = g.mul(size, [2, 1]);
  const mixed = g.mul(g.cast(x, { to: "int64" }), g.gather(size, 0));
  g.output(g.expand(x, twice), "y");
  g.output(mixed, "z");
  const { host } = new Placement(g, "cuda");
  assertEquals([...host].map(([node, why]) => `${node.opType}: ${why}`), [
    "Mul: it computes on sizes",
    "Gather: it computes on sizes",
  ]);
  assertEquals(lines(copiesToHost(g, "cuda")), []);
  assertEquals(lines(copiesFromHost(g, "cuda")), ["gather: Mul"]);
});

Deno.test("Placement leaves out what is constant when the model is opened", () => {
  const g = new Graph();
  const x = g.input("x", "float32", [2, 3]);
  const constant = g.sign(g.constant([-1, 2, 3]));
  g.output(g.add(x, constant), "y");
  g.output(g.mul(x, g.cast(g.size(g.identity(constant)), { to: "float32" })), "z");
  assertEquals([...new Placement(g, "webgpu").host.keys()].map((n) => n.opType), []);
});
