import { assert, assertEquals } from "@std/assert";
import { Graph, tensorOf, type Value } from "../../../onnx/mod.ts";
import { checkGraph } from "./oracle.ts";

const int64 = (values: number[], shape?: number[]) => tensorOf(values, shape, "int64");
const x234 = { x: tensorOf(Array.from({ length: 24 }, (_, i) => i), [2, 3, 4], "float32") };

/** Returns a graph of one input `x` `[N, 3, T]` whose values are all outputs. */
function over(
  make: (g: Graph, x: Value) => Record<string, Value>,
): { g: Graph; made: Record<string, Value> } {
  const g = new Graph();
  const x = g.input("x", "float32", ["N", 3, "T"]);
  const made = make(g, x);
  for (const [name, v] of Object.entries(made)) made[name] = g.output(v, `out_${name}`);
  return { g, made };
}

Deno.test("INFER follows the computation of sizes from Shape to Reshape", async () => {
  const { g, made } = over((g, x) => {
    const n = g.gather(g.shape(x), g.constant(0, "int64"));
    const t = g.slice(g.shape(x), [-1], [2 ** 31]);
    const target = g.concat([g.unsqueeze(n, [0]), g.constant([-1], "int64")], { axis: 0 });
    const back = g.concat([g.unsqueeze(n, [0]), t, g.constant([3], "int64")], { axis: 0 });
    return { n, t, target, flat: g.reshape(x, target), back: g.reshape(x, back) };
  });
  assertEquals(made["n"]!.contents, ["N"]);
  assertEquals(made["target"]!.contents, ["N", -1]);
  assertEquals(made["back"]!.shape, ["N", "T", 3]);
  await checkGraph(g, x234);
});

Deno.test("INFER follows arithmetic on sizes through every operator that computes them", async () => {
  const { g, made } = over((g, x) => {
    const shape = g.shape(x);
    const two = g.constant([2], "int64");
    const known = g.slice(shape, [1], [2]);
    const part = (v: Value) => g.cast(g.floor(g.mul(g.cast(v, { to: "float32" }), 2.5)), { to: "int64" });
    return {
      size: g.size(x),
      product: g.reduceProd(shape, [0]),
      sum: g.reduceSum(known, [0]),
      largest: g.reduceMax(shape, [0]),
      least: g.reduceMin(shape, [0]),
      plus: g.add(shape, two),
      none: g.add(shape, 0),
      times: g.mul(shape, 1),
      minus: g.sub(shape, shape),
      lessNone: g.sub(shape, 0),
      last: g.gather(shape, g.constant(-1, "int64")),
      half: g.div(shape, two),
      same: g.div(shape, shape),
      rest: g.mod(g.add(known, 4), two),
      negative: g.neg(known),
      min: g.min([shape, g.constant([0], "int64")]),
      atLeastTwo: g.max([two, shape]),
      max: g.max([shape, g.constant([0], "int64")]),
      scaled: part(known),
      power: g.pow(known, two),
      turned: g.slice(shape, [-1], [-(2 ** 40)], [0], [-1]),
      chosen: g.where(g.equal(g.constant([1, -1, 7], "int64"), -1), shape, g.constant([1, -1, 7], "int64")),
      large: g.greaterOrEqual(known, two),
      cast: g.cast(g.cast(shape, { to: "float32" }), { to: "int64" }),
    };
  });
  const contents = Object.fromEntries(Object.entries(made).map(([k, v]) => [k, v.contents]));
  assertEquals(contents["none"], ["N", 3, "T"]);
  assertEquals(contents["times"], ["N", 3, "T"]);
  assertEquals(contents["minus"], [0, 0, 0]);
  assertEquals(contents["lessNone"], ["N", 3, "T"]);
  assertEquals(contents["last"], ["T"]);
  assertEquals(contents["atLeastTwo"]?.[1], 3);
  assert(contents["atLeastTwo"]?.[0] !== "N", "N may be 1");
  assertEquals(contents["same"], [1, 1, 1]);
  assertEquals(contents["sum"], [3]);
  assertEquals(contents["plus"]?.[1], 5);
  assertEquals(contents["half"]?.[1], 1);
  assertEquals(contents["rest"], [1]);
  assertEquals(contents["negative"], [-3]);
  assertEquals(contents["min"], [0, 0, 0]);
  assertEquals(contents["max"], ["N", 3, "T"]);
  assertEquals(contents["scaled"], [7]);
  assertEquals(contents["power"], [9]);
  assertEquals(contents["turned"], ["T", 3, "N"]);
  assertEquals(contents["chosen"], [1, 3, 7]);
  assertEquals(contents["large"], [1]);
  assertEquals(contents["cast"], ["N", 3, "T"]);
  await checkGraph(g, x234);
});

Deno.test("INFER follows the pads that PyTorch exports as a reshaped, reversed and transposed list", async () => {
  const { g, made } = over((g, x) => {
    const given = g.constant([1, 2], "int64");
    const zeros = g.constantOfShape(g.constant([4], "int64"), { value: int64([0]) });
    const pairs = g.reshape(g.concat([given, zeros], { axis: 0 }), g.constant([-1, 2], "int64"));
    const reversed = g.slice(pairs, [-1], [-(2 ** 40)], [0], [-1]);
    const pads = g.cast(g.reshape(g.transpose(reversed, { perm: [1, 0] }), [-1]), { to: "int64" });
    return { pads, y: g.pad(x, pads) };
  });
  assertEquals(made["pads"]!.contents, [0, 0, 1, 0, 0, 2]);
  assertEquals(made["y"]!.shape?.slice(0, 2), ["N", 3]);
  await checkGraph(g, x234);
});

Deno.test("INFER follows sizes into Range, Expand, ConstantOfShape, Tile, OneHot, TopK and Split", async () => {
  const { g, made } = over((g, x) => {
    const [n, c, t] = g.split(g.shape(x), undefined, { outputs: 3, num_outputs: 3 }) as [Value, Value, Value];
    const positions = g.range(0, g.squeeze(t, [0]), 1);
    return {
      positions,
      row: g.unsqueeze(positions, [0]),
      expanded: g.expand(positions, g.concat([n, c, t], { axis: 0 })),
      zeros: g.constantOfShape(g.concat([t, n], { axis: 0 })),
      tiled: g.tile(positions, n),
      hot: g.oneHot(positions, g.squeeze(t, [0]), g.constant([0, 1])),
      top: g.topK(x, c, { axis: 1 })[0]!,
    };
  });
  assertEquals(made["row"]!.shape, [1, "T"]);
  assertEquals(made["expanded"]!.shape, ["N", 3, "T"]);
  assertEquals(made["zeros"]!.shape, ["T", "N"]);
  assertEquals(made["hot"]!.shape, ["T", "T"]);
  assertEquals(made["top"]!.shape, ["N", 3, "T"]);
  await checkGraph(g, x234);
});

Deno.test("INFER does not read the contents of tensors too large to steer a shape", () => {
  const g = new Graph();
  let reads = 0;
  const read = () => (reads++, int64(Array(1000).fill(0)));
  const labels = g.lazyInitializer("labels", { dtype: "int64", shape: [1000], read });
  assertEquals(g.add(labels, 1).contents, undefined);
  assertEquals(g.gather(labels, g.constant([0], "int64")).shape, [1]);
  assert(reads === 0, `read ${reads} times`);
});
