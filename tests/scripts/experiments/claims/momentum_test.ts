import { assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/lecture/momentum/claims.ts";
import { type MomentumData, SPIKE_AT } from "../../../../scripts/experiments/lecture/momentum/data.ts";
import type { Point } from "../../../../scripts/lab/problems/mod.ts";
import { stored, verdicts } from "./stored.ts";

interface Made {
  /** The exponents of the numbers of iterations of gd, momentum and nesterov. */
  readonly exponents?: readonly [number, number, number];
  /** How often their paths cross the ravine. */
  readonly turns?: readonly [number, number, number];
  /** Whether the path of momentum ends nowhere. */
  readonly lost?: boolean;
  /** The largest updates of gd and of momentum, with each noise. */
  readonly largest?: (noise: number) => readonly [number, number];
  readonly noises?: number;
}

/** Returns a path that crosses the ravine, which is rotated by 30 degrees, a number of times. */
function path(turns: number, lost: boolean): Point[] {
  const [x, y] = [-Math.sin(Math.PI / 6), Math.cos(Math.PI / 6)];
  const points = Array.from({ length: 10 }, (_, i): Point => {
    const side = i <= turns ? (-1) ** i : (-1) ** turns;
    return [side * x, side * y];
  });
  return lost ? [...points, [Infinity, Infinity]] : points;
}

function claimsOf(
  { exponents = [1, 0.5, 0.5], turns = [6, 2, 1], lost = false, largest = () => [1, 0.1], noises = 8 }: Made =
    {},
) {
  const names = ["gd", "momentum", "nesterov"];
  const data: MomentumData = {
    seed: 0,
    decades: 4,
    // The lower half of the range would give other exponents.
    runs: names.flatMap((rule, i) =>
      [1, 10, 100, 1000, 10_000].map((condition) => ({
        rule,
        condition,
        iterations: condition < 100 ? 7 : condition ** exponents[i]!,
      }))
    ),
    paths: names.map((optimizer, i) => ({
      optimizer,
      points: path(turns[i]!, lost && optimizer === "momentum"),
    })),
    spiked: ["gd", "momentum"].map((optimizer, i) => ({
      optimizer,
      updates: Array.from({ length: 2 * SPIKE_AT }, (_, t) => (t === SPIKE_AT ? -largest(0)[i]! : 0.01)),
    })),
    largest: Array.from({ length: noises }, (_, seed) => {
      const [gd, momentum] = largest(seed);
      return { seed, gd, momentum };
    }),
  };
  return claims(stored(data));
}

Deno.test("momentum: growth like the root, fewer crossings and small updates hold", () => {
  const found = claimsOf();
  assertEquals(verdicts(found), ["holds", "holds", "holds"]);
  assertStringIncludes(found[0]!.evidence, "gd 1.000, momentum 0.500, nesterov 0.500. Test: within 0.1");
  assertStringIncludes(found[1]!.evidence, "in 9 steps: gd 6, momentum 2, nesterov 1; f at the end");
  // 59 updates of 0.01 follow the outlier, among them none of those before it.
  assertStringIncludes(found[2]!.evidence, "0.490 and 0.410");
  assertStringIncludes(
    found[2]!.evidence,
    "The largest update with momentum over that without: 0.100 times (0.100 to 0.100), p = 0.0078. Test: below 0.2 at 5 %",
  );
});

Deno.test("momentum: each exponent has to be within 0.1 of its theory, on both sides", () => {
  const verdictAt = (...exponents: [number, number, number]) => claimsOf({ exponents })[0]!.verdict;
  assertEquals(verdictAt(1.09, 0.41, 0.59), "holds");
  for (const wrong of [[1.11, 0.5, 0.5], [0.89, 0.5, 0.5], [1, 0.61, 0.5], [1, 0.5, 0.39]]) {
    assertEquals(verdictAt(...wrong as [number, number, number]), "contradicted", String(wrong));
  }
});

/** The first two claims are about numbers that are the same each time: they have two outcomes. */
Deno.test("momentum: as many crossings as gradient descent, or a path without an end, contradict", () => {
  assertEquals(claimsOf({ turns: [3, 3, 1] })[1]!.verdict, "contradicted");
  assertEquals(claimsOf({ turns: [3, 1, 4] })[1]!.verdict, "contradicted");
  assertEquals(claimsOf({ turns: [3, 2, 2] })[1]!.verdict, "holds");
  assertEquals(claimsOf({ lost: true })[1]!.verdict, "contradicted");
});

Deno.test("momentum: an update of more than a fifth is a jump; noises that differ decide nothing", () => {
  const verdictOf = (made: Made) => claimsOf(made)[2]!.verdict;
  assertEquals(verdictOf({ largest: () => [1, 0.19] }), "holds");
  assertEquals(verdictOf({ largest: () => [1, 0.21] }), "contradicted");
  assertEquals(verdictOf({ largest: (noise) => [1, noise % 2 === 0 ? 0.1 : 0.5] }), "undecided");
  assertEquals(verdictOf({ noises: 5 }), "undecided");
  // An update that is not finite is the larger one.
  assertEquals(verdictOf({ largest: () => [1, Infinity] }), "contradicted");
  assertEquals(verdictOf({ largest: () => [Infinity, Infinity] }), "undecided");
});
