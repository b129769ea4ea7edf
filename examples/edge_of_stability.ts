// %% [markdown]
// # The edge of stability
//
// Gradient descent with a rate η is stable where the largest eigenvalue of the Hessian, the *sharpness*, is below 2/η. Cohen and
// others found that training moves to that bound by itself: the sharpness rises until it reaches 2/η, and stays there, while the
// loss goes on falling, no longer monotonically (*Gradient Descent on Neural Networks Typically Occurs at the Edge of
// Stability*, 2021).

// %%
import { curvatureOperator, eigenvalues, spectralDensity } from "../curvature/mod.ts";
import { digits, fit, mlp, sgd, takeExamples, tensor, withLoss } from "../mod.ts";
import { lines, liveLines, spectra } from "../plots/mod.ts";

// %% [markdown]
// The first 100 digits, squared errors, a network with two hidden layers of tanh. All examples are one batch.

// %%
const examples = 100;
const { x, y } = takeExamples(digits(), Array.from({ length: examples }, (_, i) => i)).inputs;
const classes = Float32Array.from(
  { length: 10 * examples },
  (_, i) => (Number(y.data[Math.floor(i / 10)]) === i % 10 ? 1 : 0),
);
const data = { x: { ...x, scale: 1 / 16 }, target: tensor(classes, [examples, 10]) };
const model = withLoss(mlp({ inputs: 64, hidden: [32, 32], outputs: 10, activation: "tanh", seed: 1 }), {
  loss: "mse",
});
model;

// %% [markdown]
// `curvatureOperator` multiplies by the Hessian of the loss over all examples, without ever forming it; `eigenvalues` finds the
// largest ones by Lanczos' method. `watch` of `fit` measures them on the way.

// %%
const hessian = await curvatureOperator({ model, data });
const rates = [0.5, 0.4];
const epochs = 1200;
export const sharpness: Record<string, { x: number[]; y: number[] }> = {};
export const losses: Record<string, { x: number[]; y: number[] }> = {};
const initial = hessian.point;
const trained: Record<string, Float64Array> = {};

for (const learningRate of rates) {
  const name = `η = ${learningRate}`;
  const measured = { x: [] as number[], y: [] as number[] };
  const live = liveLines({ title: `Sharpness times the rate, ${name}`, y: "sharpness · η", series: true });
  const { state, epochs: records } = await fit({
    model,
    train: data,
    optimizer: sgd({ learningRate }),
    epochs,
    batchSize: examples,
    watch: {
      every: 40,
      see: async ({ params }, step) => {
        hessian.point = hessian.vector(params);
        const { values } = await eigenvalues(hessian, { k: 1, tolerance: 1e-3 });
        measured.x.push(step);
        measured.y.push(values[0]!);
        live.add(name, { x: step, y: values[0]! * learningRate });
      },
    },
  });
  sharpness[name] = measured;
  const shown = records.filter(({ step }) => step % 5 === 0);
  losses[name] = { x: shown.map(({ step }) => step), y: shown.map(({ trainLoss }) => trainLoss) };
  trained[name] = hessian.vector(state.params);
  await live.close();
}

// %% [markdown]
// The smaller rate has the higher bound. The sharpness rises to the bound of its training, and settles there.

// %%
lines(sharpness, {
  title: "Sharpness on the way",
  y: "largest eigenvalue",
  series: true,
  references: rates.map((rate) => ({ y: 2 / rate, label: `2 / ${rate}` })),
});

// %%
lines(losses, { title: "Loss on the way", y: "loss", log: true, series: true });

// %% [markdown]
// The whole spectrum at the start and at the end, by stochastic Lanczos quadrature: most eigenvalues lie near 0, and a few far
// outside.

// %%
hessian.point = initial;
const start = await spectralDensity(hessian, { probes: 2, steps: 40 });
hessian.point = trained["η = 0.4"]!;
const end = await spectralDensity(hessian, { probes: 2, steps: 40 });
await hessian.close();
spectra({ "at the start": start, "at the end": end }, { title: "Spectral density of the Hessian, η = 0.4" });
