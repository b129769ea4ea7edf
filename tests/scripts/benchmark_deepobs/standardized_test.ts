import { assertAlmostEquals, assertEquals } from "@std/assert";
import { buildModel, Graph, openSession, tensorOf } from "../../../mod.ts";
import { standardized } from "../../../scripts/benchmark/deepobs/networks/standardized.ts";

Deno.test("standardized() divides by the deviation, or by 1 / sqrt(pixels) where that is larger", async () => {
  const g = new Graph();
  g.output(standardized(g, g.input("x", "float32", ["N", 3, 1, 1])), "y");
  await using session = await openSession(buildModel(g));
  const x = tensorOf([0, 30, 255, 7, 7, 7, 0, 0, 1], [3, 3, 1, 1]);
  const y = Array.from((await session.run({ x })).y!.data as Float32Array);
  // NumPy: (v - v.mean()) / max(v.std(), 3 ** -0.5).
  const expected = [
    -0.83481207,
    -0.57118721,
    1.40599928,
    0,
    0,
    0,
    -0.5773502692,
    -0.5773502692,
    1.1547005384,
  ];
  expected.forEach((v, i) => assertAlmostEquals(y[i]!, v, 1e-5));
  assertEquals(y.length, 9);
});
