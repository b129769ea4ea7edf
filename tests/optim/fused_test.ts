import { assert, assertEquals } from "@std/assert";
import {
  buildModel,
  DEFAULT_OPSET,
  type DType,
  Graph,
  type Node,
  type Tensor,
  tensor,
} from "../../onnx/mod.ts";
import * as catalog from "../../optim/catalog/mod.ts";
import { gatePays } from "../../optim/fused/gate_pays.ts";
import { fewerPasses } from "../../optim/fused/mod.ts";
import { emitExpressions } from "../../optim/graph/emit.ts";
import { type Expr, ops } from "../../optim/language/mod.ts";
import type { Updater } from "../../optim/optimizer.ts";
import { openSession } from "../../runtime/session/mod.ts";
import { drawn, type Shapes, trajectory, updateGraph } from "./runs.ts";
import { TABLE } from "./table.ts";

/** Of the first three one node pays; the others are too narrow, of one element, or empty. */
const SHAPES: Readonly<Record<string, readonly number[]>> = {
  matrix: [40, 64],
  vector: [70],
  cube: [4, 8, 40],
  narrow: [300, 9],
  columns: [33, 1],
  scalar: [],
  empty: [0, 64],
};

const RUN = { shapes: SHAPES, dtype: "float32", steps: 5 } as const;

const draw = (shapes: Shapes, stream: string) => drawn(shapes, { stream, dtype: "float32" });

function specs(dtype: DType) {
  return Object.fromEntries(Object.entries(SHAPES).map(([n, shape]) => [n, { dtype, shape }]));
}

/** Returns the graph of an update, and how many of its nodes do the work of two. */
function graphOf(opt: Updater, { fused, dtype = "float32" }: { fused: boolean; dtype?: DType }) {
  const g = updateGraph(opt.trace(specs(dtype)), {
    shapes: SHAPES,
    dtype,
    ...(fused ? { write: fewerPasses } : {}),
  });
  return { g, count: g.nodes.filter(isFused).length };
}

const isFused = (n: Node) =>
  (n.opType === "GatedAdd" && n.domain === "com.microsoft") || n.opType === "ReduceSumSquare";

/** Returns the largest difference between two tensors, relative to the largest element. */
function difference(a: Tensor, b: Tensor): number {
  const [x, y] = [a, b].map((t) => Array.from(t.data as ArrayLike<number>, Number)) as [number[], number[]];
  const largest = Math.max(1e-30, ...y.map(Math.abs));
  return Math.max(0, ...x.map((v, i) => Math.abs(v - y[i]!) / largest));
}

/** Those that have neither sums `y + c x` of a shape for which they pay, nor sums of all squares. */
const WITHOUT = [
  "rprop()",
  "centralize()",
  "masked()",
  "clip()",
  "scaleByRprop()",
  "zeroNans()",
  "keepParamsNonnegative()",
  "projectionBox()",
  "projectionSimplex()",
  "projectionL1Sphere()",
  "projectionL1Ball()",
];

/** Those that divide `c x`, or subtract a decay from the update: the scalar moves, or the decay goes first. */
const ROUNDED = [
  "lion()",
  "adagrad()",
  "adagrad() of the lecture",
  "adagrad() with decay",
  "adam()",
  "adam() of the lecture",
  "adam() of TensorFlow",
  "adam() with decay and other betas",
  "adamw()",
  "amsgrad()",
  "amsgrad() of Optax",
  "amsgrad() of the paper",
  "adamax()",
  "adabelief()",
  "yogi()",
  "qhadam()",
  "muon()",
  "sophia()",
  "prodigy()",
  "partition()",
  "scaleByAdam()",
  "scaleByAdam() of the lecture",
  "scaleByAdam() with other betas",
  "scaleByAmsgrad()",
  "scaleByAmsgrad() of Optax",
  "scaleByAdamax()",
  "scaleByBelief()",
  "scaleByYogi()",
  "scaleBySimplifiedAdemamix()",
  "madgrad() without epsilon, with decay",
  "adamaxw()",
  "acprop()",
  "acprop() of Optax with decay",
  "simplifiedAdemamix()",
  "simplifiedAdemamix() with the gradient",
  "adahessian()",
  "adahessian() with power and decay",
  "galore()",
  "scaleByGalore()",
  "galore() with the longer side, decay",
  "galore() with both sides, in Optax's form",
  "asMatrices()",
  "asMatrices() with the outputs last",
];

/** Other processors may contract a product and a sum into one operation that rounds once. */
const EXACT = Deno.build.arch === "x86_64";

for (const [name, { make }] of Object.entries(TABLE)) {
  Deno.test(`${name} in fewer passes gives the same results`, async () => {
    const opt = make(SHAPES);
    const [plain, fused] = [graphOf(opt, { fused: false }), graphOf(opt, { fused: true })];
    assertEquals([plain.count, fused.count > 0], [0, !WITHOUT.includes(name)]);
    if (fused.count === 0) return;
    await using before = await openSession(buildModel(plain.g));
    await using session = await openSession(buildModel(fused.g));
    const [expected, got] = [await trajectory(opt, before, RUN), await trajectory(opt, session, RUN)];
    const largest = Math.max(...Object.keys(expected).map((n) => difference(got[n]!, expected[n]!)));
    if (EXACT) assertEquals(largest > 0, ROUNDED.includes(name), `differs by ${largest}`);
    assert(largest < 5e-7, `differs by ${largest}`);
  });
}

/** Returns the nodes of an update that write a whole `[40, 64]`. */
function passes(opt: Updater, fused: boolean): number {
  const { g } = graphOf(opt, { fused });
  return g.nodes.filter((n) => n.outputs[0]!.shape?.join() === "40,64").length;
}

Deno.test("sums of all squares are one node each, for norms of every kind", () => {
  const { clipByGlobalNorm, clipByNorm, lamb } = catalog;
  const counts = [clipByGlobalNorm(1), clipByNorm(1), lamb()].map((opt) => {
    const { g } = graphOf(opt, { fused: true });
    const of = (opType: string) => g.nodes.filter((n) => n.opType === opType).length;
    return [of("ReduceSumSquare"), of("ReduceSum")];
  });
  const tensors = Object.keys(SHAPES).length;
  assertEquals(counts, [[tensors, 0], [tensors, 0], [2 * tensors, 0]]);
});

Deno.test("the sum of a constant times a scalar counts every element, fused or not", async () => {
  const filled = mul(ops.filled([16, 64], 0.5), c);
  const { results } = await computed([ops.sum(filled), ops.sum(ops.square(filled))]);
  const scale = Number(draw({ c: [] }, "e").c!.data[0]);
  const got = results.map((t) => Number(t.data[0]) / 1024);
  [0.5 * scale, 0.25 * scale * scale].forEach((value, i) =>
    assert(Math.abs(got[i]! - value) < 1e-6, `${got}`)
  );
});

Deno.test("updates take fewer passes with GatedAdd", () => {
  const { adam, adamw, momentum, nesterov, sgd } = catalog;
  const counts = Object.fromEntries(
    Object.entries({
      sgd: sgd({ learningRate: 0.1 }),
      momentum: sgd({ learningRate: 0.1, momentum: 0.9 }),
      lecture: momentum(),
      nesterov: nesterov(),
      adam: adam(),
      adamw: adamw(),
    }).map(([n, opt]) => [n, [passes(opt, false), passes(opt, true)]]),
  );
  assertEquals(counts, {
    sgd: [2, 1],
    momentum: [4, 2],
    lecture: [4, 3],
    nesterov: [6, 3],
    adam: [10, 7],
    adamw: [12, 8],
  });
});

Deno.test("GatedAdd is taken for float32 alone", () => {
  assertEquals(graphOf(catalog.adam(), { fused: true, dtype: "float64" }).count, 0);
  assertEquals(graphOf(catalog.adam(), { fused: true }).count, 9);
});

/** Returns the nodes that compute expressions of `[4, 64]` tensors `x`, `y`, a row `r` and scalars `c`, and their values. */
async function computed(outputs: readonly Expr[]) {
  const g = new Graph({ opsets: { "": DEFAULT_OPSET, "com.microsoft": 1 } });
  const shapes = { x: [16, 64], y: [16, 64], r: [64], c: [] };
  const inputs = Object.fromEntries(Object.entries(shapes).map(([n, s]) => [n, g.input(n, "float32", s)]));
  const values = emitExpressions(g, outputs, {
    inputs: (input) => inputs[(input as { name: string }).name]!,
    dtype: "float32",
    write: fewerPasses,
  });
  values.forEach((v, i) => g.output(v, `out${i}`));
  g.prune();
  await using session = await openSession(buildModel(g));
  const out = await session.run(draw(shapes, "e"));
  return { ops: g.nodes.map((n) => n.opType), results: outputs.map((_, i) => out[`out${i}`]!) };
}

const of = (name: string, shape: readonly number[]): Expr => ({
  op: "input",
  input: { kind: "slot", name },
  shape,
});
const [x, y, row, c] = [of("x", [16, 64]), of("y", [16, 64]), of("r", [64]), of("c", [])];

/** Returns expected elements, rounded at each operation. */
function expected(f: (x: number, y: number, r: number, c: number) => number): number[] {
  const { x, y, r, c } = draw({ x: [16, 64], y: [16, 64], r: [64], c: [] }, "e");
  const at = (t: Tensor, i: number) => Number(t.data[i]);
  return Array.from(
    { length: 16 * 64 },
    (_, i) => Math.fround(f(at(x!, i), at(y!, i), at(r!, i % 64), at(c!, 0))),
  );
}

const { add, div, mul, sub } = ops;
const f = Math.fround;
const FORMS: Readonly<Record<string, [Expr, number, Parameters<typeof expected>[0]]>> = {
  "y + c x": [add(y, mul(c, x)), 1, (x, y, _, c) => y + f(c * x)],
  "x c + y": [add(mul(x, c), y), 1, (x, y, _, c) => y + f(c * x)],
  "y - x c": [sub(y, mul(x, c)), 1, (x, y, _, c) => y - f(c * x)],
  "x c - y": [sub(mul(x, c), y), 0, (x, y, _, c) => f(c * x) - y],
  "y - x / 4": [sub(y, mul(x, 0.25)), 1, (x, y) => y - f(0.25 * x)],
  "y + c row": [add(y, mul(c, row)), 0, (_x, y, r, c) => y + f(c * r)],
  "row + c x": [add(row, mul(c, x)), 0, (x, _y, r, c) => r + f(c * x)],
  "y + x y": [add(y, mul(x, y)), 0, (x, y) => y + f(x * y)],
  "y + c c": [add(y, mul(c, c)), 0, (_x, y, _r, c) => y + f(c * c)],
  "c x + 2 y": [add(mul(c, x), mul(2, y)), 1, (x, y, _, c) => f(c * x) + f(2 * y)],
  "y + c x / y": [add(y, div(mul(c, x), y)), 1, (x, y, _, c) => y + f(c * f(x / y))],
  "y - c x / y": [sub(y, div(mul(c, x), y)), 1, (x, y, _, c) => y - f(c * f(x / y))],
  "y + c row / x": [add(y, div(mul(c, row), x)), 0, (x, y, r, c) => y + f(f(c * r) / x)],
  "y + (c x - 2 y)": [add(y, sub(mul(c, x), mul(2, y))), 2, (x, y, _, c) => f(y - f(2 * y)) + f(c * x)],
  "y - (c x - 2 y)": [sub(y, sub(mul(c, x), mul(2, y))), 1, (x, y, _, c) => y - f(f(c * x) - f(2 * y))],
  "y + (x x - 2 y)": [add(y, sub(mul(x, x), mul(2, y))), 1, (x, y) => y + f(f(x * x) - f(2 * y))],
};

for (const [form, [e, fused, value]] of Object.entries(FORMS)) {
  Deno.test(`${form} is written in ${fused} nodes of GatedAdd, with the right numbers`, async () => {
    const { ops, results } = await computed([e]);
    assertEquals(ops.filter((op) => op === "GatedAdd").length, fused);
    const largest = difference(results[0]!, tensor(Float32Array.from(expected(value)), [16, 64]));
    assert(EXACT ? largest === 0 : largest < 5e-7, `differs by ${largest}`);
  });
}

Deno.test("a product or a quotient that is read elsewhere too stays as it is", async () => {
  const scaled = mul(c, x);
  const quotient = div(mul(c, y), x);
  const { ops, results } = await computed([add(y, scaled), scaled, add(x, quotient), quotient]);
  assertEquals(ops.filter((op) => op === "GatedAdd").length, 2);
  const forms = [
    expected((x, y, _, c) => y + f(c * x)),
    expected((x, _y, _r, c) => c * x),
    expected((x, y, _, c) => x + f(c * f(y / x))),
    expected((x, y, _, c) => f(c * y) / x),
  ];
  for (const [i, form] of forms.entries()) {
    const largest = difference(results[i]!, tensor(Float32Array.from(form), [16, 64]));
    assert(EXACT ? largest === 0 : largest < 5e-7, `result ${i} differs by ${largest}`);
  }
});

Deno.test("gatePays() takes vectors, and matrices of long rows", () => {
  const shapes = [[1], [70], [65_536], [16, 64], [256, 784], [1000, 32], [4, 8, 40], [64, 2000], [16, 4096]];
  assertEquals(shapes.filter((s) => !gatePays(s)), []);
  const not = [[], [0], [0, 64], [64, 0], [300, 9], [64, 64, 3, 3], [2048, 1], [3, 32], [65_537], [
    8,
    100_000,
  ]];
  assertEquals(not.filter(gatePays), []);
});

Deno.test("scalars get the axes of a tensor with axes of size 1, which ONNX Runtime else takes row by row", () => {
  const shapes = { kernel: [64, 32, 1, 1], depthwise: [32, 1, 3, 3], plain: [8, 32, 3, 3], bias: [32] };
  const specs = Object.fromEntries(
    Object.entries(shapes).map(([n, shape]) => [n, { dtype: "float32" as const, shape }]),
  );
  const g = updateGraph(catalog.adam().trace(specs), { shapes, dtype: "float32" });
  const ranks = (shape: readonly number[]) =>
    new Set(
      g.nodes.filter((n) => n.outputs[0]!.shape?.join() === shape.join()).flatMap((n) =>
        n.inputs.map((v) => v!.rank)
      ),
    );
  assertEquals(Object.values(shapes).map((s) => [...ranks(s)].sort()), [[4], [4], [0, 4], [0, 1]]);
});
