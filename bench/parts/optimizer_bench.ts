/**
 * Compares one update of 100,000 float32 parameters (those of an MLP 784-128-10) in one vector on the host: Descent, plain
 * loops, TensorFlow.js and jax-js. Each subject takes an existing gradient, and returns new parameters and state.
 *
 * @module
 */
import { type Array as JaxArray, defaultDevice, init, jit, numpy as np } from "../deps/jax_js.ts";
import * as tf from "../deps/tfjs.ts";
import { adagrad, adam, normal, type Optimizer, sgd } from "../../mod.ts";

const COUNT = 100_000;
const ETA = 1e-3;
const gradient = Float32Array.from(normal({ seed: 1, stream: "g" }, COUNT));
const start = Float32Array.from(normal({ seed: 1, stream: "w" }, COUNT));

/** A hand-written loop that overwrites its arrays: constants of the step before the loop, one pass. */
type Loop = (w: Float32Array, state: readonly Float32Array[], t: number) => void;

interface Subject {
  readonly make: () => Optimizer;
  readonly slots: number;
  readonly loop: Loop;
  readonly tf: () => tf.Optimizer;
  readonly jax: (w: JaxArray, state: JaxArray[], g: JaxArray) => [JaxArray, JaxArray[]];
}

const SUBJECTS: Readonly<Record<string, Subject>> = {
  sgd: {
    make: () => sgd({ learningRate: ETA, momentum: 0.9 }),
    slots: 1,
    loop(w, [b]) {
      for (let i = 0; i < w.length; i++) {
        const next = 0.9 * b![i]! + gradient[i]!;
        b![i] = next;
        w[i]! -= ETA * next;
      }
    },
    tf: () => tf.train.momentum(ETA, 0.9),
    jax(w, [b], g) {
      const next = b!.mul(0.9).add(g);
      return [w.sub(next.ref.mul(ETA)), [next]];
    },
  },
  adagrad: {
    make: () => adagrad({ learningRate: ETA }),
    slots: 1,
    loop(w, [sum]) {
      for (let i = 0; i < w.length; i++) {
        const g = gradient[i]!;
        const next = sum![i]! + g * g;
        sum![i] = next;
        w[i]! -= ETA * g / (Math.sqrt(next) + 1e-10);
      }
    },
    tf: () => tf.train.adagrad(ETA, 1e-10),
    jax(w, [sum], g) {
      const next = sum!.add(np.square(g.ref));
      return [w.sub(g.mul(ETA).div(np.sqrt(next.ref).add(1e-10))), [next]];
    },
  },
  adam: {
    make: () => adam({ learningRate: ETA }),
    slots: 2,
    loop(w, [m, v], t) {
      const root = Math.sqrt(1 - 0.999 ** t);
      const [rate, epsilon] = [ETA * root / (1 - 0.9 ** t), 1e-8 * root];
      for (let i = 0; i < w.length; i++) {
        const g = gradient[i]!;
        const mean = 0.9 * m![i]! + 0.1 * g;
        const square = 0.999 * v![i]! + 0.001 * g * g;
        m![i] = mean;
        v![i] = square;
        w[i]! -= rate * mean / (Math.sqrt(square) + epsilon);
      }
    },
    tf: () => tf.train.adam(ETA, 0.9, 0.999, 1e-8),
    jax(w, [m, v], g) {
      const mean = m!.mul(0.9).add(g.ref.mul(0.1));
      const square = v!.mul(0.999).add(np.square(g).mul(0.001));
      return [w.sub(mean.ref.mul(ETA).div(np.sqrt(square.ref).add(1e-8))), [mean, square]];
    },
  },
};

await init("wasm");
defaultDevice("wasm");
tf.setThreadsCount(1);

for (const [group, subject] of Object.entries(SUBJECTS)) {
  const zeros = () => Array.from({ length: subject.slots }, () => new Float32Array(COUNT));

  const inPlace = { w: start.slice(), state: zeros(), t: 0 };
  Deno.bench("plain loop, in place", { group, baseline: true }, () => {
    subject.loop(inPlace.w, inPlace.state, ++inPlace.t);
  });

  let copied = { w: start.slice(), state: zeros(), t: 0 };
  Deno.bench("plain loop, into new arrays", { group }, () => {
    copied = { w: copied.w.slice(), state: copied.state.map((s) => s.slice()), t: copied.t + 1 };
    subject.loop(copied.w, copied.state, copied.t);
  });

  const grads = { w: gradient };
  const opt = subject.make();
  let given = { w: start.slice() };
  let givenState = opt.init(given);
  Deno.bench("Descent, step in place", { group }, () => {
    [given, givenState] = opt.step(grads, givenState, given, { donate: true });
  });

  let params = { w: start.slice() };
  let state = opt.init(params);
  Deno.bench("Descent, step into new arrays", { group }, () => {
    [params, state] = opt.step(grads, state, params);
  });

  for (const backend of ["cpu", "wasm"]) {
    await tf.setBackend(backend);
    const w = tf.variable(tf.tensor1d(start), true, `${group}-${backend}`);
    const g = tf.tensor1d(gradient);
    const optimizer = subject.tf();
    Deno.bench(`TensorFlow.js, ${backend}`, { group }, async () => {
      await tf.setBackend(backend);
      tf.tidy(() => optimizer.applyGradients({ [w.name]: g }));
      await w.data();
    });
  }

  const step = jit((w: JaxArray, slots: JaxArray[], g: JaxArray) => subject.jax(w, slots, g));
  const g = np.array(gradient);
  let own: [JaxArray, JaxArray[]] = [np.array(start), zeros().map((z) => np.array(z))];
  Deno.bench("jax-js, wasm", { group }, async () => {
    own = step(own[0], own[1], g.ref) as [JaxArray, JaxArray[]];
    await own[0].ref.data();
  });
}
