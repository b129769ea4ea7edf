import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import {
  curvatureOperator,
  filterDirection,
  gradientNoise,
  lossAlong,
  lossBetween,
  lossOnPlane,
  samSharpness,
} from "../../curvature/mod.ts";
import { drawn, perceptron } from "./problems.ts";

Deno.test("lossAlong(), lossOnPlane() and lossBetween() agree with the loss at their points", async () => {
  await using operator = await curvatureOperator(perceptron());
  const { point } = operator;
  const [a, b] = [point.map((_, i) => Math.sin(i)), point.map((_, i) => Math.cos(i))];
  const line = await lossAlong(operator, { direction: a, at: [0, 0.5] });
  assertEquals([line[0], line[1]], [
    await operator.loss(),
    await operator.loss(point.map((v, i) => v + 0.5 * a[i]!)),
  ]);
  const plane = await lossOnPlane(operator, { a, b, across: [0, 0.5], up: [0, 1] });
  assertEquals([...plane[0]!], [...line]);
  assertAlmostEquals(
    plane[1]![1]!,
    await operator.loss(point.map((v, i) => v + 0.5 * a[i]! + b[i]!)),
    1e-14,
  );
  const to = point.map((v, i) => v + a[i]!);
  const between = await lossBetween(operator, { from: point, to, at: [0, 0.5, 1] });
  assertAlmostEquals(between[1]!, line[1]!, 1e-14);
  assertAlmostEquals(between[2]!, await operator.loss(to), 1e-14);
});

Deno.test("filterDirection() gives each filter the norm at the point, and leaves vectors alone", async () => {
  await using operator = await curvatureOperator(perceptron());
  const direction = filterDirection(operator, { seed: 3 });
  const { w1, b1, w2, b2 } = operator.tensors(direction);
  const own = operator.tensors(operator.point);
  for (const [moved, there, rows] of [[w1!, own.w1!, 4], [w2!, own.w2!, 5]] as const) {
    const size = moved.data.length / rows;
    for (let r = 0; r < rows; r++) {
      const length = (t: typeof moved) =>
        Math.hypot(...Array.from(t.data as Float64Array).slice(r * size, (r + 1) * size));
      assertAlmostEquals(length(moved), length(there), 1e-12);
    }
  }
  assert([b1!, b2!].every((t) => (t.data as Float64Array).every((v) => v === 0)));
});

Deno.test("samSharpness() is the rise of the loss by a step along the gradient", async () => {
  await using operator = await curvatureOperator(perceptron());
  const { loss, gradient } = await operator.gradient();
  const { point } = operator;
  const length = Math.hypot(...gradient);
  const plain = await operator.loss(point.map((v, i) => v + 0.1 * gradient[i]! / length)) - loss;
  assertAlmostEquals(await samSharpness(operator, { rho: 0.1 }), plain, 1e-14);
  const weighted = Math.hypot(...gradient.map((g, i) => g * point[i]!));
  const adaptive = await operator.loss(point.map((v, i) => v + 0.1 * v * v * gradient[i]! / weighted)) - loss;
  assertAlmostEquals(await samSharpness(operator, { rho: 0.1, adaptive: true }), adaptive, 1e-14);
});

Deno.test("gradientNoise() recovers the variance and the squared norm over many data sets", async () => {
  // A linear model with a squared loss whose gradient is a mean of known numbers: w = 0, so dl/dw = -2 t x.
  const { model } = perceptron("mse");
  const trials = 200;
  let [variance, squared] = [0, 0];
  const exact = { variance: 0, squared: 0 };
  const gradients: number[][] = [];
  for (let k = 0; k < trials; k++) {
    const data = { x: drawn(`x${k}`, [20, 4]), target: drawn(`t${k}`, [20, 3]) };
    await using operator = await curvatureOperator({ model, data, batchSize: 2 });
    const noise = await gradientNoise(operator);
    variance += noise.variance / trials;
    squared += noise.squaredNorm / trials;
    gradients.push(Array.from((await operator.gradient()).gradient));
  }
  // The true gradient, and the variance of a mean of 20 examples, over all trials.
  const mean = gradients[0]!.map((_, i) => gradients.reduce((sum, g) => sum + g[i]!, 0) / trials);
  exact.squared = mean.reduce((sum, v) => sum + v * v, 0);
  exact.variance = 20 *
    gradients.reduce((sum, g) => sum + g.reduce((s, v, i) => s + (v - mean[i]!) ** 2, 0), 0) /
    (trials - 1);
  assertAlmostEquals(variance / exact.variance, 1, 0.1);
  assertAlmostEquals(squared / exact.squared, 1, 0.1);
});

Deno.test("gradientNoise() refuses data without two whole batches", async () => {
  await using operator = await curvatureOperator({ ...perceptron(), batchSize: 10 });
  await assertRejects(() => gradientNoise(operator), RangeError, "two or more whole batches");
});
