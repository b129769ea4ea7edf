import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { buildModel, type DType, Graph, type Tensor, tensor } from "../../onnx/mod.ts";
import { adagrad } from "../../optim/rules/adagrad.ts";
import { adam } from "../../optim/rules/adam.ts";
import { amsgrad } from "../../optim/rules/amsgrad.ts";
import { applyUpdates } from "../../optim/apply_updates.ts";
import { momentum } from "../../optim/rules/momentum.ts";
import { nesterov } from "../../optim/rules/nesterov.ts";
import type { Optimizer } from "../../optim/optimizer.ts";
import { rmsprop } from "../../optim/rules/rmsprop.ts";
import { gradientDescent, sgd } from "../../optim/rules/sgd.ts";
import { flattenState, type OptimizerState } from "../../optim/state.ts";
import { normal } from "../../random/normal.ts";
import { openSession } from "../../runtime/session.ts";
import {
  adagradLoop,
  adamLoop,
  lectureMomentum,
  rmspropLoop,
  sgdLoop,
  type Transcription,
} from "./transcriptions.ts";

const learningRate = 0.05;

const CASES: readonly [string, () => Optimizer, Transcription][] = [
  ["gradientDescent()", () => gradientDescent({ learningRate }), sgdLoop({})],
  ["sgd()", () => sgd({ learningRate }), sgdLoop({})],
  ["sgd() with momentum", () => sgd({ learningRate, momentum: 0.9 }), sgdLoop({ mu: 0.9 })],
  [
    "sgd() with dampening",
    () => sgd({ learningRate, momentum: 0.8, dampening: 0.3 }),
    sgdLoop({ mu: 0.8, tau: 0.3 }),
  ],
  [
    "sgd() with decay, maximising",
    () => sgd({ learningRate, weightDecay: 0.1, maximize: true }),
    sgdLoop({ decay: 0.1, maximize: true }),
  ],
  ["momentum() of the lecture", () => momentum({ learningRate }), lectureMomentum],
  ["momentum() of PyTorch", () => momentum({ learningRate, form: "pytorch" }), sgdLoop({ mu: 0.9 })],
  ["nesterov()", () => nesterov({ learningRate }), sgdLoop({ mu: 0.9, nesterov: true })],
  ["adagrad()", () => adagrad({ learningRate }), adagradLoop(false, 1e-10)],
  [
    "adagrad() of the lecture",
    () => adagrad({ learningRate, epsilon: 1e-8, epsilonPlacement: "inside" }),
    adagradLoop(true, 1e-8),
  ],
  [
    "adagrad() with decay",
    () => adagrad({ learningRate, lrDecay: 0.1, initialAccumulator: 0.1 }),
    adagradLoop(false, 1e-10, { start: 0.1, lrDecay: 0.1 }),
  ],
  ["rmsprop()", () => rmsprop({ learningRate }), rmspropLoop({})],
  [
    "rmsprop() of the lecture",
    () => rmsprop({ learningRate, decay: 0.9, epsilonPlacement: "inside" }),
    rmspropLoop({ alpha: 0.9, inside: true }),
  ],
  [
    "rmsprop() centred with momentum",
    () => rmsprop({ learningRate, centered: true, momentum: 0.5 }),
    rmspropLoop({ centered: true, mu: 0.5 }),
  ],
  [
    "rmsprop() with momentum after the rate",
    () => rmsprop({ learningRate, momentum: 0.5, momentumPlacement: "after" }),
    rmspropLoop({ mu: 0.5, after: true }),
  ],
  ["adam()", () => adam({ learningRate }), adamLoop({})],
  [
    "adam() of the lecture",
    () => adam({ learningRate, epsilonPlacement: "inside" }),
    adamLoop({ placement: "inside" }),
  ],
  [
    "adam() of TensorFlow",
    () => adam({ learningRate, epsilonPlacement: "scaled" }),
    adamLoop({ placement: "scaled" }),
  ],
  [
    "adam() with decay and other betas",
    () => adam({ learningRate, beta1: 0.5, beta2: 0.9, weightDecay: 0.1 }),
    adamLoop({ beta1: 0.5, beta2: 0.9, decay: 0.1 }),
  ],
  ["amsgrad()", () => amsgrad({ learningRate }), adamLoop({ ams: "pytorch" })],
  ["amsgrad() of Optax", () => amsgrad({ learningRate, variant: "optax" }), adamLoop({ ams: "optax" })],
  ["amsgrad() of the paper", () => amsgrad({ learningRate, variant: "paper" }), adamLoop({ ams: "paper" })],
];

const STEPS = 50;
const SHAPES: Readonly<Record<string, readonly number[]>> = { scalar: [], matrix: [2, 3], empty: [0, 2] };

function size(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function floats(values: ArrayLike<number>, dtype: DType): Float64Array | Float32Array {
  return dtype === "float64" ? Float64Array.from(values) : Float32Array.from(values);
}

function start(dtype: DType): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(SHAPES).map((
      [n, s],
    ) => [n, tensor(floats(normal({ seed: 1, stream: n }, size(s)), dtype), s)]),
  );
}

/** Gradients of all magnitudes, some of them zero. */
function gradients(dtype: DType, step: number): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(SHAPES).map(([n, s]) => {
      const values = normal({ seed: 2, stream: n, step }, size(s)).map((
        v,
        i,
      ) => ((step + i) % 7 === 0 ? 0 : v * 10 ** (i % 3 - 1)));
      return [n, tensor(floats(values, dtype), s)];
    }),
  );
}

interface Held {
  params: Record<string, Tensor>;
  state: OptimizerState;
}

const stepped = ([params, state]: [Held["params"], OptimizerState]): Held => ({ params, state });

for (const [name, make, transcription] of CASES) {
  Deno.test(`${name} follows its transcription to 1e-12`, () => {
    const opt = make();
    let params = start("float64");
    let state = opt.init(params);
    const expected = Object.entries(SHAPES).flatMap(([n, shape]) =>
      Array.from({ length: size(shape) }, (_, i) => {
        const grads = Array.from({ length: STEPS }, (_, k) => Number(gradients("float64", k)[n]!.data[i]));
        return { n, i, updates: transcription(grads, Number(params[n]!.data[i])) };
      })
    );
    for (let k = 0; k < STEPS; k++) {
      const [updates, next] = opt.update(gradients("float64", k), state, params);
      for (const { n, i, updates: u } of expected) {
        assertAlmostEquals(
          Number(updates[n]!.data[i]),
          u[k]!,
          1e-12 * Math.max(Math.abs(u[k]!), 1e-3),
          `${n}[${i}] at ${k}`,
        );
      }
      params = applyUpdates(params, updates) as Record<string, Tensor>;
      state = next;
    }
    assertEquals(state.count, STEPS);
  });

  for (const [dtype, bound] of [["float32", 2e-5], ["float64", 1e-12]] as const) {
    Deno.test(`${name} does the same on the host and in a graph, in ${dtype}`, async () => {
      const opt = make();
      const trace = opt.trace(
        Object.fromEntries(Object.entries(SHAPES).map(([n, shape]) => [n, { dtype, shape }])),
      );
      const g = new Graph();
      const inputs = (prefix: string, shapes: Readonly<Record<string, readonly number[]>>) =>
        Object.fromEntries(Object.entries(shapes).map(([n, s]) => [n, g.input(`${prefix}${n}`, dtype, s)]));
      const slots = Object.fromEntries(trace.state.map((s) => [s.name, s.shape]));
      const out = trace.emit(g, {
        grads: inputs("g.", SHAPES),
        params: inputs("p.", SHAPES),
        state: inputs("s.", slots),
        coefficients: inputs("c.", Object.fromEntries(trace.coefficients.map((c) => [c.name, []]))),
      });
      for (const [n, v] of Object.entries(out.params)) g.output(v, `next.p.${n}`);
      for (const [n, v] of Object.entries(out.state)) g.output(v, `next.s.${n}`);
      await using session = await openSession(buildModel(g));
      let params = start(dtype);
      let state = opt.init(params);
      let [p, s] = [params, flattenState(state)];
      for (let k = 0; k < STEPS; k++) {
        const grads = gradients(dtype, k);
        const [updates, next] = opt.update(grads, state, params);
        const coefficients = trace.coefficients.map((
          c,
        ) => [`c.${c.name}`, tensor(floats([c.at(k)], dtype), [])]);
        const feed = (prefix: string, r: Record<string, Tensor>) =>
          Object.entries(r).map(([n, t]) => [`${prefix}${n}`, t]);
        const result = await session.run(
          Object.fromEntries([...feed("g.", grads), ...feed("p.", p), ...feed("s.", s), ...coefficients]),
        );
        params = applyUpdates(params, updates) as Record<string, Tensor>;
        state = next;
        p = Object.fromEntries(Object.keys(p).map((n) => [n, result[`next.p.${n}`]!]));
        s = Object.fromEntries(Object.keys(s).map((n) => [n, result[`next.s.${n}`]!]));
      }
      for (const [n, t] of Object.entries(params)) {
        (t.data as Float64Array).forEach((v, i) =>
          assertAlmostEquals(Number(p[n]!.data[i]), v, bound * Math.max(1, Math.abs(v)), n)
        );
      }
    });
  }

  Deno.test(`${name} changes nothing that it is given`, () => {
    const opt = make();
    const params = start("float32");
    const [, state] = opt.update(gradients("float32", 0), opt.init(params), params);
    const grads = gradients("float32", 1);
    const before = structuredClone({ params, state, grads });
    const first = opt.update(grads, state, params);
    assertEquals({ params, state, grads }, before);
    assertEquals(opt.update(grads, state, params), first);
    assertEquals(opt.update(grads, structuredClone(state), params), first);
    const shared = Object.values(first[0]).some((u) =>
      Object.values(flattenState(first[1])).some((s) => s.data === u.data)
    );
    assertEquals(shared, false);
  });

  Deno.test(`${name} steps as it updates, over what it is given or beside it`, () => {
    for (const dtype of ["float64", "float32"] as const) {
      const opt = make();
      let [apart, fused, donated] = Array.from({ length: 3 }, () => {
        const params = start(dtype);
        return { params, state: opt.init(params) };
      }) as [Held, Held, Held];
      for (let k = 0; k < 5; k++) {
        const grads = gradients(dtype, k);
        const [updates, state] = opt.update(grads, apart.state, apart.params);
        apart = { params: applyUpdates(apart.params, updates) as Record<string, Tensor>, state };
        const before = structuredClone(fused);
        const held = fused;
        fused = stepped(opt.step(grads, fused.state, fused.params));
        assertEquals(held, before);
        donated = stepped(opt.step(grads, donated.state, donated.params, { donate: true }));
        assertEquals(donated, fused);
        assertEquals(grads, gradients(dtype, k));
      }
      if (dtype === "float64") assertEquals(fused, apart);
    }
  });

  Deno.test(`${name} carries NaN into the update of that element alone`, () => {
    const opt = make();
    const params = { w: Float64Array.of(1, 1) };
    const [updates] = opt.update({ w: Float64Array.of(NaN, 1) }, opt.init(params), params);
    assert(Number.isNaN(updates.w[0]));
    assert(Number.isFinite(updates.w[1]));
  });
}

Deno.test("Optimizer.update() names what does not match the parameters", () => {
  const opt = adam();
  const params = { w: Float32Array.of(1), b: Float32Array.of(1) };
  const state = opt.init(params);
  const update = (grads: Record<string, Float32Array | Float64Array>) => () =>
    opt.update(grads, state, params);
  assertThrows(update({ w: params.w }), TypeError, "grads lacks 'b'");
  assertThrows(update({ ...params, c: params.w }), TypeError, "grads has 'c'");
  assertThrows(update({ ...params, b: Float32Array.of(1, 2) }), TypeError, "grads.b must be float32[1]");
  assertThrows(update({ ...params, b: Float64Array.of(1) }), TypeError, "got float64[1]");
  const other = opt.init({ w: Float32Array.of(1) });
  assertThrows(() => opt.update(params, other, params), TypeError, "state lacks 'm/b'");
});

const REFUSED: readonly [string, () => unknown][] = [
  ["learningRate must be a finite number of at least 0, got -1", () => sgd({ learningRate: -1 })],
  ["learningRate must be a finite number of at least 0, got NaN", () => adam({ learningRate: NaN })],
  ["momentum must be in [0, 1), got 1", () => sgd({ momentum: 1 })],
  ["dampening must be in [0, 1], got 2", () => sgd({ momentum: 0.5, dampening: 2 })],
  ["nesterov needs momentum above 0", () => sgd({ nesterov: true })],
  ["weightDecay must be", () => rmsprop({ weightDecay: -1 })],
  ["beta1 must be in [0, 1), got 1", () => adam({ beta1: 1 })],
  ["beta2 must be in [0, 1), got -0.1", () => amsgrad({ beta2: -0.1 })],
  ["epsilon must be", () => adam({ epsilon: -1 })],
  ["epsilonPlacement must be one of", () => adagrad({ epsilonPlacement: "both" as "inside" })],
  ["variant must be one of", () => amsgrad({ variant: "tf" as "paper" })],
  ["form must be one of", () => momentum({ form: "tf" as "lecture" })],
  ["decay must be in [0, 1), got 1", () => rmsprop({ decay: 1 })],
];
for (const [message, call] of REFUSED) {
  Deno.test(`optimisers refuse options: ${message}`, () => void assertThrows(call, RangeError, message));
}
