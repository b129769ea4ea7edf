import { assert, assertEquals } from "@std/assert";
import { buildModel, type DType, Graph, type Tensor, tensor } from "../../onnx/mod.ts";
import { sizeOf } from "../../onnx/tensor/mod.ts";
import * as catalog from "../../optim/catalog/mod.ts";
import {
  CPU_VECTORS,
  type FlatOptions,
  flatten,
  GPU_VECTORS,
  groupsOf,
  joinedInputs,
  layoutOf,
  pack,
  unpack,
  unpadded,
  vectors,
} from "../../optim/flat/mod.ts";
import { fewerPasses, gatePays } from "../../optim/fused/mod.ts";
import { type Expr, intern, ops } from "../../optim/language/mod.ts";
import type { Updater } from "../../optim/optimizer.ts";
import { openSession } from "../../runtime/session/mod.ts";
import { trajectory, updateGraph } from "./runs.ts";
import { TABLE } from "./table.ts";

/** Shapes of all kinds, those of whole rows and others; more elements than are put together one by one. */
const SHAPES: Readonly<Record<string, readonly number[]>> = {
  matrix: [40, 64],
  wide: [10, 128],
  vector: [70],
  cube: [4, 8, 40],
  narrow: [300, 9],
  columns: [33, 1],
  one: [1],
  scalar: [],
  empty: [0, 64],
};

function bytes({ data }: Tensor): Uint8Array {
  const { buffer, byteOffset, byteLength } = data as Float32Array<ArrayBuffer>;
  return new Uint8Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

const valuesOf = ({ data }: Tensor) => Array.from(data as ArrayLike<number>, Number);

const numbers = (count: number) => Float32Array.from({ length: count }, (_, i) => i + 1);

Deno.test("a vector is put together from rows where that takes a shorter table", () => {
  const few = layoutOf([2048, 10], GPU_VECTORS);
  assertEquals([few.row, few.whole, few.rest, few.padding, few.length], [1, [0, 1], [], 0, 2058]);
  const many = layoutOf([200_704, 256, 2560, 10], GPU_VECTORS);
  assertEquals([many.row, many.whole, many.rest], [512, [0, 2], [1, 3]]);
  assertEquals([many.padding, many.length], [246, 200_704 + 2560 + 512]);
  assertEquals(layoutOf([200_704, 10], CPU_VECTORS).row, 1);
});

Deno.test("tensors that are too large, empty, or of too many rows join no vector", () => {
  const large = 2 ** 20;
  assertEquals(vectors([10, large, 0, large + 1, 20], GPU_VECTORS), [[0, 1, 4]]);
  // 999 x 999 is odd, so each element would be a row; so would 4096 elements, which are few.
  assertEquals(vectors([999 * 999, 4095, 64], GPU_VECTORS), [[1, 2]]);
  assertEquals(vectors([999 * 999, 4095, 64], { ...GPU_VECTORS, rows: false }), [[0, 1, 2]]);
  assertEquals(vectors(new Array<number>(40).fill(large), GPU_VECTORS).map((v) => v.length), [16, 16, 8]);
});

Deno.test("unpack() takes apart what pack() put together, in rows, parts and padding", async () => {
  const shapes = [[3, 1024], [5], [2, 512], [2, 3, 4], [1], [1024], [7, 2], [512], [64], [2], [9], [2048]];
  for (const options of [GPU_VECTORS, CPU_VECTORS]) {
    const layout = layoutOf(shapes.map(sizeOf), options);
    assertEquals(layout.row > 1, options === GPU_VECTORS);
    const g = new Graph();
    const inputs = shapes.map((s, i) => g.input(`x${i}`, "float32", s));
    const vector = pack(g, inputs, layout);
    const doubled = g.mul(vector, 2);
    const parts = unpack(g, doubled, shapes, layout);
    assert(pack(g, parts, layout) === doubled);
    const backwards = layoutOf(shapes.map(sizeOf).toReversed(), options);
    assert(pack(g, parts.toReversed(), backwards) !== doubled);
    parts.forEach((p, i) => g.output(p, `y${i}`));
    g.output(g.identity(unpadded(g, vector, layout)), "all");
    const widest = Math.max(
      ...g.nodes.filter((n) => n.opType === "Split").map((n) => n.outputs.length),
    );
    assertEquals(widest <= options.parts, true);
    await using session = await openSession(buildModel(g));
    const given = shapes.map((s) => tensor(numbers(sizeOf(s)), s));
    const out = await session.run(Object.fromEntries(given.map((t, i) => [`x${i}`, t])));
    given.forEach((t, i) => {
      assertEquals(out[`y${i}`]!.shape, t.shape);
      assertEquals(valuesOf(out[`y${i}`]!), valuesOf(t).map((v) => 2 * v));
    });
    const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
    assertEquals(
      [out.all!.shape, sum(valuesOf(out.all!))],
      [[sum(shapes.map(sizeOf))], sum(given.map((t) => sum(valuesOf(t))))],
    );
  }
});

/** Returns for each group of a rule the parameters that it computes, by those whose gradients it reads. */
function groups(opt: Updater, shapes: Readonly<Record<string, readonly number[]>>) {
  const specs = Object.entries(shapes).map(([n, shape]) => [n, { dtype: "float32", shape }] as const);
  return joinedInputs(opt.trace(Object.fromEntries(specs)), GPU_VECTORS);
}

Deno.test("parameters share a vector if their updates are the same expressions", () => {
  const shapes = { a: [8, 4], b: [4], c: [3, 3], d: [7], e: [2] };
  const all = ["a", "b", "c", "d", "e"];
  const adam = groups(catalog.adam(), shapes);
  assertEquals([adam.gradients, adam.parameters], [[all], [all]]);
  assertEquals(adam.slots, [all.map((n) => `m/${n}`), all.map((n) => `v/${n}`)]);
  const decayed = catalog.adamw({ weightDecay: 0.1, decayMask: (n) => n < "c" });
  assertEquals(groups(decayed, shapes).gradients, [["a", "b"], ["c", "d", "e"]]);
  const parts = catalog.partition(
    { fast: catalog.adam({ learningRate: 1 }), slow: catalog.adam({ learningRate: 2 }) },
    (n) => n === "b" || n === "d" ? "fast" : "slow",
  );
  assertEquals(groups(parts, shapes).gradients.toSorted(), [["a", "c", "e"], ["b", "d"]]);
  const frozen = groups(catalog.freeze(catalog.adam(), (n) => n === "a"), shapes);
  assertEquals(frozen.gradients, [["b", "c", "d", "e"]]);
  // Two matrices are too few: each is made orthogonal by itself, so what a vector would compute is little.
  assertEquals(groups(catalog.muon(), shapes).gradients, [["b", "d", "e"]]);
  assertEquals(groups(catalog.sgd({ learningRate: 1 }), { a: [8, 4], b: [4] }).gradients, []);
});

Deno.test("operations on both sides of a transposition are two groups, the same or not", () => {
  const gradient = (name: string): Expr => ({
    op: "input",
    input: { kind: "gradient", name },
    shape: [2, 2],
  });
  const twice = (x: Expr) => ops.square(ops.square(ops.square(x)));
  const outputs = ["a", "b", "c"].map((n) => twice(ops.transpose(twice(gradient(n)))));
  const found = groupsOf(intern(outputs).nodes, GPU_VECTORS);
  assertEquals(found.map((g) => [g.lanes.length, g.nodes.length]), [[3, 3], [3, 3]]);
});

Deno.test("a scalar of each parameter takes the place of all elements of its tensor", async () => {
  const input = (name: string, size: number): Expr => ({
    op: "input",
    input: { kind: "gradient", name },
    shape: [size],
  });
  const sizes = { a: 3, b: 5, c: 2, d: 1 };
  const outputs = Object.entries(sizes).map(([n, size]) => {
    const x = input(n, size);
    const scaled = ops.mul(ops.sum(x), x);
    return ops.add(ops.abs(ops.square(ops.neg(ops.mul(2, scaled)))), 1);
  });
  assertEquals(groupsOf(intern(outputs).nodes, GPU_VECTORS).map((g) => g.scalars.size), [1]);
  const g = new Graph();
  const inputs = new Map(Object.entries(sizes).map(([n, size]) => [n, g.input(n, "float32", [size])]));
  const values = flatten(GPU_VECTORS)(g, outputs, {
    inputs: (i) => inputs.get((i as { name: string }).name)!,
    dtype: "float32",
  });
  values.forEach((v, i) => g.output(v, `y${i}`));
  await using session = await openSession(buildModel(g));
  const given = Object.entries(sizes).map(([n, size]) => [n, tensor(numbers(size), [size])] as const);
  const out = await session.run(Object.fromEntries(given));
  given.forEach(([, t], i) => {
    const x = valuesOf(t);
    const total = x.reduce((a, b) => a + b, 0);
    assertEquals(valuesOf(out[`y${i}`]!), x.map((v) => (2 * total * v) ** 2 + 1));
  });
});

const RUNS: readonly [name: string, dtype: DType, flat: FlatOptions, fused: boolean][] = [
  ["rows", "float32", GPU_VECTORS, false],
  ["rows", "float64", GPU_VECTORS, false],
  ["elements", "float32", { ...GPU_VECTORS, rows: false, most: 3000 }, false],
  ["elements, in fewer passes", "float32", { ...CPU_VECTORS, alike: gatePays }, true],
];

/** Rules whose products of matrices ONNX Runtime fuses with transpositions in one form and not in the other. */
const ROUNDED: ReadonlySet<string> = new Set(["shampoo()", "soap()"]);

/** Asserts that tensors have the same bits or, for those rules, differ by rounding. */
function assertSame(
  got: Tensor,
  expected: Tensor,
  { what, rounded }: { what: string; rounded: boolean },
): void {
  if (!rounded) return assertEquals(bytes(got), bytes(expected), what);
  const [a, b] = [valuesOf(got), valuesOf(expected)];
  const largest = Math.max(...b.map(Math.abs));
  a.forEach((v, i) => assert(Math.abs(v - b[i]!) <= 1e-5 * largest, `${what} [${i}]: ${v} and ${b[i]}`));
}

/** Rules that decompose or sort each parameter, which takes long: smaller parameters, and two of the runs. */
const HEAVY = /galore|soap|shampoo|projection(L1|Simplex)/i;

const SMALLER: typeof SHAPES = {
  ...SHAPES,
  matrix: [10, 64],
  cube: [4, 8, 10],
  narrow: [60, 9],
  columns: [9, 1],
};

for (const [name, { make }] of Object.entries(TABLE)) {
  Deno.test(`${name} on flat vectors gives the same bits`, async () => {
    const [runs, shapes] = HEAVY.test(name) ? [[RUNS[0]!, RUNS[3]!], SMALLER] : [RUNS, SHAPES];
    for (const [form, dtype, flat, fused] of runs) {
      const opt = make(shapes);
      const trace = opt.trace(
        Object.fromEntries(Object.entries(shapes).map(([n, shape]) => [n, { dtype, shape }])),
      );
      const settings = { shapes, dtype, ...(fused ? { write: fewerPasses } : {}) };
      await using before = await openSession(buildModel(updateGraph(trace, settings)));
      await using session = await openSession(buildModel(updateGraph(trace, { ...settings, flat })));
      const run = { shapes, dtype, steps: 3 };
      const [expected, got] = [await trajectory(opt, before, run), await trajectory(opt, session, run)];
      for (const [n, t] of Object.entries(expected)) {
        assertEquals(got[n]!.shape, t.shape);
        assertSame(got[n]!, t, { what: `${n}, ${form}, ${dtype}`, rounded: ROUNDED.has(name) });
      }
    }
  });
}

/** Returns the nodes of an update that are not views. */
function nodesOf(opt: Updater, flat?: FlatOptions): number {
  const shapes = Object.fromEntries(Array.from({ length: 28 }, (_, i) => [`p${i}`, [i + 1, 128]]));
  const trace = opt.trace(
    Object.fromEntries(Object.entries(shapes).map(([n, shape]) => [n, { dtype: "float32", shape }])),
  );
  const g = updateGraph(trace, { shapes, dtype: "float32", ...(flat ? { flat } : {}) });
  return g.nodes.filter((n) => n.opType !== "Reshape").length;
}

Deno.test("updates of 28 parameters take few nodes", () => {
  const { adam, lamb, momentum, sgd } = catalog;
  const counts = [sgd({ learningRate: 0.1 }), momentum(), adam(), lamb()].map((opt) => [
    nodesOf(opt),
    nodesOf(opt, GPU_VECTORS),
  ]);
  // Adam: ten operations, four `Concat`, and five `Split` for each of three results. LAMB has two norms and a scale for each.
  assertEquals(counts, [[56, 9], [112, 17], [280, 29], [672, 143]]);
});
