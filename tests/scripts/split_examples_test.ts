import { assertEquals, assertThrows } from "@std/assert";
import { DataError, type DataTensor } from "../../mod.ts";
import { splitExamples } from "../../scripts/lab/own/split_examples.ts";

/** Returns examples whose features are their numbers, with targets. */
function examples(count: number, targets: DataTensor, more: { fixed?: number; consecutive?: boolean } = {}) {
  const x: DataTensor = {
    dtype: "float32",
    shape: [count, 2],
    data: Float32Array.from({ length: 2 * count }, (_, i) => i),
  };
  const { fixed, consecutive = false } = more;
  const close = () => Promise.resolve();
  return {
    data: { x, t: targets },
    target: "t",
    count,
    context: undefined,
    consecutive,
    fixed,
    left: 0,
    close,
  };
}

const classes = (count: number, of: (i: number) => number): DataTensor => ({
  dtype: "int64",
  shape: [count],
  data: BigInt64Array.from({ length: count }, (_, i) => BigInt(of(i))),
});
const numbers = (count: number): DataTensor => ({
  dtype: "float32",
  shape: [count, 1],
  data: Float32Array.from({ length: count }, (_, i) => 10 * i),
});
const options = { fractions: { validation: 0.2, test: 0.2 }, seed: 0, file: "x.npy" };

/** Returns the numbers of the rows of each part. */
function rowsOf(parts: ReturnType<typeof splitExamples>): number[][] {
  return [parts.train, parts.validation, parts.test].map((p) =>
    Array.from((p.x as DataTensor).data as Float32Array).filter((_, i) => i % 2 === 0).map((v) => v / 2)
  );
}

Deno.test("splitExamples() puts each example into one part, with its own target", () => {
  const parts = splitExamples(examples(50, numbers(50)), options);
  const rows = rowsOf(parts);
  assertEquals(rows.map((r) => r.length), [30, 10, 10]);
  assertEquals(rows.flat().toSorted((a, b) => a - b), Array.from({ length: 50 }, (_, i) => i));
  assertEquals(
    [parts.train, parts.validation, parts.test].map((p) =>
      Array.from((p.t as DataTensor).data as Float32Array)
    ),
    rows.map((part) => part.map((row) => 10 * row)),
  );
  assertEquals(rowsOf(splitExamples(examples(50, numbers(50)), options)), rows);
  assertEquals(
    rowsOf(splitExamples(examples(50, numbers(50)), { ...options, seed: 1 })).flat() === rows.flat(),
    false,
  );
});

Deno.test("splitExamples() holds the classes of each part in proportion", () => {
  for (let seed = 0; seed < 5; seed++) {
    const parts = splitExamples(examples(50, classes(50, (i) => (i < 10 ? 1 : 0))), { ...options, seed });
    const ones = [parts.train, parts.validation, parts.test].map((p) =>
      ((p.t as DataTensor).data as BigInt64Array).filter((c) => c === 1n).length
    );
    assertEquals(ones, [6, 2, 2]);
  }
});

Deno.test("splitExamples() keeps the windows of a text in order, and the test last", () => {
  const parts = splitExamples(examples(10, numbers(10), { consecutive: true }), options);
  assertEquals(rowsOf(parts), [[0, 1, 2, 3, 4, 5], [6, 7], [8, 9]]);
});

Deno.test("splitExamples() fills whole batches of a fixed size, and refuses too few examples", () => {
  const parts = splitExamples(examples(50, numbers(50), { fixed: 4 }), options);
  assertEquals(rowsOf(parts).map((r) => r.length), [28, 8, 8]);
  const only = { ...options, fractions: { validation: 0.2 } };
  assertEquals(splitExamples(examples(50, numbers(50)), only).test, {});
  assertThrows(
    () => splitExamples(examples(10, numbers(10), { fixed: 4 }), options),
    DataError,
    "x.npy: 10 examples are too few for the parts train, validation, test, of 4 examples a batch",
  );
  assertThrows(() => splitExamples(examples(2, numbers(2)), options), DataError, "2 examples are too few");
});
