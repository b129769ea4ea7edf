/**
 * Compares a training step inside the program with one run per step: MLP 784-256-10, batch 128, Adam.
 *
 * @module
 */
import {
  adam,
  type DataTensor,
  gradientModel,
  mlp,
  openSession,
  randomBits,
  type Tensor,
  tensor,
  trainingProgram,
  withLoss,
} from "../../mod.ts";

const EXAMPLES = 10_000;
const FEATURES = 784;
const BATCH = 128;
const STEPS = 32;

const bytes = Uint8Array.from(randomBits({ seed: 1, stream: "x" }, EXAMPLES * FEATURES), (b) => b >>> 24);
const labels = BigInt64Array.from(randomBits({ seed: 1, stream: "y" }, EXAMPLES), (b) => BigInt(b % 10));
const data: Record<string, DataTensor> = {
  x: { dtype: "uint8", shape: [EXAMPLES, FEATURES], data: bytes, scale: 1 / 255 },
  target: tensor(labels),
};
const model = withLoss(mlp({ inputs: FEATURES, hidden: [256], outputs: 10, seed: 1 }), {
  loss: "cross-entropy",
});
const optimizer = adam({ learningRate: 1e-3 });
const rows = Array.from({ length: STEPS * BATCH }, (_, i) => (i * 7919) % EXAMPLES);

const program = await trainingProgram({ model, optimizer, data });
let state = program.init();

Deno.bench(
  `${STEPS} steps in one run of the program`,
  { group: "32 steps of Adam", baseline: true },
  async () => {
    state = (await program.run(state, { rows, batchSize: BATCH })).state;
  },
);

Deno.bench(`${STEPS} runs of the program, one step each`, { group: "32 steps of Adam" }, async () => {
  for (let k = 0; k < STEPS; k++) {
    const batch = rows.slice(k * BATCH, (k + 1) * BATCH);
    state = (await program.run(state, { rows: batch, batchSize: BATCH })).state;
  }
});

const gradients = await openSession(gradientModel(model, { loss: "loss" }));
let params: Record<string, Tensor> = { ...program.init().params };
let optimizerState = optimizer.init(params);

Deno.bench(
  `${STEPS} runs of the gradient, batches and updates on the host`,
  { group: "32 steps of Adam" },
  async () => {
    for (let k = 0; k < STEPS; k++) {
      const x = new Float32Array(BATCH * FEATURES);
      const target = new BigInt64Array(BATCH);
      for (let i = 0; i < BATCH; i++) {
        const row = rows[k * BATCH + i]!;
        target[i] = labels[row]!;
        for (let j = 0; j < FEATURES; j++) x[i * FEATURES + j] = bytes[row * FEATURES + j]! / 255;
      }
      const out = await gradients.run({ x: tensor(x, [BATCH, FEATURES]), target: tensor(target), ...params });
      const grads = Object.fromEntries(Object.keys(params).map((n) => [n, out[`grad_${n}`]!]));
      const [updates, next] = optimizer.update(grads, optimizerState, params);
      params = Object.fromEntries(
        Object.entries(params).map(([n, p]) => {
          const [w, u] = [p.data as Float32Array, updates[n]!.data as Float32Array];
          return [n, tensor(w.map((v, i) => v + u[i]!), p.shape)];
        }),
      );
      optimizerState = next;
    }
  },
);
