import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { clone } from "../../deps.ts";
import {
  buildModel,
  Graph,
  graphOf,
  type Model,
  ModelError,
  numbersOf,
  tensor,
  tensorOf,
  toFloat32,
  withWeights,
} from "../../onnx/mod.ts";
import { ModelProtoSchema } from "../../onnx/proto/onnx_pb.ts";

/** Returns a model with a narrow type everywhere. */
function narrow(dtype: "float16" | "bfloat16"): Model {
  const g = new Graph();
  const x = g.input("x", dtype, ["N", 2]);
  const w = g.initializer("w", tensorOf([0.5, -1.25], dtype));
  const c = g.emit("Constant", [], { attributes: { value: tensorOf([3, 4], dtype) } })[0]!;
  const positive = g.greater(g.cast(g.reduceSum(x, null, { keepdims: 0 }), { to: "float32" }), 0);
  const [y] = g.if(
    positive,
    (b) => [b.cast(b.add(b.mul(x, w), c), { to: dtype })],
    (b) => [b.mul(x, b.initializer("v", tensorOf([1, 2], dtype)))],
  );
  g.output(y!, "y");
  return buildModel(g);
}

for (const dtype of ["float16", "bfloat16"] as const) {
  Deno.test(`toFloat32() leaves no ${dtype} anywhere, and changes no value`, () => {
    const model = narrow(dtype);
    const before = clone(ModelProtoSchema, model);
    const wide = toFloat32(model);
    assertEquals(model, before);
    const { graph, values } = graphOf(wide);
    const all = [...graph.inputs, ...graph.outputs, ...values.values()];
    for (const node of graph.nodes) {
      for (const name of ["then_branch", "else_branch"]) {
        const branch = node.subgraph(name);
        if (branch) {
          all.push(
            ...branch.outputs,
            ...branch.nodes.flatMap((n) => n.outputs.filter((v) => v !== null)),
          );
        }
      }
    }
    assertEquals(all.filter((v) => v.known.dtype === dtype), []);
    assertEquals(numbersOf(graph.initializers.get("w")!.tensor()), [0.5, -1.25]);
    assertEquals(toFloat32(wide), wide);
    assertStrictEquals(toFloat32(wide), wide);
  });
}

Deno.test("withWeights() keeps the model's type, and refuses values that it cannot store", () => {
  const model = narrow("float16");
  const of = (...values: number[]) => tensor(Float32Array.from(values));
  const trained = withWeights(model, { w: of(0.1, 1e-9) }, { partial: true });
  const { graph } = graphOf(trained);
  assertEquals(graph.initializers.get("w")!.tensor(), tensorOf([0.1, 1e-9], "float16"));
  assertThrows(
    () => withWeights(model, { w: of(1, 1e5) }, { partial: true }),
    ModelError,
    "'w' is float16, which cannot hold 100000",
  );
  assertThrows(
    () => withWeights(model, { w: tensor(Int32Array.of(1, 2)) }, { partial: true }),
    ModelError,
    "'w' is int32 instead of float16",
  );
  assertThrows(
    () => withWeights(model, { w: of(1) }, { partial: true }),
    ModelError,
    "'w' has shape [1] instead of [2]",
  );
});
