import { assertEquals, assertThrows } from "@std/assert";
import { batchNorm, conv, dense, layerNorm, linear, mlp } from "../../models/mod.ts";
import { Graph, graphOf, type Model, numbersOf, type Tensor } from "../../onnx/mod.ts";

const initial = (model: Model): Record<string, Tensor> =>
  Object.fromEntries([...graphOf(model).graph.initializers].map(([name, { tensor }]) => [name, tensor()]));

Deno.test("layers have parameters of the element type of their input, with the values of float32", () => {
  const layers = (dtype: "float32" | "float64" | "float16") => {
    const g = new Graph();
    const x = conv(g, g.input("x", dtype, ["N", 3, 4, 4]), { name: "conv", channels: [3, 8], seed: 1 });
    const h = g.flatten(batchNorm(g, x, { name: "norm", channels: 8 }), { axis: 1 });
    layerNorm(g, dense(g, h, { name: "fc", size: [128, 5], seed: 1 }), { name: "last", size: 5 });
    return [...g.initializers].map(([name, { tensor }]) => [name, tensor()] as const);
  };
  const narrow = layers("float32");
  assertEquals(narrow.length, 10);
  for (const dtype of ["float64", "float16"] as const) {
    const typed = layers(dtype);
    assertEquals(typed.map(([name]) => name), narrow.map(([name]) => name));
    assertEquals(typed.map(([, t]) => t.dtype), narrow.map(() => dtype));
  }
  assertEquals(layers("float64").map(([, t]) => numbersOf(t)), narrow.map(([, t]) => numbersOf(t)));
});

Deno.test("mlp() and linear() of float64 have the weights of float32, and take and return float64", () => {
  const models = (dtype?: "float32" | "float64") => {
    const type = dtype === undefined ? {} : { dtype };
    const sizes = { inputs: 4, hidden: [3], outputs: 2, seed: 1 };
    return [mlp({ ...sizes, ...type }), linear({ inputs: 3, outputs: 2, ...type })];
  };
  assertEquals(models("float32"), models());
  for (const [i, model] of models("float64").entries()) {
    const { graph } = graphOf(model);
    assertEquals([...graph.inputs, ...graph.outputs].map((v) => v.dtype), [
      "float64",
      "float64",
    ]);
    const [wide, narrow] = [initial(model), initial(models()[i]!)];
    assertEquals(Object.keys(wide), Object.keys(narrow));
    assertEquals(Object.values(wide).map((t) => t.dtype), Object.values(wide).map(() => "float64"));
    assertEquals(Object.values(wide).map(numbersOf), Object.values(narrow).map(numbersOf));
  }
  assertThrows(
    () => mlp({ inputs: 1, hidden: [], outputs: 1, dtype: "float16" as "float32" }),
    RangeError,
    "dtype",
  );
});
