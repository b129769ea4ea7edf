import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "../deps/fast_check.ts";
import { type DataSet, sizeOfDataSet, takeExamples } from "../../data/data_set.ts";
import { digits } from "../../data/digits.ts";
import { batchesOf, epochIndices } from "../../data/epoch_indices.ts";
import { iris } from "../../data/iris.ts";
import { split } from "../../data/split.ts";
import { featureStatistics, standardize } from "../../data/standardize.ts";

/** Returns a data set whose features contain the example's number: `x[i] = (i, 10 i)`. */
function numbered(labels: readonly number[]): DataSet {
  const n = labels.length;
  return {
    name: "numbered",
    inputs: {
      x: {
        dtype: "float32",
        shape: [n, 2],
        data: Float32Array.from({ length: 2 * n }, (_, i) => (i >> 1) * (i % 2 ? 10 : 1)),
      },
      y: { dtype: "int64", shape: [n], data: BigInt64Array.from(labels, BigInt) },
    },
    classes: Math.max(0, ...labels) + 1,
  };
}

const numbersOf = (set: DataSet) => Array.from(set.inputs.x.data, Number).filter((_, i) => i % 2 === 0);

Deno.test("takeExamples() returns complete examples of every input, in the requested order", () => {
  const set = takeExamples(numbered([5, 6, 7]), [2, 0, 2]);
  assertEquals(set.inputs.x, {
    dtype: "float32",
    shape: [3, 2],
    data: new Float32Array([2, 20, 0, 0, 2, 20]),
  });
  assertEquals(set.inputs.y.data, new BigInt64Array([7n, 5n, 7n]));
  assertThrows(
    () => takeExamples(numbered([1]), [1]),
    RangeError,
    "indices[0] must be an integer from 0 to 0, got 1",
  );
});

Deno.test("sizeOfDataSet() names the input that disagrees", () => {
  const set = numbered([0, 1]);
  const y = { ...set.inputs.y, shape: [3] };
  assertThrows(
    () => sizeOfDataSet({ ...set, inputs: { ...set.inputs, y } }),
    RangeError,
    "input y of numbered must have shape [2, ...], got [3]",
  );
  const x = { ...set.inputs.x, shape: [2, 3] };
  assertThrows(
    () => sizeOfDataSet({ ...set, inputs: { ...set.inputs, x } }),
    RangeError,
    "input x of numbered must hold 6 elements",
  );
});

const labels = fc.array(fc.nat(3), { minLength: 3, maxLength: 80 });

Deno.test("split() gives each example to one part, with its own label", () => {
  fc.assert(fc.property(labels, fc.nat(), fc.boolean(), fc.nat(40), fc.nat(40), (y, seed, stratify, v, t) => {
    const [validation, test] = [v % y.length, t % (y.length - v % y.length)];
    const set = numbered(y);
    const parts = split(set, { counts: { validation, test }, seed, stratify });
    const numbers = [parts.train, parts.validation, parts.test].map(numbersOf);
    assertEquals(numbers.map((p) => p.length), [y.length - validation - test, validation, test]);
    assertEquals(numbers.flat().toSorted((a, b) => a - b), y.map((_, i) => i));
    for (const part of Object.values(parts) as DataSet[]) {
      assertEquals(Array.from(part.inputs.y.data, Number), numbersOf(part).map((i) => y[i]));
    }
  }));
});

Deno.test("split() with stratify keeps the classes in proportion to within one example", () => {
  fc.assert(fc.property(labels, fc.nat(), fc.nat(60), (y, seed, t) => {
    const test = t % y.length;
    const parts = split(numbered(y), { counts: { test }, seed, stratify: true });
    for (let c = 0; c < 4; c++) {
      const of = (part: DataSet) =>
        Array.from(part.inputs.y.data, Number).filter((label) => label === c).length;
      const share = y.filter((label) => label === c).length * test / y.length;
      assert(Math.abs(of(parts.test) - share) < 1, `class ${c}: ${of(parts.test)} of ${share}`);
    }
  }));
  const { test } = split(iris(), { fractions: { test: 0.2, validation: 0.2 }, seed: 1, stratify: true });
  assertEquals([0, 1, 2].map((c) => Array.from(test.inputs.y.data, Number).filter((v) => v === c).length), [
    10,
    10,
    10,
  ]);
});

Deno.test("split() shuffles, and depends only on the seed", () => {
  const set = numbered(new Array(60).fill(0));
  const test = (seed: number) => numbersOf(split(set, { fractions: { test: 0.5 }, seed }).test);
  assertEquals(test(3), test(3));
  assertNotEquals(test(3), test(4));
  assertNotEquals(test(3), test(3).toSorted((a, b) => a - b));
});

Deno.test("split() refuses shares and counts that leave nothing to train on, both or neither of them, and missing classes", () => {
  const set = numbered([0, 1, 0, 1]);
  const { classes: _, ...unlabeled } = set;
  const refuse = (options: object, message: string, of: DataSet = set) =>
    assertThrows(() => split(of, { seed: 0, ...options }), RangeError, message);
  refuse({}, "either fractions or counts");
  refuse({ counts: { test: 1 }, fractions: { test: 0.1 } }, "either fractions or counts");
  refuse({ counts: { test: 2, validation: 2 } }, "must leave one of 4 examples to train on, got 2 + 2");
  refuse({ fractions: { test: 1 } }, "fractions.test must be in [0, 1), got 1");
  refuse({ counts: { validation: 1.5 } }, "counts.validation must be an integer of at least 0, got 1.5");
  refuse({ counts: { test: 1 }, stratify: true }, "stratify needs a data set with classes", unlabeled);
});

const plan = fc.record({
  size: fc.integer({ min: 1, max: 60 }),
  batchSize: fc.integer({ min: 1, max: 20 }),
  seed: fc.nat(),
  epoch: fc.nat(),
  shuffle: fc.boolean(),
});
const sorted = (values: Iterable<number>) => [...values].sort((a, b) => a - b);

Deno.test("epochIndices() with drop uses whole batches of distinct examples", () => {
  fc.assert(fc.property(plan.filter((o) => o.batchSize <= o.size), (o) => {
    const { indices, steps, lastSize } = epochIndices(o);
    assertEquals([steps, indices.length, lastSize], [
      Math.floor(o.size / o.batchSize),
      steps * o.batchSize,
      o.batchSize,
    ]);
    assertEquals(new Set(indices).size, indices.length);
    assert(indices.every((i) => i >= 0 && i < o.size));
  }));
});

Deno.test("epochIndices() with wrap uses every example and fills up with the epoch's first", () => {
  fc.assert(fc.property(plan, (o) => {
    const { indices, steps, lastSize } = epochIndices({ ...o, remainder: "wrap" });
    assertEquals([steps, lastSize], [Math.ceil(o.size / o.batchSize), o.batchSize]);
    assertEquals(sorted(indices.subarray(0, o.size)), Array.from({ length: o.size }, (_, i) => i));
    indices.forEach((index, i) => assertEquals(index, indices[i % o.size]));
  }));
});

Deno.test("epochIndices() with short counts every example once in batchesOf()", () => {
  fc.assert(fc.property(plan, (o) => {
    const short = epochIndices({ ...o, remainder: "short" });
    const batches = [...batchesOf(short)];
    assertEquals(sorted(batches.flatMap((b) => [...b])), Array.from({ length: o.size }, (_, i) => i));
    assert(batches.slice(0, -1).every((b) => b.length === o.batchSize));
    assertEquals(short.indices.length, short.steps * o.batchSize);
    assert(short.indices.every((i) => i >= 0 && i < o.size));
  }));
});

Deno.test("epochIndices() shuffles by seed and epoch, or not at all if shuffle is false", () => {
  const base = { size: 100, batchSize: 10, seed: 1, epoch: 0 };
  assertEquals(epochIndices(base), epochIndices(base));
  assertNotEquals(epochIndices(base).indices, epochIndices({ ...base, epoch: 1 }).indices);
  assertNotEquals(epochIndices(base).indices, epochIndices({ ...base, seed: 2 }).indices);
  // The order does not depend on the batches.
  assertEquals(epochIndices({ ...base, batchSize: 25 }).indices, epochIndices(base).indices);
  assertEquals(
    [...epochIndices({ ...base, shuffle: false }).indices],
    Array.from({ length: 100 }, (_, i) => i),
  );
});

Deno.test("epochIndices() refuses sizes out of range, and with drop batches larger than the data set", () => {
  const base = { size: 5, batchSize: 2, seed: 0, epoch: 0 };
  assertThrows(
    () => epochIndices({ ...base, batchSize: 0 }),
    RangeError,
    "batchSize must be an integer from 1 to 2147483647, got 0",
  );
  assertThrows(() => epochIndices({ ...base, size: 2.5 }), RangeError, "size must be an integer");
  assertThrows(() => epochIndices({ ...base, batchSize: 6 }), RangeError, "batchSize must be at most 5");
  assertThrows(
    () => epochIndices({ ...base, remainder: "keep" as "drop" }),
    RangeError,
    'remainder must be "drop", "wrap" or "short", got "keep"',
  );
  assertThrows(() => epochIndices({ ...base, epoch: -1 }), RangeError, "step must be an integer");
});

Deno.test("featureStatistics() gives hand-computed means and deviations, each and over all", () => {
  const set = numbered([0, 0, 0]);
  const each = featureStatistics(set, { over: "each" });
  assertEquals([...each.mean].map((v) => Number(v.toFixed(12))), [1, 10]);
  assertEquals(
    [...each.std].map((v) => Number(v.toFixed(12))),
    [2 / 3, 200 / 3].map((v) => Number(Math.sqrt(v).toFixed(12))),
  );
  const all = featureStatistics(set, { over: "all" });
  assertEquals(Number(all.mean[0]?.toFixed(12)), 5.5);
  // (0 + 0 + 1 + 100 + 4 + 400) / 6 - 5.5^2
  assertEquals(Number(all.std[0]?.toFixed(12)), Number(Math.sqrt(505 / 6 - 30.25).toFixed(12)));
});

Deno.test("standardize() gives mean 0 and deviation 1, and 0 for a constant feature", () => {
  const set = digits();
  const after = standardize(set, featureStatistics(set, { over: "each" }));
  assertEquals([after.inputs.x.dtype, after.inputs.x.shape, after.range], [
    "float32",
    [1797, 8, 8],
    undefined,
  ]);
  const { mean, std } = featureStatistics(after, { over: "each" });
  assert(mean.every((m) => Math.abs(m) < 1e-6));
  // Pixels 0, 32 and 39 are blank in every image.
  const blank = [...std.keys()].filter((j) => std[j] === 0);
  assertEquals(blank, [0, 32, 39]);
  assert(std.every((s, j) => blank.includes(j) || Math.abs(s - 1) < 1e-6));
});

Deno.test("standardize() accepts one mean and deviation for all features or one per feature, and no other number", () => {
  const set = numbered([0, 0]);
  const one = standardize(set, { mean: new Float64Array([1]), std: new Float64Array([2]) });
  assertEquals(one.inputs.x.data, new Float32Array([-0.5, -0.5, 0, 4.5]));
  assertThrows(
    () => standardize(set, { mean: new Float64Array(3), std: new Float64Array(3) }),
    RangeError,
    "statistics must hold 1 or 2 means and deviations, got 3 and 3",
  );
});
