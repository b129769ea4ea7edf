// %% [markdown]
// # First steps
//
// Descent trains ONNX models by gradients, with any of its update rules, inside ONNX Runtime. This notebook follows an
// optimizer across a function of two variables, then trains a network on handwritten digits.
//
// It runs in Deno's Jupyter kernel: `deno jupyter --install`, then open it in Jupyter.

// %%
import { adam, applyUpdates, digits, fit, mlp, momentum, sgd, split, withLoss } from "../mod.ts";
import { contours, liveLines, type Point } from "../plots/mod.ts";

// %% [markdown]
// ## An optimizer is a pair of functions
//
// `init` returns its state, `update` what to add to the parameters. Neither changes anything in place. A cell that ends with an
// optimizer shows it with all hyper-parameters:

// %%
adam({ learningRate: 0.02 });

// %% [markdown]
// Rosenbrock's function has a narrow, bent valley with its minimum at (1, 1). Three rules take 1000 steps from the same point.

// %%
const rosenbrock = (x: number, y: number) => (1 - x) ** 2 + 100 * (y - x * x) ** 2;
const gradient = (x: number, y: number) => [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)];

function path(optimizer: ReturnType<typeof adam>): Point[] {
  let params = { w: Float64Array.of(-1.2, 1) };
  let state = optimizer.init(params);
  const points: Point[] = [[-1.2, 1]];
  for (let step = 0; step < 1000; step++) {
    const grads = { w: Float64Array.from(gradient(params.w[0]!, params.w[1]!)) };
    const [updates, next] = optimizer.update(grads, state, params);
    params = applyUpdates(params, updates);
    state = next;
    points.push([params.w[0]!, params.w[1]!]);
  }
  return points;
}

export const paths = {
  adam: path(adam({ learningRate: 0.05 })),
  momentum: path(momentum({ learningRate: 3e-4 })),
  sgd: path(sgd({ learningRate: 1e-3 })),
};

await contours(rosenbrock, {
  title: "1000 steps on Rosenbrock's function",
  across: [-1.6, 1.4],
  up: [-0.4, 1.8],
  paths,
  marks: { minimum: [1, 1] },
});

// %% [markdown]
// ## A data set
//
// The digits are part of the library; other data sets are read from files.

// %%
const { train, test } = split(digits(), { fractions: { test: 0.2 }, seed: 1 });
train;

// %% [markdown]
// ## A model
//
// A model is an ONNX graph. `mlp` builds a small one; `readModel` would read one from a file. `withLoss` adds the loss and the
// accuracy as outputs.

// %%
const model = withLoss(mlp({ inputs: 64, hidden: [32], outputs: 10, seed: 1 }), { loss: "cross-entropy" });
model;

// %% [markdown]
// ## A training
//
// `fit` writes the gradient and the update rule into the graph, and runs many steps in one call of ONNX Runtime. The plot below
// grows while it trains.

// %%
const live = liveLines({ title: "Loss of the digits", x: "epoch", y: "loss", log: true, series: true });
const inputs = (set: typeof train) => ({ x: { ...set.inputs.x, scale: 1 / 16 }, target: set.inputs.y });

export const result = await fit({
  model,
  optimizer: adam({ learningRate: 3e-3 }),
  train: inputs(train),
  evaluate: { test: inputs(test) },
  metrics: ["loss", "accuracy"],
  epochs: 20,
  batchSize: 32,
  onEpoch: ({ epoch, trainLoss, metrics }) => {
    live.add("training", { x: epoch, y: trainLoss });
    live.add("test", { x: epoch, y: metrics.test!.loss! });
  },
});
await live.close();

// %% [markdown]
// A result shows its losses, with the last metrics in the title.

// %%
result;
