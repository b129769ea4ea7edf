import { assert, assertEquals } from "@std/assert";
import { buildModel, Graph, tensor, tensorOf } from "../../onnx/mod.ts";
import { openSession } from "../../runtime/session/mod.ts";

Deno.test("run() writes the outputs that it is told to into given tensors, even over its inputs, and returns them", async () => {
  const g = new Graph();
  const x = g.input("x", "float32", [3]);
  g.output(g.mul(x, 2), "y");
  g.output(g.neg(x), "z");
  g.output(g.cast(x, { to: "float16" }), "h");
  await using session = await openSession(buildModel(g));
  const [y, h] = [tensorOf([0, 0, 0]), tensor(new Float16Array(3))];
  const given = tensorOf([1, 2, 3]);
  const out = await session.run({ x: given }, { y, h });
  assert(out.y === y && out.h === h);
  assertEquals([y.data, h.data, out.z!.data], [
    Float32Array.of(2, 4, 6),
    Float16Array.of(1, 2, 3),
    Float32Array.of(-1, -2, -3),
  ]);
  await session.run({ x: given }, { y: given });
  assertEquals(given.data, Float32Array.of(2, 4, 6));
});
