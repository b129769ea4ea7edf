import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  fans,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  lecunNormal,
  lecunUniform,
  ones,
  orthogonal,
  truncatedNormalOf,
  zeros,
} from "../../models/initializers.ts";

const draw = { seed: 7, name: "w" };

Deno.test("fans() includes the kernel of a convolution in both fans", () => {
  assertEquals(fans([64, 3, 5, 5]), { fanIn: 75, fanOut: 1600 });
  assertEquals(fans([10, 784]), { fanIn: 784, fanOut: 10 });
  assertEquals(fans([10]), { fanIn: 10, fanOut: 10 });
});

const VARIANCES: readonly [string, Initializer, number, boolean][] = [
  ["glorotUniform", glorotUniform, 2 / 300, true],
  ["glorotNormal", glorotNormal, 2 / 300, false],
  ["heUniform", heUniform, 2 / 200, true],
  ["heNormal", heNormal, 2 / 200, false],
  ["lecunUniform", lecunUniform, 1 / 200, true],
  ["lecunNormal", lecunNormal, 1 / 200, false],
];

for (const [name, initializer, variance, bounded] of VARIANCES) {
  Deno.test(`${name}() has mean 0 and the variance of its paper`, () => {
    const w = initializer([100, 200], draw).data as Float32Array;
    const mean = w.reduce((a, b) => a + b, 0) / w.length;
    const measured = w.reduce((a, b) => a + (b - mean) ** 2, 0) / w.length;
    // 20,000 draws: the standard error of the variance is 1 % for a normal, less for a uniform distribution.
    assertAlmostEquals(mean, 0, 4 * Math.sqrt(variance / w.length));
    assertAlmostEquals(measured / variance, 1, 0.04);
    const greatest = w.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    assertEquals(greatest <= Math.fround(Math.sqrt(3 * variance)), bounded);
  });
}

Deno.test("truncatedNormalOf() is normal within two deviations, with SciPy's truncnorm(-2, 2) as oracle", () => {
  const w = truncatedNormalOf(0.05)([200, 200], draw).data as Float32Array;
  const moment = (k: number) => w.reduce((sum, v) => sum + (v / 0.05) ** k, 0) / w.length;
  // Standard errors of 40,000 draws: 0.0044 of the mean, 0.0045 of the square, 0.02 of the fourth power.
  assertAlmostEquals(moment(1), 0, 0.018);
  assertAlmostEquals(moment(2), 0.7737413035499233, 0.018);
  assertAlmostEquals(moment(4), 1.416190, 0.08);
  const greatest = w.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  assert(greatest <= Math.fround(0.1) && greatest > 0.0999, String(greatest));
  assertThrows(() => truncatedNormalOf(0), RangeError, "std must be above 0, got 0");
});

Deno.test("initializers depend only on seed and name", () => {
  assertEquals(heNormal([3, 4], draw), heNormal([3, 4], { ...draw }));
  assert(heNormal([3, 4], draw).data[0] !== heNormal([3, 4], { ...draw, seed: 8 }).data[0]);
  assert(heNormal([3, 4], draw).data[0] !== heNormal([3, 4], { ...draw, name: "v" }).data[0]);
});

for (const shape of [[5, 9], [9, 5], [6, 6], [4, 3, 2]]) {
  Deno.test(`orthogonal() has orthonormal rows or columns at shape [${shape}]`, () => {
    const w = orthogonal(shape, draw).data as Float32Array;
    const rows = shape[0]!;
    const columns = w.length / rows;
    const at = (r: number, c: number) => rows <= columns ? w[r * columns + c]! : w[c * columns + r]!;
    const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        let dot = 0;
        for (let k = 0; k < length; k++) dot += at(i, k) * at(j, k);
        assertAlmostEquals(dot, i === j ? 1 : 0, 1e-6);
      }
    }
  });
}

Deno.test("zeros() and ones() fill the shape", () => {
  assertEquals(Array.from(zeros([2, 2], draw).data as Float32Array), [0, 0, 0, 0]);
  assertEquals(Array.from(ones([3], draw).data as Float32Array), [1, 1, 1]);
});
