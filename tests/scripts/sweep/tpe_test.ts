import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { logCdf, logMass, truncatedQuantile } from "../../../scripts/sweep/tpe/normal_tail.ts";
import {
  type Dimension,
  drawPoints,
  logDensities,
  type Mixture,
  parzen,
  propose,
  split,
  type Tried,
} from "../../../scripts/sweep/tpe/mod.ts";

interface GoldenMixture {
  weights: number[];
  parts: { kind: string; mu?: number[]; sigma?: number[]; probabilities?: number[][] }[];
}

interface Case {
  name: string;
  dimensions: Dimension[];
  goal: "max" | "min";
  count: number;
  gamma: number;
  history: Tried[];
  draws: number[];
  good: number[];
  goodMixture: GoldenMixture;
  otherMixture: GoldenMixture;
  candidates: number[][];
  goodLogDensities: number[];
  otherLogDensities: number[];
  scores: number[];
  proposal: number[];
}

function golden(name: string) {
  return JSON.parse(Deno.readTextFileSync(new URL(`../../golden/optuna/${name}.json`, import.meta.url)));
}

const { cases }: { cases: Case[] } = golden("tpe");

/** Asserts that nested numbers agree within 1e-12, relative to those above 1. */
function assertClose(actual: unknown, expected: unknown, what: string): void {
  if (typeof expected === "number") {
    assertAlmostEquals(actual as number, expected, 1e-12 * Math.max(1, Math.abs(expected)), what);
  } else if (Array.isArray(expected)) {
    assertEquals((actual as unknown[]).length, expected.length, what);
    expected.forEach((v, i) => assertClose((actual as unknown[])[i], v, `${what}[${i}]`));
  } else assertEquals(actual, expected, what);
}

function assertMixture(actual: Mixture, expected: GoldenMixture, what: string): void {
  assertClose(actual.weights, expected.weights, `${what}: weights`);
  assertEquals(actual.parts.length, expected.parts.length);
  for (const [i, part] of actual.parts.entries()) {
    const golden = expected.parts[i]!;
    assertEquals(part.kind, golden.kind);
    if (part.kind === "choice") {
      assertClose(part.probabilities, golden.probabilities, `${what}: choices ${i}`);
    } else {
      assertClose(part.mu, golden.mu, `${what}: mu ${i}`);
      assertClose(part.sigma, golden.sigma, `${what}: sigma ${i}`);
    }
  }
}

/** Returns the function that gives the numbers one after the other. */
function from(numbers: readonly number[]): () => number {
  let i = 0;
  return () => {
    assert(i < numbers.length, "there are no more numbers");
    return numbers[i++]!;
  };
}

for (const expected of cases) {
  const { name, dimensions, goal, gamma, history, count } = expected;
  Deno.test(`propose() does what Optuna does from the same draws: ${name}`, () => {
    const { good, others } = split(history, { goal, gamma });
    assertEquals(good.map((t) => history.indexOf(t)), expected.good);
    const [below, above] = [good, others].map((of) => parzen(of.map((t) => t.point), dimensions));
    assertMixture(below!, expected.goodMixture, "good trials");
    assertMixture(above!, expected.otherMixture, "other trials");
    assertClose(drawPoints(below!, { count, draw: from(expected.draws) }), expected.candidates, "candidates");
    assertClose(
      logDensities(below!, expected.candidates),
      expected.goodLogDensities,
      "densities of good trials",
    );
    assertClose(logDensities(above!, expected.candidates), expected.otherLogDensities, "densities of others");
    const { point, scores } = propose(history, dimensions, {
      goal,
      gamma,
      candidates: count,
      draw: from(expected.draws),
    });
    assertClose(scores, expected.scores, "scores");
    assertClose(point, expected.proposal, "proposal");
  });
}

Deno.test("logCdf() is accurate in both tails", () => {
  for (const [x, expected] of golden("normal_tail").logCdf) {
    assertAlmostEquals(logCdf(x) / expected, 1, 1e-13, `at ${x}`);
  }
});

Deno.test("truncatedQuantile() inverts the distribution function of a truncated normal, far in the tails too", () => {
  for (const [a, b] of [[-1, 2], [-30, -20], [20, 30], [-1e-3, 1e-3], [3, 3.5], [-40, 40]] as const) {
    assertEquals(truncatedQuantile(0, { a, b }), a);
    for (const u of [1e-9, 0.1, 0.5, 0.9, 1 - 1e-9]) {
      const x = truncatedQuantile(u, { a, b });
      assert(a < x && x < b, `${x} is not between ${a} and ${b}`);
      assertAlmostEquals(
        Math.exp(logMass(a, x) - logMass(a, b)),
        u,
        1e-11,
        `the quantile ${u} of ${a} to ${b}`,
      );
    }
  }
});
