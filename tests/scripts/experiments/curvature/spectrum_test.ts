/** The measurements of `spectrum` and `noise-scale`, each on a small training. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { curvatureOperator, denseMatrix } from "../../../../curvature/mod.ts";
import { mlp, tensor, withLoss } from "../../../../mod.ts";
import { measure as measureNoise } from "../../../../scripts/experiments/curvature/noise_scale/measure.ts";
import { page as noisePage } from "../../../../scripts/experiments/curvature/noise_scale/page.ts";
import { measure as measureSpectrum } from "../../../../scripts/experiments/curvature/spectrum/measure.ts";
import { page as spectrumPage } from "../../../../scripts/experiments/curvature/spectrum/page.ts";
import { type Context, Lab } from "../../../../scripts/run/mod.ts";

const N = 24;

/** Returns three classes of points in two dimensions, around corners of a triangle. */
function task() {
  const at = (i: number) => [Math.cos(2 * Math.PI * i / 3), Math.sin(2 * Math.PI * i / 3)] as const;
  const x = Float32Array.from(
    { length: 2 * N },
    (_, i) => 2 * at(Math.floor(i / 2) % 3)[i % 2]! + Math.sin(7 * i) / 3,
  );
  const target = BigInt64Array.from({ length: N }, (_, i) => BigInt(i % 3));
  return {
    model: (seed: number) =>
      withLoss(mlp({ inputs: 2, hidden: [6], outputs: 3, seed, activation: "tanh" }), {
        loss: "cross-entropy",
      }),
    train: { x: tensor(x, [N, 2]), target: tensor(target, [N]) },
  };
}

function context(): Context {
  return { options: { device: "cpu" }, progress: () => {}, lab: new Lab() } as unknown as Context;
}

const common = { seeds: [0, 1], hidden: [6], batchSize: 8, learningRate: 0.2, examples: N };

Deno.test("spectrum: the largest eigenvalues are those of the dense Hessian, and training lowers the loss", async () => {
  const config = { ...common, epochs: 20, classes: 3, top: 15, products: 60, probes: 40, probeSteps: 20 };
  const data = await measureSpectrum({ title: "made", config, task: task() }, context());
  assertEquals(data.spectra.map((s) => `${s.seed} ${s.moment}`), [
    "0 before",
    "0 after",
    "1 before",
    "1 after",
  ]);
  for (const seed of [0, 1]) {
    const [before, after] = data.spectra.filter((s) => s.seed === seed);
    assert(before!.loss > 2 * after!.loss, `${before!.loss} to ${after!.loss}`);
    assert(before!.converged && after!.converged);
    const { model, train } = task();
    await using operator = await curvatureOperator({ model: model(seed), data: train });
    const dense = await denseMatrix(operator);
    const trace = dense.reduce((sum, row, i) => sum + row[i]!, 0);
    const square = dense.reduce((sum, row) => sum + row.reduce((s, v) => s + v * v, 0), 0);
    // Weighted nodes estimate the mean eigenvalue; the variance of each probe of a Gaussian is 2 |H|^2.
    const { nodes, weights } = before!;
    const mean = nodes.reduce((sum, node, i) => sum + node * weights[i]!, 0);
    assertAlmostEquals(mean * operator.dimension, trace, 3 * Math.sqrt(2 * square / config.probes));
    // Power iteration on the square of the matrix, which shares nothing with Lanczos.
    let v: Float64Array = Float64Array.from({ length: operator.dimension }, (_, i) => Math.sin(i + 1));
    let norm = 0;
    for (let i = 0; i < 400; i++) {
      v = await operator.apply(v);
      norm = Math.hypot(...v);
      v = v.map((c) => c / norm);
    }
    assertAlmostEquals(before!.values[0]!, norm, 1e-3 * norm);
  }
  assertEquals(spectrumPage(data).plots!.length, 2);
});

Deno.test("noise-scale: the measurement before the first step is the noise by the gradients of single batches", async () => {
  const config = { ...common, steps: 20, every: 2, noiseBatch: 4 };
  const data = await measureNoise({ title: "made", config, task: task() }, context());
  assertEquals(
    data.runs.map((r) => r.points.map((p) => p.step)),
    [0, 1].map(() => Array.from({ length: 11 }, (_, i) => 2 * i)),
  );
  for (const { seed, points } of data.runs) {
    const { model, train: { x, target } } = task();
    // A batch by itself is a data set of its own.
    const gradients: Float64Array[] = [];
    for (let b = 0; b < N / 4; b++) {
      await using operator = await curvatureOperator({
        model: model(seed),
        data: {
          x: tensor((x.data as Float32Array).slice(8 * b, 8 * b + 8), [4, 2]),
          target: tensor((target.data as BigInt64Array).slice(4 * b, 4 * b + 4), [4]),
        },
      });
      gradients.push((await operator.gradient()).gradient);
    }
    const mean = gradients[0]!.map((_, i) => gradients.reduce((sum, g) => sum + g[i]!, 0) / gradients.length);
    // The sample covariance of the batches' gradients has the trace tr(S) / 4.
    const scatter = gradients.reduce((sum, g) => sum + g.reduce((s, v, i) => s + (v - mean[i]!) ** 2, 0), 0);
    const variance = 4 * scatter / (gradients.length - 1);
    const squaredNorm = mean.reduce((s, v) => s + v * v, 0) - variance / N;
    assertAlmostEquals(points[0]!.variance, variance, 1e-4 * variance);
    assertAlmostEquals(points[0]!.squaredNorm, squaredNorm, 1e-4 * variance);
    assert(points.at(-1)!.loss < points[0]!.loss);
  }
  assertEquals(noisePage(data).plots!.length, 2);
});
