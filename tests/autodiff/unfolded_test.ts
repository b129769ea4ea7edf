import { assert, assertEquals } from "@std/assert";
import { buildModel, Graph, normal, openSession, tensor } from "../../mod.ts";
import { unfoldedByExample, unfoldedOverExamples } from "../../autodiff/composites/unfolded.ts";
import type { Axis } from "../../autodiff/windows/mod.ts";

const [N, C, M] = [3, 2, 4];
const AXES: readonly Axis[] = [
  { size: 6, kernel: 3, stride: 2, dilation: 1, begin: 1, end: 0, count: 3 },
  { size: 7, kernel: 2, stride: 1, dilation: 3, begin: 0, end: -1, count: 3 },
];
const [ROWS, COLUMNS] = AXES as [Axis, Axis];
const X = [N, C, ROWS.size, COLUMNS.size];
const DY = [N, M, ROWS.count, COLUMNS.count];
const DW = [M, C, ROWS.kernel, COLUMNS.kernel];

const values = (stream: string, shape: readonly number[]) =>
  normal({ seed: 1, stream }, shape.reduce((a, b) => a * b, 1));

/** Returns the entry that a window reads at one of its places, or `undefined` for padding. */
function entryAt(a: Axis, { window, place }: { window: number; place: number }): number | undefined {
  const at = window * a.stride + place * a.dilation - a.begin;
  return at >= 0 && at < a.size ? at : undefined;
}

/** Returns `dw` by its definition, in float64. */
function direct(x: Float32Array, dy: Float32Array): number[] {
  const at = (data: Float32Array, shape: readonly number[], index: readonly number[]) =>
    data[index.reduce((total, i, k) => total * shape[k]! + i, 0)]!;
  const range = (n: number) => Array.from({ length: n }, (_, i) => i);
  return range(M).flatMap((m) =>
    range(C).flatMap((c) =>
      range(ROWS.kernel).flatMap((k) =>
        range(COLUMNS.kernel).map((l) => {
          let sum = 0;
          for (const n of range(N)) {
            for (const o of range(ROWS.count)) {
              for (const p of range(COLUMNS.count)) {
                const i = entryAt(ROWS, { window: o, place: k });
                const j = entryAt(COLUMNS, { window: p, place: l });
                if (i !== undefined && j !== undefined) {
                  sum += at(dy, DY, [n, m, o, p]) * at(x, X, [n, c, i, j]);
                }
              }
            }
          }
          return sum;
        })
      )
    )
  );
}

/** The bytes of the rows of one place. */
const PLACE = 4 * N * C * ROWS.count * COLUMNS.count;

for (const [name, form] of Object.entries({ unfoldedByExample, unfoldedOverExamples })) {
  for (
    const [bytes, products] of [[undefined, 1], [6 * PLACE, 1], [4 * PLACE, 2], [2.5 * PLACE, 3], [
      1,
      6,
    ]] as const
  ) {
    Deno.test(`${name}() is the gradient of the weights by ${products} products of at most ${bytes} bytes`, async () => {
      const [x, dy] = [values("x", X), values("dy", DY)];
      const g = new Graph();
      const correlation = {
        x: g.input("x", "float32", X),
        dy: g.input("dy", "float32", DY),
        shape: DW,
        axes: AXES,
        group: 1,
        target: "gpu",
      } as const;
      g.output(form(g, correlation, bytes === undefined ? {} : { bytes }), "dw");
      const gathered = g.nodes.filter((n) => n.opType === "Gather").length;
      assertEquals(gathered, products);
      await using session = await openSession(buildModel(g));
      const { dw } = await session.run({ x: tensor(x, X), dy: tensor(dy, DY) });
      assertEquals(dw!.shape, DW);
      direct(x, dy).forEach((expected, i) => assert(Math.abs(Number(dw!.data[i]) - expected) < 1e-5));
    });
  }
}

Deno.test("a single channel is not moved behind the places", async () => {
  const axis: Axis = { size: 4, kernel: 2, stride: 1, dilation: 1, begin: 0, end: 0, count: 3 };
  const g = new Graph();
  const correlation = {
    x: g.input("x", "float32", [1, 1, 4]),
    dy: g.input("dy", "float32", [1, 1, 3]),
    shape: [1, 1, 2],
    axes: [axis],
    group: 1,
    target: "gpu",
  } as const;
  g.output(unfoldedByExample(g, correlation), "dw");
  assert(!g.nodes.some((n) => n.opType === "Transpose"));
  await using session = await openSession(buildModel(g));
  const { dw } = await session.run({
    x: tensor(Float32Array.of(1, 2, 3, 4), [1, 1, 4]),
    dy: tensor(Float32Array.of(1, 10, 100), [1, 1, 3]),
  });
  assertEquals([...dw!.data as Float32Array], [321, 432]);
});

Deno.test("windows of one entry each need no table of entries", () => {
  const axis: Axis = { size: 5, kernel: 1, stride: 1, dilation: 1, begin: 0, end: 0, count: 5 };
  const g = new Graph();
  const dw = unfoldedByExample(g, {
    x: g.input("x", "float32", [N, C, 5]),
    dy: g.input("dy", "float32", [N, M, 5]),
    shape: [M, C, 1],
    axes: [axis],
    group: 1,
    target: "gpu",
  });
  assertEquals(dw.shape, [M, C, 1]);
  assert(!g.nodes.some((n) => n.opType === "Gather"));
});
