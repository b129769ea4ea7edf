import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type DataTensor, gradientModel, openSession, tensor, tensorOf } from "../../../mod.ts";
import { PROBLEMS } from "../../../scripts/benchmark/mod.ts";
import { rosenbrock } from "../../../scripts/lab/problems/mod.ts";
import golden from "../../golden/random/numpy.json" with { type: "json" };

type Plane = (u: number, v: number) => number;

const branin: Plane = (u, v) =>
  (v - 5.1 / (4 * Math.PI ** 2) * u ** 2 + 5 / Math.PI * u - 6) ** 2 +
  10 * (1 - 1 / (8 * Math.PI)) * Math.cos(u) + 10;

/** Returns the gradient by central differences in float64. */
function slopes(f: Plane, [u, v]: readonly [number, number]): [number, number] {
  const h = 1e-5;
  return [(f(u + h, v) - f(u - h, v)) / (2 * h), (f(u, v + h) - f(u, v - h)) / (2 * h)];
}

const CASES = {
  two_d_rosenbrock: { f: rosenbrock.f, start: [-0.5, 1.5], minima: [[1, 1, 0]] },
  // The published minima.
  two_d_branin: {
    f: branin,
    start: [2.5, 12.5],
    minima: [[-Math.PI, 12.275, 0.397887], [Math.PI, 2.275, 0.397887], [9.42478, 2.475, 0.397887]],
  },
} as const;

for (const [name, { f, start, minima }] of Object.entries(CASES)) {
  Deno.test(`${name}: loss and gradient are the function's plus those of the noise`, async () => {
    const task = await PROBLEMS[name]!.load({ dataDir: undefined });
    const gradient = gradientModel(task.model(0), { loss: "loss", ...task.trainer });
    await using session = await openSession(gradient);
    const noise = [0.5, -1, 1.5, 4];
    const [x, y] = [1, 1.5];
    for (const [u, v] of [start, [0.7, 0.3]] as const) {
      const { loss, grad_u, grad_v } = await session.run({
        noise: tensorOf(noise, [2, 2]),
        u: tensorOf([u]),
        v: tensorOf([v]),
      });
      const expected = [f(u, v) + u * x + v * y, ...slopes((u, v) => f(u, v) + u * x + v * y, [u, v])];
      [loss, grad_u, grad_v].forEach((got, i) =>
        assertAlmostEquals(Number(got!.data[0]), expected[i]!, 1e-5 * Math.max(1, Math.abs(expected[i]!)))
      );
    }
    for (const [u, v, least] of minima) {
      const { loss } = await session.run({
        noise: tensor(new Float32Array(2), [1, 2]),
        u: tensorOf([u]),
        v: tensorOf([v]),
      });
      assertAlmostEquals(Number(loss!.data[0]), least, 1e-5);
    }
  });

  Deno.test(`${name} trains on NumPy's noise from DeepOBS's start, and is tested without noise`, async () => {
    const { train, evaluate, model } = await PROBLEMS[name]!.load({ dataDir: undefined });
    const { data, shape } = train.noise as DataTensor;
    assertEquals(shape, [10_000, 2]);
    const { first } = golden.normal.find(({ std, count }) => std === 1 && count === 20_000)!;
    assertEquals(first.map((_, i) => data[2 * i]), first, "the first coordinates are drawn first");
    assertEquals(Array.from<unknown>((evaluate.test!.noise as DataTensor).data), [0, 0]);
    assertEquals(evaluate.validation, evaluate.test);
    const starts = model(7).graph!.initializer.filter((i) => i.name === "u" || i.name === "v");
    assertEquals(starts.map(({ name, dims }) => [name, dims]), [["u", [1n]], ["v", [1n]]]);
  });
}

Deno.test("a noisy function validates on the training noise with 'published'", async () => {
  const { train, evaluate } = await PROBLEMS.two_d_branin!.load({ dataDir: undefined, published: true });
  assertEquals(evaluate.validation, train);
});
