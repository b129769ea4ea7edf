import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { haltonPoints, radicalInverse } from "../../../scripts/lab/search/halton.ts";

interface Golden {
  plain: number[][];
  permuted: { base: number; digits: number[][]; values: number[] }[];
}

const golden: Golden = JSON.parse(
  await Deno.readTextFile(new URL("../../golden/search/halton.json", import.meta.url)),
);

Deno.test("haltonPoints() without a seed gives SciPy's points", () => {
  const points = haltonPoints(40, { dimensions: 12 });
  for (const [i, point] of golden.plain.entries()) {
    for (const [d, value] of point.entries()) assertAlmostEquals(points[i]![d]!, value, 1e-15);
  }
});

for (const { base, digits, values } of golden.permuted) {
  Deno.test(`radicalInverse() in base ${base} with permuted digits gives SciPy's numbers`, () => {
    for (const [i, value] of values.entries()) {
      assertAlmostEquals(radicalInverse(i, { base, digits }), value, 1e-15);
    }
  });
}

Deno.test("haltonPoints() with a seed puts one point into each of b^k equal parts of a coordinate", () => {
  for (const [d, base] of [2, 3, 5, 7].entries()) {
    for (const parts of [base, base ** 2]) {
      const column = haltonPoints(parts, { dimensions: 4, seed: 11 }).map((p) => p[d]!);
      assertEquals(column.map((v) => Math.floor(v * parts)).sort((a, b) => a - b), [...Array(parts).keys()]);
      assert(column.every((v) => v >= 0 && v < 1));
    }
  }
});

Deno.test("haltonPoints() depends on the seed and the number of the point alone", () => {
  const points = haltonPoints(20, { dimensions: 3, seed: 7 });
  assertEquals(haltonPoints(8, { dimensions: 3, seed: 7 }), points.slice(0, 8));
  assertEquals(haltonPoints(20, { dimensions: 2, seed: 7 }), points.map((p) => p.slice(0, 2)));
  assertNotEquals(haltonPoints(8, { dimensions: 3, seed: 8 }), points.slice(0, 8));
});

Deno.test("haltonPoints() with a seed separates coordinates of large bases", () => {
  // Without permutations the first points of the bases 29 and 31 lie on a diagonal.
  const correlation = (points: number[][], a: number, b: number) => {
    const middle = (d: number) => points.reduce((sum, p) => sum + p[d]!, 0) / points.length;
    const [ma, mb] = [middle(a), middle(b)];
    const sum = (f: (p: number[]) => number) => points.reduce((s, p) => s + f(p), 0);
    return sum((p) => (p[a]! - ma) * (p[b]! - mb)) /
      Math.sqrt(sum((p) => (p[a]! - ma) ** 2) * sum((p) => (p[b]! - mb) ** 2));
  };
  assert(correlation(haltonPoints(20, { dimensions: 11 }), 9, 10) > 0.99);
  const sizes = Array.from(
    { length: 20 },
    (_, seed) => Math.abs(correlation(haltonPoints(20, { dimensions: 11, seed }), 9, 10)),
  );
  assert(sizes.reduce((a, b) => a + b) / 20 < 0.35);
});
