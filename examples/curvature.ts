/**
 * Curvature decides how large a step may be: gradient descent near a minimum is stable while the rate is below 2 over the
 * largest eigenvalue of the Hessian.
 *
 * This trains a network, measures that eigenvalue, and takes 200 steps from there at rates below and above the bound.
 *
 * Run: deno run --allow-ffi --allow-read --allow-env --allow-sys examples/curvature.ts
 *
 * @module
 */
import { type CurvatureOperator, curvatureOperator, eigenvalues, matrixEstimates } from "../curvature/mod.ts";
import { digits, fit, mlp, momentum, takeExamples, tensor, withLoss } from "../mod.ts";

/** Takes steps of gradient descent, and returns the largest loss on the way. */
async function largestLoss(operator: CurvatureOperator, rate: number): Promise<number> {
  let point = operator.point;
  let largest = -Infinity;
  for (let step = 0; step < 200; step++) {
    const { gradient, loss } = await operator.gradient(point);
    largest = Math.max(largest, loss);
    point = point.map((w, i) => w - rate * gradient[i]!);
  }
  return largest;
}

/** Trains, and returns the curvature at the end and the losses after further steps by `rate * sharpness`. */
export async function run({ epochs = 1000, products = [1.8, 2.2] } = {}) {
  const { x, y } = takeExamples(digits(), Array.from({ length: 500 }, (_, i) => i)).inputs;
  // Squared errors: the curvature of a cross-entropy vanishes together with the loss, and with it the bound.
  const classes = Float32Array.from(
    { length: 5000 },
    (_, i) => (Number(y.data[Math.floor(i / 10)]) === i % 10 ? 1 : 0),
  );
  const data = { x: { ...x, scale: 1 / 16 }, target: tensor(classes, [500, 10]) };
  const model = withLoss(mlp({ inputs: 64, hidden: [16], outputs: 10, activation: "tanh", seed: 1 }), {
    loss: "mse",
  });
  const { state } = await fit({
    model,
    train: data,
    optimizer: momentum({ learningRate: 0.05 }),
    epochs,
    batchSize: 500,
  });
  await using hessian = await curvatureOperator({ model, data, params: state.params });
  const { values } = await eigenvalues(hessian, { k: 3, tolerance: 1e-4 });
  const { trace } = await matrixEstimates(hessian, { probes: 20 });
  const before = await hessian.loss();
  const after = [];
  for (const product of products) {
    after.push({ product, loss: await largestLoss(hessian, product / values[0]!) });
  }
  return { values: [...values], trace: trace.value, before, after };
}

if (import.meta.main) {
  const { values, trace, before, after } = await run();
  console.log(`largest eigenvalues ${values.map((v) => v.toFixed(2)).join(", ")}; trace ${trace.toFixed(1)}`);
  console.log(`loss ${before.toFixed(4)}`);
  for (const { product, loss } of after) {
    console.log(
      `largest loss in 200 steps at a rate of ${product} over the largest eigenvalue: ${loss.toFixed(4)}`,
    );
  }
}
