/**
 * jax-js, on its device `wasm`: one jitted function a step, update included. With `onnx` it differentiates the ONNX model
 * that Descent trains, else a network written in it.
 *
 * @module
 */
import {
  type Array as JaxArray,
  defaultDevice,
  init,
  jit,
  nn,
  numpy as np,
  valueAndGrad,
} from "../deps/jax_js.ts";
import { OPTIMIZERS, rowsOf } from "../work.ts";
import { onnxNetwork, perceptron } from "./jax_js_network.ts";
import { readParams, readTask, readTensor, serve } from "./serve.ts";

/** Classes of the works that jax-js trains. */
const CLASSES = 10;

await init("wasm");
defaultDevice("wasm");
const task = await readTask();
const { batchSize, optimizer } = task;
const stored = await readTensor(task.tensors[`data.${task.input}`]!);
const examples = stored.shape[0]!;
const x = np.array(Float32Array.from(stored.data as Uint8Array, (v) => v * task.scale))
  .reshape([...stored.shape]);
const labels = Int32Array.from(
  (await readTensor(task.tensors["data.target"]!)).data as BigInt64Array,
  Number,
);
const targets = nn.oneHot(np.array(labels, { dtype: np.int32 }), CLASSES);

type Arrays = JaxArray[];
const given = await readParams(task);
const initial = Object.values(given);
const network = Deno.args[1] === "onnx" ? await onnxNetwork(task, Object.keys(given)) : perceptron;
let params: Arrays = initial.map((p) => np.array(p.data as Float32Array<ArrayBuffer>).reshape([...p.shape]));
let m: Arrays = initial.map((p) => np.zeros([...p.shape]));
let v: Arrays = initial.map((p) => np.zeros([...p.shape]));

/** Returns the mean cross-entropy. Arrays are consumed when used. */
function loss(params: Arrays, x: JaxArray, y: JaxArray): JaxArray {
  return nn.logSoftmax(network(params, x), 1).mul(y).sum().mul(-1 / batchSize);
}

const { sgd, momentum } = OPTIMIZERS;
const step = jit((params: Arrays, m: Arrays, v: Arrays, x: JaxArray, y: JaxArray, rates: JaxArray) => {
  const [cost, grads] = valueAndGrad(loss)(params.map((p) => p.ref), x, y) as [JaxArray, Arrays];
  const [rate, epsilon] = [rates.ref.slice(0), rates.slice(1)];
  const next = { params: [] as Arrays, m: [] as Arrays, v: [] as Arrays };
  params.forEach((p, i) => {
    const g = grads[i]!;
    if (optimizer === "adam") {
      next.m.push(m[i]!.mul(0.9).add(g.ref.mul(0.1)));
      next.v.push(v[i]!.mul(0.999).add(np.square(g).mul(0.001)));
      const root = np.sqrt(next.v[i]!.ref).add(epsilon.ref);
      next.params.push(p.sub(next.m[i]!.ref.mul(rate.ref).div(root)));
    } else {
      const mu = optimizer === "momentum" ? momentum.momentum : 0;
      next.m.push(mu === 0 ? (g.ref, m[i]!) : m[i]!.mul(mu).add(g.ref));
      next.v.push(v[i]!);
      next.params.push(p.sub((mu === 0 ? g.ref : next.m[i]!.ref).mul(rate.ref)));
      g.dispose();
    }
  });
  rate.dispose();
  epsilon.dispose();
  return [next.params, next.m, next.v, cost] as [Arrays, Arrays, Arrays, JaxArray];
});

/** Returns rate and epsilon, for Adam with its bias corrections. */
function rates(t: number): Float32Array<ArrayBuffer> {
  const { learningRate } = OPTIMIZERS[optimizer];
  if (optimizer !== "adam") return Float32Array.of(learningRate, 0);
  const root = Math.sqrt(1 - 0.999 ** t);
  return Float32Array.of(learningRate * root / (1 - 0.9 ** t), 1e-8 * root);
}

void sgd;
await serve(async (from, steps) => {
  let last = NaN;
  for (let k = 0; k < steps; k++) {
    const rows = np.array(Int32Array.from(rowsOf(from + k, { batchSize, examples })), { dtype: np.int32 });
    const cost = [] as Arrays;
    [params, m, v, cost[0]] = step(
      params,
      m,
      v,
      np.take(x.ref, rows.ref, 0),
      np.take(targets.ref, rows, 0),
      np.array(rates(from + k + 1)),
    ) as [Arrays, Arrays, Arrays, JaxArray];
    last = (await cost[0]!.data())[0]!;
  }
  return last;
});
