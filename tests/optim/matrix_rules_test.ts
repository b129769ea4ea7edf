/** Tests what Shampoo and SOAP are for: matrices that turn with the parameter, merged axes, blocks, grafted lengths. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { type Graph, type Tensor, tensor } from "../../onnx/mod.ts";
import { applyUpdates } from "../../optim/apply_updates.ts";
import type { Optimizer } from "../../optim/optimizer.ts";
import { adam } from "../../optim/rules/adam.ts";
import { galore } from "../../optim/rules/galore.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { shampoo } from "../../optim/rules/shampoo.ts";
import { soap } from "../../optim/rules/soap.ts";
import { asMatrices } from "../../optim/transforms/as_matrices.ts";
import { orthogonalFactor } from "../../optim/matrices/householder.ts";
import { normal } from "../../random/normal.ts";
import { updateGraph } from "./runs.ts";

const STEPS = 23;

type Elements = readonly number[];

/** A product of matrices, by rows. */
function product(a: Elements, b: Elements, inner: number): number[] {
  const [rows, columns] = [a.length / inner, b.length / inner];
  return Array.from({ length: rows * columns }, (_, k) => {
    let total = 0;
    for (let i = 0; i < inner; i++) {
      total += a[Math.floor(k / columns) * inner + i]! * b[i * columns + k % columns]!;
    }
    return total;
  });
}

function turned(a: Elements, columns: number): number[] {
  const rows = a.length / columns;
  return Array.from({ length: a.length }, (_, k) => a[(k % rows) * columns + Math.floor(k / rows)]!);
}

/** Gradients of a parameter of this many elements. */
const gradients = (length: number, seed = 7) => (k: number): number[] =>
  Array.from(normal({ seed, stream: "g", step: k }, length));

/** Returns the updates of one parameter along some gradients, which do not depend on it. */
function updatesOf(opt: Optimizer, shape: readonly number[], gradient: (k: number) => Elements): number[][] {
  let params: Record<string, Tensor> = {
    w: tensor(new Float64Array(shape.reduce((a, b) => a * b, 1)), shape),
  };
  let state = opt.init(params);
  return Array.from({ length: STEPS }, (_, k) => {
    const [updates, next] = opt.update({ w: tensor(Float64Array.from(gradient(k)), shape) }, state, params);
    [params, state] = [applyUpdates(params, updates) as Record<string, Tensor>, next];
    return Array.from(updates.w!.data as Float64Array);
  });
}

function assertNear(a: Elements[], b: Elements[], bound: number): void {
  assertEquals(a.length, b.length);
  a.forEach((x, k) =>
    x.forEach((v, i) => assertAlmostEquals(v, b[k]![i]!, bound, `element ${i} of update ${k + 1}`))
  );
}

const rotation = (n: number, seed: number) =>
  Array.from(orthogonalFactor(Float64Array.from(normal({ seed, stream: "r" }, n * n)), n));

const ROTATED: Readonly<Record<string, () => Optimizer>> = {
  "soap()": () => soap({ learningRate: 0.1, interval: 4 }),
  "shampoo()": () => shampoo({ learningRate: 0.1, interval: 4, mergeDims: false, momentum: 0.5 }),
  "shampoo() with SGD's length": () =>
    shampoo({ learningRate: 0.1, beta2: 0.9, mergeDims: false, grafting: "sgd", weightDecay: 0.1 }),
};

for (const [name, make] of Object.entries(ROTATED)) {
  Deno.test(`${name} turns its updates with the gradients, as no rule by elements does`, () => {
    const n = 4;
    const [u, v] = [rotation(n, 1), rotation(n, 2)];
    const there = (x: Elements) => product(product(u, x, n), v, n);
    const plain = gradients(n * n);
    const run = (opt: Optimizer, g: (k: number) => Elements) => updatesOf(opt, [n, n], g);
    const expected = run(make(), plain).map(there);
    // The ridge of an inverse root is a share of a norm that a rotation changes a little.
    const bound = name.startsWith("soap") ? 1e-10 : 1e-5;
    assertNear(run(make(), (k) => there(plain(k))), expected, bound);
    const elements = run(adam(), plain).map(there);
    const other = run(adam(), (k) => there(plain(k)));
    assert(other.some((x, k) => x.some((e, i) => Math.abs(e - elements[k]![i]!) > 1e-4)));
  });
}

Deno.test("galore() keeps moments of the projected shape only, and moves a matrix within its leading vectors", () => {
  const opt = galore({ rank: 2, updateProjGap: 50 });
  const shapes = { tall: [6, 4], wide: [3, 5], bias: [4], kernel: [2, 2, 3] };
  const params = Object.fromEntries(
    Object.entries(shapes).map(([n, s]) => [n, tensor(new Float64Array(s.reduce((a, b) => a * b, 1)), s)]),
  );
  const { slots } = opt.init(params);
  assertEquals(Object.fromEntries(Object.entries(slots).map(([n, t]) => [n, t.shape])), {
    "m/tall": [6, 2],
    "m/wide": [2, 5],
    "m/bias": [4],
    "m/kernel": [2, 2, 3],
    "v/tall": [6, 2],
    "v/wide": [2, 5],
    "v/bias": [4],
    "v/kernel": [2, 2, 3],
    "left/wide": [3, 2],
    "right/tall": [4, 2],
  });
  // The first gradient has the right vectors e1 and e3, so the other columns never move.
  const first = (k: number) => gradients(24)(k).map((x, i) => (k > 0 || i % 4 === 0 || i % 4 === 2 ? x : 0));
  for (const u of updatesOf(opt, [6, 4], first)) {
    const size = (rest: number) => Math.hypot(...u.filter((_, i) => i % 2 === rest));
    assert(size(0) > 1e-4 && size(1) < 1e-18, `${size(0)} and ${size(1)}`);
  }
});

Deno.test("galore() of rank 1 is Adam along the direction of all gradients, whatever their signs at refreshes", () => {
  const direction = [0.6, -0.8, 1.2, -1.6];
  const sizes = [1, -0.5, 0.25, -2, 3, -1];
  const gradient = (k: number) => direction.map((x) => x * sizes[k % 6]!);
  const options = { learningRate: 0.1, epsilon: 0 };
  const opt = galore({ ...options, rank: 1, scale: 1, updateProjGap: 1 });
  const single = updatesOf(adam(options), [1], (k) => [sizes[k % 6]!]);
  // The rows 1 and 2 times (0.6, -0.8): the projected elements have steps of one size.
  const expected = single.map(([x]) => [0.6, -0.8, 0.6, -0.8].map((d) => d * x!));
  assertNear(updatesOf(opt, [2, 2], gradient), expected, 1e-12);
});

Deno.test("galore() finds the leading vectors of a side beyond 128", () => {
  const n = 130;
  const q = rotation(n, 6);
  // Singular values fall by a half.
  const g = product(q.map((x, k) => x * 2 ** -(k % n)), turned(rotation(n, 8), n), n);
  const opt = galore({ rank: 3, projType: "left" });
  const params = { w: tensor(new Float64Array(n * n), [n, n]) };
  const [, { slots }] = opt.update({ w: tensor(Float64Array.from(g), [n, n]) }, opt.init(params), params);
  const left = slots["left/w"]!.data as Float64Array;
  for (let j = 0; j < 3; j++) {
    let along = 0;
    for (let i = 0; i < n; i++) along += left[i * 3 + j]! * q[i * n + j]!;
    assertAlmostEquals(Math.abs(along), 1, 1e-6, `vector ${j}`);
  }
});

Deno.test("asMatrices(galore()) projects kernels as matrices", () => {
  const g = gradients(24);
  const options = { rank: 2, updateProjGap: 5 };
  assertNear(
    updatesOf(asMatrices(galore(options)), [4, 3, 2, 1], g),
    updatesOf(galore(options), [4, 6], g),
    0,
  );
});

/** A quadratic `tr(A W B W') / 2` whose Hessian is a Kronecker product of condition 1e6. */
const SIZE = 6;
const kronecker = (seed: number) => {
  const q = rotation(SIZE, seed);
  const scaled = q.map((x, k) => x * 10 ** (-3 * (k % SIZE) / (SIZE - 1)));
  return product(scaled, turned(q, SIZE), SIZE);
};

Deno.test("soap() and shampoo() descend along a Kronecker product of condition 1e6 where SGD and Adam stay behind", () => {
  const [a, b] = [kronecker(3), kronecker(4)];
  const start = Array.from(normal({ seed: 5, stream: "w" }, SIZE * SIZE));
  const gradient = (w: Elements) => product(product(a, w, SIZE), b, SIZE);
  const loss = (w: Elements) => w.reduce((s, x, i) => s + x * gradient(w)[i]! / 2, 0);
  const after = (opt: Optimizer) => {
    let params: Record<string, Tensor> = { w: tensor(Float64Array.from(start), [SIZE, SIZE]) };
    let state = opt.init(params);
    for (let k = 0; k < 300; k++) {
      const g = tensor(Float64Array.from(gradient(Array.from(params.w!.data as Float64Array))), [SIZE, SIZE]);
      const [updates, next] = opt.update({ w: g }, state, params);
      [params, state] = [applyUpdates(params, updates) as Record<string, Tensor>, next];
    }
    return loss(Array.from(params.w!.data as Float64Array)) / loss(start);
  };
  const decaying = (rate: number) => (count: number) => rate * (1 - count / 300);
  // The best of some rates, for each rule.
  const best = (make: (rate: number) => Optimizer) =>
    Math.min(...[0.003, 0.01, 0.03, 0.1, 0.3, 1].map((rate) => after(make(rate))).filter(Number.isFinite));
  const found = {
    sgd: best((rate) => sgd({ learningRate: decaying(rate), momentum: 0.9 })),
    adam: best((rate) => adam({ learningRate: decaying(rate) })),
    soap: best((rate) => soap({ learningRate: decaying(rate), weightDecay: 0, interval: 5 })),
    shampoo: best((rate) =>
      shampoo({
        learningRate: decaying(rate),
        interval: 5,
        mergeDims: false,
        beta2: 0.95,
        relativeEpsilon: 1e-9,
      })
    ),
  };
  const others = Math.min(found.sgd, found.adam);
  assert(found.soap < others / 10 && found.shampoo < others / 10, JSON.stringify(found));
});

Deno.test("soap() merges axes from the first on, and shampoo() from the last on", () => {
  const g = gradients(24);
  const merged = soap({ mergeDims: true, maxPreconditionerDim: 6, interval: 3 });
  const plain = soap({ maxPreconditionerDim: 6, interval: 3 });
  assertNear(updatesOf(merged, [2, 3, 1, 4], g), updatesOf(plain, [6, 4], g), 0);
  const limit = { maxPreconditionerDim: 12, interval: 3 };
  const [few, all] = [shampoo(limit), shampoo({ ...limit, mergeDims: false })];
  assertNear(updatesOf(few, [2, 3, 1, 4], g), updatesOf(all, [2, 12], g), 0);
});

Deno.test("soap() treats a vector as a matrix of one column, if it is to have a basis", () => {
  const g = gradients(5);
  const vectors = updatesOf(soap({ preconditionVectors: true, interval: 3 }), [5], g);
  assertNear(vectors, updatesOf(soap({ interval: 3 }), [5, 1], g), 0);
  const plain = updatesOf(soap({ interval: 3 }), [5], g);
  assert(plain.some((x, k) => x.some((v, i) => v !== vectors[k]![i])));
});

Deno.test("shampoo() treats the blocks of a large axis as parameters of their own", () => {
  const g = gradients(12);
  const options = { interval: 2, mergeDims: false, beta2: 0.9, grafting: "adam" } as const;
  const whole = updatesOf(shampoo({ ...options, maxPreconditionerDim: 3 }), [4, 3], g);
  const top = updatesOf(shampoo(options), [3, 3], (k) => g(k).slice(0, 9));
  const bottom = updatesOf(shampoo(options), [1, 3], (k) => g(k).slice(9));
  assertNear(whole, top.map((x, k) => [...x, ...bottom[k]!]), 1e-15);
});

Deno.test("shampoo() takes the length of its step from the rule that it grafts", () => {
  const g = gradients(6);
  const norm = (x: Elements) => Math.hypot(...x);
  const grafted = updatesOf(
    shampoo({ learningRate: 0.1, interval: 2, mergeDims: false, grafting: "adam", graftingEpsilon: 1e-8 }),
    [2, 3],
    g,
  );
  const own = updatesOf(adam({ learningRate: 0.1 }), [2, 3], g);
  grafted.forEach((x, k) => assertAlmostEquals(norm(x), norm(own[k]!), 1e-7, `update ${k + 1}`));
  assertNear(grafted.slice(0, 1), own.slice(0, 1), 1e-8);
  assert(grafted[3]!.some((x, i) => Math.abs(x - own[3]![i]!) > 1e-3));
});

Deno.test("shampoo() refuses roots before the end of the first interval", () => {
  assertThrows(
    () => shampoo({ interval: 5, start: 4 }),
    RangeError,
    "shampoo: start must be at least interval, got 4 and 5",
  );
});

Deno.test("the work of a refresh stands in branches that other steps leave out", () => {
  const shapes = { w: [80, 40] };
  const specs = { w: { dtype: "float32", shape: shapes.w } as const };
  for (const opt of [soap(), shampoo()]) {
    const g = updateGraph(opt.trace(specs), { shapes, dtype: "float32" });
    const loops = (graph: Graph): number =>
      graph.nodes.filter((n) => ["Scan", "Loop"].includes(n.opType)).length;
    assertEquals(loops(g), 0);
    const branches = g.nodes.filter((n) => n.opType === "If");
    assert(branches.length > 0);
    const within = (graph: Graph): number =>
      loops(graph) + graph.nodes.flatMap((n) => ["then_branch", "else_branch"].map((b) => n.subgraph(b)))
        .reduce((sum, sub) => sum + (sub ? within(sub) : 0), 0);
    assert(within(g) > 0, `${opt.name} has no loop`);
  }
});
