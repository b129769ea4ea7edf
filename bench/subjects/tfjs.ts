/**
 * TensorFlow.js, on its backend `cpu` or `wasm`: the second argument.
 *
 * @module
 */
import * as tf from "../deps/tfjs.ts";
import { type OptimizerName, OPTIMIZERS, rowsOf } from "../work.ts";
import { readParams, readTask, readTensor, serve } from "./serve.ts";

const task = await readTask();
const backend = Deno.args[1]!;
if (backend === "wasm") tf.setThreadsCount(task.threads);
await tf.setBackend(backend);
const { architecture: { sizes }, batchSize } = task;
const stored = await readTensor(task.tensors["data.x"]!);
const [examples, features] = stored.shape as [number, number];
const x = tf.tensor2d(Float32Array.from(stored.data as Uint8Array, (v) => v * task.scale), [
  examples,
  features,
]);
const labels = Int32Array.from(
  (await readTensor(task.tensors["data.target"]!)).data as BigInt64Array,
  Number,
);
const targets = tf.oneHot(tf.tensor1d(labels, "int32"), sizes.at(-1)!);
const params = await readParams(task);
const layers = sizes.slice(1).map((_, i) => {
  const [w, b] = [params[`layers.${i}.weight`]!, params[`layers.${i}.bias`]!];
  return {
    weight: tf.variable(tf.tensor2d(w.data as Float32Array, w.shape as [number, number])),
    bias: tf.variable(tf.tensor1d(b.data as Float32Array)),
  };
});
const { sgd, momentum, adam } = OPTIMIZERS;
const rules: Partial<Record<OptimizerName, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(sgd.learningRate),
  momentum: () => tf.train.momentum(momentum.learningRate, momentum.momentum),
  adam: () => tf.train.adam(adam.learningRate, 0.9, 0.999, 1e-8),
};
const rule = rules[task.optimizer];
if (rule === undefined) throw new Error(`TensorFlow.js has no ${task.optimizer}`);
const optimizer = rule();

function loss(rows: tf.Tensor1D): tf.Scalar {
  let h: tf.Tensor2D = tf.gather(x, rows);
  layers.forEach(({ weight, bias }, i) => {
    if (i > 0) h = tf.relu(h);
    h = tf.add(tf.matMul(h, weight, false, true), bias);
  });
  return tf.losses.softmaxCrossEntropy(tf.gather(targets, rows), h);
}

await serve(async (from, steps) => {
  let last = NaN;
  for (let k = 0; k < steps; k++) {
    const rows = tf.tensor1d(rowsOf(from + k, { batchSize, examples }), "int32");
    const cost = optimizer.minimize(() => loss(rows), true)!;
    if (k === steps - 1) last = (await cost.data())[0]!;
    tf.dispose([rows, cost]);
  }
  return last;
});
