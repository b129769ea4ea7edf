/**
 * DeepOBS's quadratic problem whose Hessian has the spectrum of a deep network's.
 *
 * @module
 */
import { buildModel, type Data, Graph, type Model, ones, tensor, tensorOf } from "../../../mod.ts";
import { numpyNormal } from "../../../random/numpy_normal.ts";
import { SUBJECTS } from "../../inputs/mod.ts";
import type { Problem } from "../problem.ts";
import { QUADRATIC_HESSIAN } from "./quadratic_hessian.ts";

/** Dimensions. */
const SIZE = 100;

/** Standard deviation of the data around 0. */
const NOISE = 0.6;

/** Examples that the test evaluates: whole batches of 128 of DeepOBS's 1,000. */
const TESTED = 896;

/** Returns the Hessian, float32 `[100, 100]`. */
export function quadraticHessian(): Float32Array<ArrayBuffer> {
  const bytes = Uint8Array.fromBase64(QUADRATIC_HESSIAN);
  const view = new DataView(bytes.buffer);
  const all = new Float32Array(SIZE * SIZE);
  let at = 0;
  for (let i = 0; i < SIZE; i++) {
    for (let j = i; j < SIZE; j++, at += 4) {
      all[i * SIZE + j] = all[j * SIZE + i] = view.getFloat32(at, true);
    }
  }
  return all;
}

/** Returns the model: `theta` `[1, 100]` of ones, and the mean over `x` `[N, 100]` of 0.5 (theta - x)' Q (theta - x). */
export function quadraticModel(): Model {
  const g = new Graph({ name: "quadratic_deep" });
  const x = g.input("x", "float32", ["N", SIZE]);
  const theta = g.initializer("theta", ones([1, SIZE], { seed: 0, name: "theta" }));
  const hessian = g.initializer("hessian", tensor(quadraticHessian(), [SIZE, SIZE]));
  const away = g.sub(theta, x);
  const each = g.reduceSum(g.mul(g.matMul(away, hessian), away), tensorOf([1], "int64"), { keepdims: 0 });
  g.output(g.mul(g.reduceMean(each, null, { keepdims: 0 }), 0.5), "loss");
  return buildModel(g);
}

/** Returns examples as DeepOBS draws them with a seed of NumPy. */
function drawn(seed: number, count: number): Data {
  return { x: tensor(numpyNormal(count * SIZE, { seed, std: NOISE }), [count, SIZE]) };
}

/** The quadratic problem. */
export const quadraticDeep: Problem = {
  name: "quadratic_deep",
  title: "quadratic of 100 dimensions",
  about:
    "DeepOBS's quadratic_deep: 0.5 (theta - x)' Q (theta - x) for 1,000 normal x of deviation 0.6, from theta of ones; " +
    "90 eigenvalues of Q are in (0, 1) and 10 in (30, 60). Hessian, training data and test data are DeepOBS's own; the test " +
    "evaluates the 896 examples that fill batches of 128, as DeepOBS does. DeepOBS shuffles once and trains on the same 896 " +
    "examples in each epoch, here each epoch has an order of its own unless --published is given; DeepOBS has no validation " +
    "set, here it is drawn with NumPy's seed 44.",
  set: "embedded",
  metric: "loss",
  batchSize: 128,
  epochs: 100,
  load({ published = false }) {
    const train = drawn(42, 1000);
    const validation = published ? train : drawn(44, 1000);
    const test = drawn(43, TESTED);
    SUBJECTS.noteData("quadratic_deep", { train, validation, test });
    SUBJECTS.noteModel("quadratic_deep", quadraticModel);
    return Promise.resolve({
      model: quadraticModel,
      train,
      evaluate: { train, validation, test },
      metrics: ["loss"],
      trainer: { parameters: ["theta"] },
    });
  },
};
