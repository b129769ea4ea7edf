import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { beta } from "../../random/beta.ts";
import { portableExp } from "../../random/portable_exp.ts";
import golden from "../golden/augment/torch.json" with { type: "json" };

/** Returns the Kolmogorov-Smirnov distance of the values' distribution from `cdf`, times the root of their number. */
function ks(values: Float32Array, cdf: (x: number) => number): number {
  const n = values.length;
  const distances = values.toSorted().map((x, i) => Math.max((i + 1) / n - cdf(x), cdf(x) - i / n));
  return Math.sqrt(n) * Math.max(...distances);
}

Deno.test("beta() has the distributions that are known in closed form", () => {
  const cases: readonly [a: number, b: number, cdf: (x: number) => number][] = [
    [1, 1, (x) => x],
    [0.5, 0.5, (x) => 2 / Math.PI * Math.asin(Math.sqrt(x))],
    [0.2, 1, (x) => x ** 0.2],
    [2, 2, (x) => x * x * (3 - 2 * x)],
    [1, 5, (x) => 1 - (1 - x) ** 5],
  ];
  for (const [a, b, cdf] of cases) {
    const values = beta({ seed: 5, stream: `ks ${a} ${b}` }, 5000, { a, b });
    assert(ks(values, cdf) < 1.95, `${a}, ${b}: the 99.9 % point of the Kolmogorov distribution is 1.95`);
  }
});

Deno.test("beta() gives the numbers of a transcription in Python", () => {
  const { alpha, shares } = golden.training;
  shares.forEach((share, step) => {
    const [value] = beta({ seed: golden.seed, stream: "augment/x/3/share", step }, 1, { a: alpha, b: alpha });
    assertAlmostEquals(value!, share, 1e-7);
  });
});

Deno.test("beta() draws the same first numbers however many, stays finite for tiny shapes, and checks its options", () => {
  const key = { seed: 1, stream: "few" };
  assertEquals(beta(key, 3, { a: 0.3, b: 2 }), beta(key, 50, { a: 0.3, b: 2 }).slice(0, 3));
  assert(beta(key, 200, { a: 1e-4, b: 1e-4 }).every((v) => v >= 0 && v <= 1));
  for (const [a, b] of [[5e-324, 5e-324], [1e-310, 3e-310], [1e308, 1e308]] as const) {
    const values = beta(key, 2000, { a, b });
    assertAlmostEquals(values.reduce((sum, v) => sum + v, 0) / 2000, 1 / (1 + b / a), 0.04);
  }
  assertThrows(() => beta(key, 1, { a: 0, b: 1 }), RangeError, "a must be a finite number above 0, got 0");
});

Deno.test("portableExp() agrees with Math.exp to some bits of the last place", () => {
  for (let x = -700; x <= 700; x += 0.37) {
    assert(Math.abs(portableExp(x) / Math.exp(x) - 1) < 5e-16, String(x));
  }
  assertEquals([portableExp(0), portableExp(-1e9) > 0, portableExp(1e9) < Infinity], [1, true, true]);
});
