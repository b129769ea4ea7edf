/**
 * Trains a model whose weights are nearly all of its memory, and prints the peak memory of the process as JSON: in bytes,
 * before the model is made and after the training, with the bytes of the parameters.
 *
 * @module
 */
import { adam } from "../../optim/rules/adam.ts";
import { mlp } from "../../models/dense.ts";
import { withLoss } from "../../models/loss.ts";
import { tensor } from "../../onnx/mod.ts";
import { fit } from "../../runtime/training/fit.ts";

const WIDTH = 4000;

/** Returns the most memory that the process has used so far, in bytes. */
function peak(): number {
  return 1024 * Number(/VmHWM:\s+(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))![1]);
}

const train = {
  x: tensor(Float32Array.from({ length: 8 * WIDTH }, (_, i) => Math.sin(i)), [8, WIDTH]),
  target: tensor(BigInt64Array.from({ length: 8 }, (_, i) => BigInt(i))),
};
// A first training of a small model loads all code.
await fit({
  model: withLoss(mlp({ inputs: WIDTH, hidden: [], outputs: 8, seed: 1 }), { loss: "cross-entropy" }),
  optimizer: adam(),
  train,
  epochs: 1,
  batchSize: 1,
});
const before = peak();
const { state } = await fit({
  model: withLoss(mlp({ inputs: WIDTH, hidden: [], outputs: WIDTH, seed: 1 }), { loss: "cross-entropy" }),
  optimizer: adam(),
  train,
  epochs: 1,
  batchSize: 1,
  chunk: 2,
});
const parameters = Object.values(state.params).reduce((sum, { data }) => sum + 4 * data.length, 0);
console.log(JSON.stringify({ before, after: peak(), parameters }));
