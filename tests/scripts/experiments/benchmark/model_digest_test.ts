import { assertEquals, assertNotEquals } from "@std/assert";
import { buildModel, Graph, type Model, tensor } from "../../../../mod.ts";
import { digestOfModel } from "../../../../scripts/experiments/benchmark/protocol/model_digest.ts";

/** Returns a model that pools and subtracts. */
function model(
  { stride = 1, swapped = false, name = "y", weight = 1 }: {
    stride?: number;
    swapped?: boolean;
    name?: string;
    weight?: number;
  },
): Model {
  const g = new Graph();
  const x = g.input("x", "float32", [1, 1, 4, 4]);
  const w = g.initializer("w", tensor(Float32Array.of(weight), []));
  const pooled = g.maxPool(x, { kernel_shape: [2, 2], strides: [stride, stride] })[0]!;
  g.output(swapped ? g.sub(w, pooled) : g.sub(pooled, w), name);
  return buildModel(g);
}

Deno.test("digestOfModel() tells attributes, wiring and weights apart, and not the names of results", () => {
  const digest = digestOfModel(model({}));
  assertEquals(digestOfModel(model({ name: "z" })), digest);
  for (const other of [{ stride: 2 }, { swapped: true }, { weight: 2 }]) {
    assertNotEquals(digestOfModel(model(other)), digest, JSON.stringify(other));
  }
});
