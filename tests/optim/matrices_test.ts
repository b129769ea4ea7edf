/** Tests the operators on matrices, on the host and in graphs: by what defines their results, not by another implementation. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { buildModel, type DType, Graph, type Tensor, tensor, type Value } from "../../onnx/mod.ts";
import { constant, type Expr, type RuleInput } from "../../optim/language/mod.ts";
import { emitExpressions } from "../../optim/graph/emit.ts";
import { compileHost } from "../../optim/host/host.ts";
import {
  blockOf,
  blocksOf,
  joined,
  lazily,
  modeGram,
  modeOf,
  modeProduct,
  nextBasis,
  nextDampedInverse,
  nextRoot,
} from "../../optim/matrices/mod.ts";
import { orthogonalFactor } from "../../optim/matrices/householder.ts";
import { addOrthogonalFactor } from "../../optim/matrices/householder_graph.ts";
import { addEigenvectors, eigenvectors } from "../../optim/matrices/jacobi.ts";
import { normal } from "../../random/normal.ts";
import { openSession } from "../../runtime/session/session.ts";
import { floats } from "./problem.ts";

type Rows = readonly (readonly number[])[];

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const rowsOf = (x: ArrayLike<number>, n: number): Rows =>
  range(x.length / n).map((i) => Array.from(x).slice(i * n, (i + 1) * n));
const turned = (a: Rows): Rows => range(a[0]!.length).map((j) => a.map((r) => r[j]!));
const times = (a: Rows, b: Rows): Rows => {
  const columns = turned(b);
  return a.map((r) => columns.map((c) => r.reduce((s, x, k) => s + x * c[k]!, 0)));
};
const identity = (n: number): Rows => range(n).map((i) => range(n).map((j) => (i === j ? 1 : 0)));

/** The largest difference of two matrices, where `counts` says so. */
function apart(a: Rows, b: Rows, counts = (_i: number, _j: number) => true): number {
  return Math.max(0, ...a.flatMap((r, i) => r.map((x, j) => (counts(i, j) ? Math.abs(x - b[i]![j]!) : 0))));
}

function random(n: number, seed = 1): Float64Array {
  return Float64Array.from(normal({ seed, stream: "matrix" }, n));
}

/** A symmetric matrix of positive eigenvalues, `rank` of them above 0. */
function positive(n: number, rank = n): Float64Array {
  const x = rowsOf(random(n * rank), rank);
  return Float64Array.from(times(x, turned(x)).flat(), (v) => v / rank);
}

/** Runs a function of a graph. */
async function inGraph(
  build: (g: Graph, ...x: Value[]) => Value,
  inputs: readonly { readonly data: ArrayLike<number>; readonly shape: readonly number[] }[],
  dtype: DType = "float64",
): Promise<Tensor> {
  const g = new Graph();
  const values = inputs.map(({ shape }, i) => g.input(`x${i}`, dtype, shape));
  g.output(build(g, ...values), "y");
  g.prune();
  await using session = await openSession(buildModel(g));
  const given = inputs.map(({ data, shape }, i) => [`x${i}`, tensor(floats(data, dtype), shape)] as const);
  return (await session.run(Object.fromEntries(given))).y!;
}

const slotOf = (name: string, shape: readonly number[]): Expr => ({
  op: "input",
  input: { kind: "slot", name },
  shape,
});

type Given = readonly { readonly data: ArrayLike<number>; readonly shape: readonly number[] }[];

/** An expression that reads tensors by the names `x0`, `x1`, ... */
const expressionOf = (make: (...x: Expr[]) => Expr, inputs: Given): Expr =>
  make(...inputs.map(({ shape }, i) => slotOf(`x${i}`, shape)));

/** Computes an expression on the host, which must leave its inputs unchanged. */
function onHost(make: (...x: Expr[]) => Expr, inputs: Given): number[] {
  const program = compileHost([{ expr: expressionOf(make, inputs), kind: "float64" }], () => "float64");
  const given = program.inputs.map((input) => Float64Array.from(inputs[placeOf(input)]!.data));
  const before = structuredClone(given);
  const [result] = program.run(given);
  assertEquals(given, before);
  return Array.from(result!);
}

const placeOf = (input: RuleInput) => Number((input as { name: string }).name.slice(1));

/** Computes an expression on the host and in a graph. */
async function both(
  make: (...x: Expr[]) => Expr,
  inputs: Given,
): Promise<[host: number[], graph: number[]]> {
  const e = expressionOf(make, inputs);
  const graph = await inGraph(
    (g, ...x) => emitExpressions(g, [e], { inputs: (input) => x[placeOf(input)]!, dtype: "float64" })[0]!,
    inputs,
  );
  assertEquals(graph.shape, e.shape);
  return [onHost(make, inputs), Array.from(graph.data as Float64Array)];
}

function assertOrthogonal(q: Rows, bound: number): void {
  const error = apart(times(turned(q), q), identity(q.length));
  assert(error <= bound, `Q'Q differs from I by ${error}`);
}

type Make = (n: number) => Float64Array;

/** Matrices of one panel, of several, with a rest, and singular ones. */
const MATRICES: readonly (readonly [what: string, n: number, make: Make])[] = [
  ...[1, 2, 7, 33, 63, 64, 70, 100].map((n) => [`of ${n}`, n, (n: number) => random(n * n)] as const),
  ["of 40 and rank 3", 40, (n: number) => positive(n, 3)],
  ["of 80 and rank 1", 80, (n: number) => positive(n, 1)],
  ["of zeros", 5, (n: number) => new Float64Array(n * n)],
  ["of very different columns", 66, (n: number) => random(n * n).map((x, k) => x * 10 ** (-(k % n) / 4))],
];

for (const [what, n, make] of MATRICES) {
  Deno.test(`a matrix ${what} has an orthogonal factor, on the host and in a graph`, async () => {
    const a = make(n);
    for (const dtype of ["float64", "float32"] as const) {
      const bound = dtype === "float64" ? 1e-13 * n : 3e-7 * Math.sqrt(n);
      const inside = await inGraph(
        (g, x) => addOrthogonalFactor(g, x, n),
        [{ data: a, shape: [n, n] }],
        dtype,
      );
      const host = orthogonalFactor(floats(a, dtype), n);
      for (const q of [rowsOf(inside.data as Float64Array, n), rowsOf(host, n)]) {
        assertOrthogonal(q, bound);
        const r = times(turned(q), rowsOf(a, n));
        const below = apart(r, r.map((row) => row.map(() => 0)), (i, j) => i > j);
        assert(below <= bound * 10 * Math.max(...a.map(Math.abs)), `R has ${below} below its diagonal`);
      }
    }
  });
}

for (const n of [2, 3, 7, 12, 40]) {
  Deno.test(`a symmetric matrix of ${n} has eigenvectors by falling eigenvalues, on the host and in a graph`, async () => {
    for (const a of [positive(n), positive(n, 1), new Float64Array(n * n)]) {
      const inside = await inGraph((g, x) => addEigenvectors(g, x, n), [{ data: a, shape: [n, n] }]);
      for (const q of [rowsOf(inside.data as Float64Array, n), rowsOf(eigenvectors(a, n), n)]) {
        assertOrthogonal(q, 1e-12);
        const d = times(turned(q), times(rowsOf(a, n), q));
        const bound = 1e-12 * Math.max(1, ...a);
        assert(apart(d, d.map((r) => r.map(() => 0)), (i, j) => i !== j) <= bound);
        range(n - 1).forEach((i) => assert(d[i]![i]! >= d[i + 1]![i + 1]! - bound));
      }
    }
  });
}

const flag = (x: number) => ({ data: [x], shape: [] });

Deno.test("a basis is found at first, followed at a refresh and kept otherwise", async () => {
  const n = 6;
  const basis = (first: Expr, due: Expr, gram: Expr, basis: Expr) =>
    nextBasis({ mode: { before: 1, size: n, after: 1 }, gram, basis }, { first, due });
  const given = (first: number, due: number, q: ArrayLike<number>): Given => [
    flag(first),
    flag(due),
    { data: positive(n), shape: [n, n] },
    { data: q, shape: [n, n] },
  ];
  const start = identity(n).flat();
  const make = basis as (...x: Expr[]) => Expr;
  assertEquals(await both(make, given(0, 0, start)), [start, start]);
  const [once, onceInside] = await both(make, given(0, 1, start));
  assert(apart([once], [onceInside]) < 1e-12);
  let q = start;
  for (let k = 0; k < 400; k++) q = onHost(make, given(0, 1, q));
  const [first, inside] = await both(make, given(1, 1, start));
  for (const found of [first, inside]) {
    // Orthogonal iteration tends to the eigenvectors; signs are open.
    const same = times(turned(rowsOf(found, n)), rowsOf(q, n)).map((r) => r.map(Math.abs));
    assert(apart(same, identity(n)) < 1e-6, JSON.stringify(same));
  }
});

Deno.test("a basis of more than 128 begins with some iterations: orthogonal, and near to diagonal", async () => {
  const n = 131;
  const a = Float64Array.from(positive(n), (v, k) => v + (k % (n + 1) === 0 ? n - Math.floor(k / n) : 0));
  const [host, graph] = await both(
    (first, gram, basis) => {
      const mode = { before: 1, size: n, after: 1 };
      return nextBasis({ mode, gram: gram!, basis: basis! }, { first: first!, due: constant(1) });
    },
    [flag(1), { data: a, shape: [n, n] }, { data: new Float64Array(n * n), shape: [n, n] }],
  );
  assert(apart([host], [graph]) < 1e-9);
  const q = rowsOf(graph, n);
  assertOrthogonal(q, 1e-12);
  const off = (m: Rows) => Math.hypot(...m.flatMap((r, i) => r.filter((_, j) => i !== j)));
  assert(off(times(turned(q), times(rowsOf(a, n), q))) < 0.7 * off(rowsOf(a, n)));
});

for (const p of [1, 2, 3, 4, 6, 8]) {
  Deno.test(`an inverse root of ${p} has the matrix's inverse as its power, on the host and in a graph`, async () => {
    const n = 9;
    const a = positive(n);
    const [ridge, scale] = [1e-3, 0.5];
    const results = await both(
      (when, before, gram, factor) =>
        nextRoot(before!, { when: when!, gram: gram!, scale: factor! }, {
          p,
          epsilon: ridge,
          relativeEpsilon: 0,
        }),
      [flag(1), { data: new Float64Array(n * n), shape: [n, n] }, { data: a, shape: [n, n] }, flag(scale)],
    );
    const raised = rowsOf(a, n).map((r, i) => r.map((x, j) => scale * x + (i === j ? ridge : 0)));
    for (const x of results) {
      const power = range(p).reduce<Rows>((y) => times(y, rowsOf(x, n)), raised);
      assert(apart(power, identity(n)) < 1e-9, JSON.stringify(power[0]));
    }
  });
}

Deno.test("the ridge of an inverse root is the greater of its two", async () => {
  const root = async (epsilon: number, relativeEpsilon: number) =>
    (await both(
      (when, before, gram) =>
        nextRoot(before!, { when: when!, gram: gram!, scale: when! }, { p: 1, epsilon, relativeEpsilon }),
      [flag(1), { data: [0, 0, 0, 0], shape: [2, 2] }, { data: [3, 0, 0, 1], shape: [2, 2] }],
    )).map((x) => 1 / x[3]! - 1);
  for (const got of await root(0.5, 0.1)) assertAlmostEquals(got, 0.5, 1e-12);
  for (const got of await root(0.1, 0.5)) assertAlmostEquals(got, 1.5, 1e-12);
});

Deno.test("an inverse root that fails, or is not due, leaves the root before, and the identity in place of zeros", async () => {
  const root = (due: number, a: readonly number[], before: readonly number[]) =>
    both(
      (when, kept, gram, scale) =>
        nextRoot(kept!, { when: when!, gram: gram!, scale: scale! }, {
          p: 4,
          epsilon: 0,
          relativeEpsilon: 0,
        }),
      [flag(due), { data: before, shape: [2, 2] }, { data: a, shape: [2, 2] }, flag(1)],
    );
  const [before, zeros] = [[1, 2, 3, 4], [0, 0, 0, 0]];
  for (const a of [[NaN, 0, 0, 1], [Infinity, 0, 0, 1], [-1, 0, 0, -1], zeros]) {
    assertEquals(await root(1, a, before), [before, before], `${a}`);
    assertEquals(await root(1, a, zeros), [[1, 0, 0, 1], [1, 0, 0, 1]], `${a}`);
  }
  assertEquals(await root(0, [1, 0, 0, 1], zeros), [zeros, zeros]);
});

Deno.test("products along an axis and their Gram matrices are sums over the index of that axis", async () => {
  const shape = [2, 3, 4];
  const x = random(24);
  for (const axis of [0, 1, 2]) {
    const mode = modeOf(shape, axis);
    const n = shape[axis]!;
    const m = random(n * n, 2);
    const stride = mode.after;
    const at = (i: number) => Math.floor(i / stride) % n;
    for (const back of [false, true]) {
      const expected = Array.from(
        x,
        (_, i) =>
          range(n).reduce(
            (s, j) => s + x[i + (j - at(i)) * stride]! * m[back ? at(i) * n + j : j * n + at(i)]!,
            0,
          ),
      );
      const results = await both((x, m) => modeProduct(x!, m!, mode, back), [
        { data: x, shape },
        { data: m, shape: [n, n] },
      ]);
      for (const got of results) assert(apart([got], [expected]) < 1e-13, `axis ${axis}`);
    }
    const gram = new Array<number>(n * n).fill(0);
    x.forEach((v, i) => range(n).forEach((j) => (gram[at(i) * n + j]! += v * x[i + (j - at(i)) * stride]!)));
    for (const got of await both((x) => modeGram(x!, mode), [{ data: x, shape }])) {
      assert(apart([got], [gram]) < 1e-13, `axis ${axis}`);
    }
  }
});

Deno.test("blocks are cut along each axis, and join to the whole tensor", async () => {
  const shape = [3, 5];
  const x = Float64Array.from(range(15));
  const blocks = blocksOf(shape, 2);
  assertEquals(blocks.map((b) => b.sizes), [[2, 2], [2, 2], [2, 1], [1, 2], [1, 2], [1, 1]]);
  const parts: number[][] = [];
  for (const block of blocks) {
    const [host, graph] = await both((x) => blockOf(x!, shape, block), [{ data: x, shape: [15] }]);
    assertEquals(host, graph);
    parts.push(host);
  }
  assertEquals(parts[1], [2, 3, 7, 8]);
  const inputs = parts.map((data, k) => ({ data, shape: blocks[k]!.sizes }));
  const results = await both((...p) => joined(p, { cut: shape, blocks, shape: [15] }), inputs);
  assertEquals(results, [Array.from(x), Array.from(x)]);
});

Deno.test("lazy work is done only where it is due", async () => {
  let calls = 0;
  const work = (flag: Expr, before: Expr, x: Expr) =>
    lazily(flag, before, {
      name: "double",
      args: [x],
      host: (a) => (calls++, a!.map((v) => 2 * v)),
      graph: (g, a) => g.mul(a!, 2),
    });
  const inputs = (due: number) => [flag(due), { data: [1], shape: [1] }, { data: [5], shape: [1] }];
  assertEquals(await both((f, b, x) => work(f!, b!, x!), inputs(0)), [[1], [1]]);
  assertEquals(calls, 0);
  assertEquals(await both((f, b, x) => work(f!, b!, x!), inputs(1)), [[10], [10]]);
  assertEquals(calls, 1);
});

const traceOf = (a: ArrayLike<number>, n: number) => range(n).reduce((s, i) => s + a[i * (n + 1)]!, 0);

for (
  const [n, m, rank] of [[1, 3, 1], [2, 1, 1], [33, 2, 5], [63, 4, 63], [64, 4, 3], [100, 5, 100]] as const
) {
  Deno.test(`nextDampedInverse() inverts a factor of ${n} and rank ${rank}, beside one of ${m}`, async () => {
    const [a, b] = [positive(n, rank), positive(m)];
    const [scale, ridge] = [1.7, 0.05];
    const found = await both(
      (own, other) =>
        nextDampedInverse(own, constant(1), {
          factor: own,
          other,
          scale: constant(scale),
          ridge: constant(ridge),
        }),
      [{ data: a, shape: [n, n] }, { data: b, shape: [m, m] }],
    );
    const added = ridge * Math.sqrt((traceOf(a, n) / n) / (traceOf(b, m) / m));
    const damped = rowsOf(a.map((x, k) => scale * x + (k % (n + 1) === 0 ? added : 0)), n);
    for (const inverse of found) assert(apart(times(rowsOf(inverse, n), damped), identity(n)) < 1e-10);
  });
}

Deno.test("nextDampedInverse() keeps the inverse before where it is not due, and adds the ridge alone to zeros", async () => {
  const [a, zeros] = [positive(3), new Float64Array(9)];
  const inverse = (due: number) => (own: Expr, other: Expr) =>
    nextDampedInverse(own, constant(due), {
      factor: own,
      other,
      scale: constant(1),
      ridge: constant(0.5),
    });
  const given = [{ data: a, shape: [3, 3] }, { data: zeros, shape: [3, 3] }];
  for (const kept of await both(inverse(0), given)) assertEquals(kept, Array.from(a));
  const nothing = [{ data: zeros, shape: [3, 3] }, { data: zeros, shape: [3, 3] }];
  for (const found of await both(inverse(1), nothing)) {
    assertEquals(found.map(Math.abs), identity(3).flat().map((x) => 2 * x));
  }
  const raised = rowsOf(a.map((x, k) => x + (k % 4 === 0 ? 0.5 : 0)), 3);
  for (const found of await both(inverse(1), given)) {
    assert(apart(times(rowsOf(found, 3), raised), identity(3)) < 1e-12);
  }
});
