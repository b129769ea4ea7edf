import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { buildModel, gradientModel, Graph, openSession, sgd, tensor, type Value } from "../../../mod.ts";
import { descend, gridOver, nearestWithin } from "../../../scripts/lab/problems/descend.ts";
import { doubleWell, himmelblau, TEST_FUNCTIONS } from "../../../scripts/lab/problems/test_functions.ts";

/** The same functions as graphs. */
const GRAPHS: Record<string, (g: Graph, x: Value, y: Value) => Value> = {
  beale(g, x, y) {
    const term = (c: number, power: Value) =>
      square(g, g.add(g.sub(g.constant(c, "float64"), x), g.mul(x, power)));
    const y2 = g.mul(y, y);
    return g.add(g.add(term(1.5, y), term(2.25, y2)), term(2.625, g.mul(y2, y)));
  },
  rosenbrock: (g, x, y) =>
    g.add(square(g, g.sub(g.constant(1, "float64"), x)), g.mul(square(g, g.sub(y, g.mul(x, x))), 100)),
  himmelblau: (g, x, y) =>
    g.add(square(g, g.sub(g.add(g.mul(x, x), y), 11)), square(g, g.sub(g.add(x, g.mul(y, y)), 7))),
  rastrigin(g, x, y) {
    // ONNX Runtime has no cosine for float64.
    const bowl = (v: Value) =>
      g.sub(g.mul(v, v), g.mul(g.sin(g.add(g.mul(v, 2 * Math.PI), Math.PI / 2)), 10));
    return g.add(g.add(bowl(x), bowl(y)), 20);
  },
  saddle: (g, x, y) => g.sub(g.mul(x, x), g.mul(y, y)),
  quadratic: (g, x, y) => g.mul(g.add(g.mul(x, x), g.mul(g.mul(y, y), 100)), 0.5),
  ravine(g, x, y) {
    const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
    const along = g.add(g.mul(x, c), g.mul(y, s));
    const across = g.sub(g.mul(y, c), g.mul(x, s));
    return g.mul(g.add(square(g, along), g.mul(square(g, across), 100)), 0.5);
  },
};

function square(g: Graph, v: Value): Value {
  return g.mul(v, v);
}

for (const [name, test] of Object.entries(TEST_FUNCTIONS)) {
  Deno.test(`${name}'s gradient is that of the graph, differentiated`, async () => {
    const g = new Graph();
    const [x, y] = [g.input("x", "float64", []), g.input("y", "float64", [])];
    g.output(GRAPHS[name]!(g, x, y), "f");
    const model = gradientModel(buildModel(g), { loss: "f", parameters: ["x", "y"] });
    const session = await openSession(model, { threads: 1 });
    try {
      for (const [px, py] of gridOver(test.region, 5)) {
        const out = await session.run({
          x: tensor(Float64Array.of(px), []),
          y: tensor(Float64Array.of(py), []),
        });
        const f = test.f(px, py);
        const scale = 1e-11 * Math.max(1, Math.abs(f));
        assertAlmostEquals(Number(out.f!.data[0]), f, scale);
        test.gradient(px, py).forEach((v, i) => {
          assertAlmostEquals(
            Number(out[["grad_x", "grad_y"][i]!]!.data[0]),
            v,
            1e-11 * Math.max(1, Math.abs(v)),
          );
        });
      }
    } finally {
      await session.close();
    }
  });

  if (test.minima.length === 0) continue;
  Deno.test(`${name}'s minima are minima`, () => {
    for (const [x, y] of test.minima) {
      test.gradient(x, y).forEach((v) => assertAlmostEquals(v, 0, 1e-9));
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, 1]] as const) {
        assert(test.f(x + 1e-3 * dx, y + 1e-3 * dy) > test.f(x, y));
      }
    }
    const values = test.minima.map(([x, y]) => test.f(x, y));
    assert(values.every((v) => v >= values[0]! - 1e-9));
  });
}

Deno.test("doubleWell has a lower minimum on the left", () => {
  const [left, right] = doubleWell.minima as [number, number];
  assert(left < right);
  for (const m of doubleWell.minima) assertAlmostEquals(doubleWell.gradient(m), 0, 1e-6);
  assert(doubleWell.f(left) < doubleWell.f(right));
});

Deno.test("descend() descends from each start independently, and keeps the paths", () => {
  const starts = gridOver(himmelblau.region, 4);
  const options = { optimizer: sgd({ learningRate: 0.005 }), steps: 400 };
  const all = descend(himmelblau, { ...options, starts });
  assertEquals(all.paths.length, 16);
  starts.forEach((start, i) => {
    const one = descend(himmelblau, { ...options, starts: [start] });
    assertEquals(one.paths[0], all.paths[i]);
    assertEquals(all.paths[i]!.length, 401);
    assert(nearestWithin(all.ends[i]!, himmelblau.minima, 1e-3) >= 0, `${start} ends at ${all.ends[i]}`);
  });
  const found = new Set(all.ends.map((end) => nearestWithin(end, himmelblau.minima, 0.1)));
  assertEquals([...found].sort(), [0, 1, 2, 3]);
});
