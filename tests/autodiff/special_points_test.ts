/** Second derivatives at points where a formula divides by zero. The expected values are computed by hand. */
import { assertEquals } from "@std/assert";
import { backward } from "../../autodiff/backward.ts";
import { buildModel, Graph, tensor, type Value } from "../../onnx/mod.ts";
import { openSession } from "../../runtime/session/session.ts";

type Scalar = (g: Graph, x: Value) => Value;

/** Returns the gradient of a function at `x`, and its second derivatives, a row for each element. */
async function derivatives(
  f: Scalar,
  x: readonly number[],
): Promise<{ first: number[]; second: number[][] }> {
  const n = x.length;
  const g = new Graph();
  const [at, v, one] = [g.input("x", "float32", [n]), g.input("v", "float32", [n]), g.constant(1, "float32")];
  const [d] = backward(g, { seeds: [{ value: f(g, at), cotangent: one }], wrt: [at] });
  const along = g.reduceSum(g.mul(d!, v), null, { keepdims: 0 });
  const [h] = backward(g, { seeds: [{ value: along, cotangent: one }], wrt: [at] });
  g.output(d!, "first");
  g.output(h!, "row");
  g.prune();
  await using session = await openSession(buildModel(g));
  let first: number[] = [];
  const second: number[][] = [];
  for (let i = 0; i < n; i++) {
    const unit = Float32Array.from({ length: n }, (_, k) => Number(k === i));
    const out = await session.run({ x: tensor(Float32Array.from(x)), v: tensor(unit) });
    first = Array.from(out.first!.data as Float32Array);
    second.push(Array.from(out.row!.data as Float32Array));
  }
  return { first, second };
}

const all = { keepdims: 0 };
const prod: Scalar = (g, x) => g.reduceProd(x, null, all);

/** Returns the product of all elements but some. */
function productWithout(x: readonly number[], ...left: readonly number[]): number {
  return x.reduce((p, v, i) => (left.includes(i) ? p : p * v), 1);
}

for (
  const x of [[2, 3, 0, 0], [0, 3, 2, 0, 5], [0, 0, 0, 4], [0, 7], [0], [1, 2, 3, 4, 5], [-1, 0, 2, 3, 4, 5]]
) {
  Deno.test(`the rule of ReduceProd gives the second derivatives at [${x}]`, async () => {
    const { first, second } = await derivatives(prod, x);
    assertEquals(first.map((v) => v + 0), x.map((_, i) => productWithout(x, i) + 0));
    const expected = x.map((_, i) => x.map((_, k) => (i === k ? 0 : productWithout(x, i, k)) + 0));
    assertEquals(second.map((row) => row.map((v) => v + 0)), expected);
  });
}

Deno.test("the rule of ReduceProd gives the third derivatives at three zeros", async () => {
  // d/dx of x1 x2 x3 x4 in x1 and x2 is x3 x4, whose derivatives at (.., 0, 5) are 5 and 0.
  const inner: Scalar = (g, x) => {
    const [d] = backward(g, {
      seeds: [{ value: prod(g, x), cotangent: g.constant(1, "float32") }],
      wrt: [x],
    });
    return g.reduceSum(g.slice(d!, [0], [1]), null, all);
  };
  const { second } = await derivatives(inner, [0, 0, 0, 5]);
  assertEquals(second.map((row) => row.map((v) => v + 0)), [
    [0, 0, 0, 0],
    [0, 0, 5, 0],
    [0, 5, 0, 0],
    [0, 0, 0, 0],
  ]);
});

Deno.test("the rule of ReduceProd gives the second derivatives of rows and of axes known only at run time", async () => {
  for (const known of [true, false]) {
    const lines: Scalar = (g, x) => {
      const zero = g.cast(g.mul(g.reduceSum(x, null, all), 0), { to: "int64" });
      const axes = known ? [1] : g.add(zero, g.constant([1], "int64"));
      return g.reduceSum(g.reduceProd(g.reshape(x, [2, 3]), axes), null, all);
    };
    const { first, second } = await derivatives(lines, [2, 0, 0, 0, 4, 5]);
    assertEquals(first.map((v) => v + 0), [0, 0, 0, 20, 0, 0]);
    assertEquals(second.map((row) => row.map((v) => v + 0)), [
      [0, 0, 0, 0, 0, 0],
      [0, 0, 2, 0, 0, 0],
      [0, 2, 0, 0, 0, 0],
      [0, 0, 0, 0, 5, 4],
      [0, 0, 0, 5, 0, 0],
      [0, 0, 0, 4, 0, 0],
    ]);
  }
});

const NORMS: Readonly<Record<string, Scalar>> = {
  ReduceL2: (g, x) => g.reduceL2(x, null, all),
  LpPool: (g, x) => {
    const [y] = g.emit("LpPool", [g.reshape(x, [1, 1, -1])], { attributes: { p: 2, kernel_shape: [2] } });
    return g.reduceSum(y!, null, all);
  },
  "LpPool of order 3": (g, x) => {
    const [y] = g.emit("LpPool", [g.reshape(x, [1, 1, -1])], { attributes: { p: 3, kernel_shape: [2] } });
    return g.reduceSum(y!, null, all);
  },
  GlobalLpPool: (g, x) => g.reduceSum(g.globalLpPool(g.reshape(x, [1, 1, -1])), null, all),
};

for (const [name, norm] of Object.entries(NORMS)) {
  Deno.test(`the rule of ${name} gives 0 at 0, and no second derivative there`, async () => {
    // Like PyTorch's linalg.vector_norm: the slope jumps, so no finite number would be right.
    const { first, second } = await derivatives(norm, [0, 0]);
    assertEquals(first, [0, 0]);
    assertEquals(second, [[NaN, NaN], [NaN, NaN]]);
  });
}

for (const order of [1, 2]) {
  Deno.test(`the rule of LpNormalization of order ${order} gives 0 where the norm is 0, like its result`, async () => {
    const weighted: Scalar = (g, x) => {
      const [y] = g.emit("LpNormalization", [x], { attributes: { p: order } });
      return g.reduceSum(g.mul(y!, g.constant([1, 2], "float32")), null, all);
    };
    assertEquals((await derivatives(weighted, [0, 0])).first, [0, 0]);
    // Elsewhere: y = (1, 0) at x = (2, 0), which grows by 1/2 with the second element only.
    assertEquals((await derivatives(weighted, [2, 0])).first, [0, 1]);
  });
}

Deno.test("the rule of ReduceL2 gives the second derivatives where one element is 0", async () => {
  // (I - u u') / |x| with u = (0, 1) and |x| = 2.
  const { first, second } = await derivatives(NORMS.ReduceL2!, [0, 2]);
  assertEquals(first, [0, 1]);
  assertEquals(second, [[0.5, 0], [0, 0]]);
});

Deno.test("the rule of ReduceL1 gives no slope and no curvature at 0", async () => {
  const { first, second } = await derivatives((g, x) => g.reduceL1(x, null, all), [0, -2]);
  assertEquals(first, [0, -1]);
  assertEquals(second.map((row) => row.map((v) => v + 0)), [[0, 0], [0, 0]]);
});

Deno.test("the rule of ReduceLogSum grows without bound as the sum goes to 0, in both derivatives", async () => {
  const { first, second } = await derivatives((g, x) => g.reduceLogSum(x, null, all), [1, -1]);
  assertEquals(first, [Infinity, Infinity]);
  assertEquals(second, [[-Infinity, -Infinity], [-Infinity, -Infinity]]);
});

Deno.test("the rules of ReduceMax and ReduceMin share the gradient of ties, and have no curvature", async () => {
  for (const op of ["ReduceMax", "ReduceMin"]) {
    const { first, second } = await derivatives((g, x) => g.emit(op, [x], { attributes: all })[0]!, [3, 3]);
    assertEquals(first, [0.5, 0.5]);
    assertEquals(second.map((row) => row.map((v) => v + 0)), [[0, 0], [0, 0]]);
  }
});

Deno.test("the rule of Max shares the gradient of ties among repeated operands", async () => {
  const g = new Graph();
  const [x, z] = [g.input("x", "float32", [3]), g.input("z", "float32", [3])];
  const y = g.reduceSum(g.emit("Max", [x, x, z])[0]!, null, all);
  const [dx, dz] = backward(g, {
    seeds: [{ value: y, cotangent: g.constant(1, "float32") }],
    wrt: [x, z],
  });
  g.output(dx!, "dx");
  g.output(dz!, "dz");
  g.prune();
  await using session = await openSession(buildModel(g));
  const out = await session.run({
    x: tensor(Float32Array.of(1, 2, 3)),
    z: tensor(Float32Array.of(2, 2, 2)),
  });
  assertEquals(out.dx!.data, Float32Array.of(0, 1 / 3 + 1 / 3, 1));
  assertEquals(out.dz!.data, Float32Array.of(1, 1 / 3, 0));
});
