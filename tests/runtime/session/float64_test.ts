import { assert, assertEquals } from "@std/assert";
import { buildModel, encodeModel, Graph, openSession, tensor } from "../../../mod.ts";
import { importOnnxRuntime } from "../../../deps.ts";

/** `(x / 10) w`, whose factor ONNX Runtime may fuse into the product. */
function scaled() {
  const g = new Graph();
  const [x, w] = [g.input("x", "float64", [2, 3]), g.input("w", "float64", [3, 2])];
  g.output(g.matMul(g.mul(x, 0.1), w), "y");
  return buildModel(g);
}

const X = Float64Array.of(1, 2, 3, -4, 5, 7);
const W = Float64Array.of(1, -2, 0.5, 3, 4, 1.5);
const EXACT = [0, 1].flatMap((i) =>
  [0, 1].map((j) => [0, 1, 2].reduce((sum, k) => sum + X[3 * i + k]! * 0.1 * W[2 * k + j]!, 0))
);
const apart = (y: ArrayLike<number>) => Math.max(...EXACT.map((v, i) => Math.abs(y[i]! / v - 1)));

Deno.test("openSession() keeps the factors of products in float64", async () => {
  for (const optimization of ["disabled", "basic", "extended", "all"] as const) {
    await using session = await openSession(scaled(), { optimization });
    const { y } = await session.run({ x: tensor(X, [2, 3]), w: tensor(W, [3, 2]) });
    assertEquals(y!.dtype, "float64");
    assert(apart(y!.data as Float64Array) < 1e-14, `${optimization}: ${y!.data}`);
  }
});

Deno.test("ONNX Runtime itself rounds such a factor to float32 at its highest level", async () => {
  const ort = await importOnnxRuntime();
  const session = await ort.InferenceSession.create(encodeModel(scaled()), { graphOptimizationLevel: "all" });
  const { y } = await session.run({
    x: new ort.Tensor("float64", X, [2, 3]),
    w: new ort.Tensor("float64", W, [3, 2]),
  });
  await session.release();
  // If this fails, a newer runtime has mended it: openSession() may use the level again.
  assert(apart(y!.data as Float64Array) > 1e-9);
});
