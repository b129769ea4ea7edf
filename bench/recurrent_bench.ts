/**
 * Compares the gradient of recurrent layers with the forward pass. 35 steps of 20 sequences, 200 inputs, 200 hidden units.
 *
 * @module
 */
import { buildModel, gradientModel, Graph, normal, openSession, tensor } from "../mod.ts";

const [STEPS, BATCH, INPUTS, HIDDEN] = [35, 20, 200, 200];
const GATES = { RNN: 1, GRU: 3, LSTM: 4 };

const random = (shape: number[], stream: string) => {
  const n = shape.reduce((a, b) => a * b, 1);
  const values = normal({ seed: 1, stream }, n);
  return tensor(Float32Array.from(values, (v) => 0.1 * v), shape);
};

for (const [op, gates] of Object.entries(GATES)) {
  const g = new Graph();
  const x = g.input("x", "float32", [STEPS, BATCH, INPUTS]);
  const w = g.initializer("w", random([1, gates * HIDDEN, INPUTS], "w"));
  const r = g.initializer("r", random([1, gates * HIDDEN, HIDDEN], "r"));
  const bias = random([1, 2 * gates * HIDDEN], "b");
  const b = g.initializer("b", bias);
  const attributes = { hidden_size: HIDDEN, ...(op === "GRU" ? { linear_before_reset: 1 } : {}) };
  const [y] = g.emit(op, [x, w, r, b], { attributes });
  g.output(g.reduceSum(g.mul(y!, y!), null, { keepdims: 0 }), "loss");
  const model = buildModel(g);
  const gradient = gradientModel(model, { loss: "loss", parameters: ["x", "w", "r", "b"] });
  const feeds = { x: random([STEPS, BATCH, INPUTS], "x") };
  const params = {
    w: random([1, gates * HIDDEN, INPUTS], "w"),
    r: random([1, gates * HIDDEN, HIDDEN], "r"),
    b: bias,
  };
  const forward = await openSession(model, { threads: 1 });
  const both = await openSession(gradient, { threads: 1 });
  Deno.bench(`${op}: forward`, { group: op, baseline: true }, async () => {
    await forward.run(feeds);
  });
  Deno.bench(`${op}: forward and backward`, { group: op }, async () => {
    await both.run({ ...feeds, ...params });
  });
}
