/**
 * Gradients from Descent's graph; batches and updates on the host, one step after another.
 *
 * @module
 */
import { applyUpdates, gradientModel, openSession, parseModel, type Tensor, tensor } from "../../mod.ts";
import { rowsOf } from "../work.ts";
import { optimizerOf } from "./optimizer.ts";
import { readParams, readTask, readTensor, serve } from "./serve.ts";

const task = await readTask();
const x = await readTensor(task.tensors[`data.${task.input}`]!);
const target = await readTensor(task.tensors["data.target"]!);
const examples = x.shape[0]!;
const model = gradientModel(parseModel(await Deno.readFile(task.model)), { loss: "loss" });
await using session = await openSession(model, { threads: task.threads, spinning: true });
const optimizer = optimizerOf(task);
let params: Record<string, Tensor> = await readParams(task);
let state = optimizer.init(params);

/** Copies the rows of a batch: floats are scaled, classes stay as they are. */
function gather(t: Tensor, rows: readonly number[]): Tensor {
  const each = t.data.length / examples;
  const shape = [rows.length, ...t.shape.slice(1)];
  if (t.dtype === "int64") {
    const from = t.data as BigInt64Array;
    const out = new BigInt64Array(rows.length * each);
    rows.forEach((row, i) => out.set(from.subarray(row * each, (row + 1) * each), i * each));
    return tensor(out, shape);
  }
  const from = t.data as Uint8Array;
  const out = new Float32Array(rows.length * each);
  rows.forEach((row, i) => out.set(from.subarray(row * each, (row + 1) * each), i * each));
  if (task.scale !== 1) { for (let i = 0; i < out.length; i++) out[i]! *= task.scale; }
  return tensor(out, shape);
}

await serve(async (from, steps) => {
  let loss = NaN;
  for (let k = 0; k < steps; k++) {
    const rows = rowsOf(from + k, { batchSize: task.batchSize, examples });
    const out = await session.run({ [task.input]: gather(x, rows), target: gather(target, rows), ...params });
    loss = Number(out.loss!.data[0]);
    const grads = Object.fromEntries(Object.keys(params).map((n) => [n, out[`grad_${n}`]!]));
    const [updates, next] = optimizer.update(grads, state, params);
    params = applyUpdates(params, updates);
    state = next;
  }
  return loss;
});
