import { assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/lecture/local_minima/claims.ts";
import type { BasinRun } from "../../../../scripts/experiments/lecture/local_minima/data.ts";
import type { Name } from "../../../../scripts/experiments/lecture/local_minima/functions.ts";
import type { Point } from "../../../../scripts/lab/problems/mod.ts";
import { stored, verdicts } from "./stored.ts";

/** Starts on the double well: two on the left of its barrier, which is near 0.075, and four on the right. */
const STARTS: readonly Point[] = [-1, 0, 0.1, 0.5, 1, 1.5].map((x) => [x, 0]);

function run(
  name: Name,
  { optimizer, found, starts = found.map(() => [0, 0]), lost = false }: {
    optimizer: string;
    found: readonly number[];
    starts?: readonly Point[];
    lost?: boolean;
  },
): BasinRun {
  const ends = found.map((_, i): Point => (lost && i === 0 ? [NaN, 0] : [1, 1]));
  return { function: name, optimizer, learningRate: 0.1, starts, ends, found };
}

interface Made {
  /** What gradient descent and momentum find on the double well. */
  readonly gd?: readonly number[];
  readonly momentum?: readonly number[];
  /** What three optimizers find on Himmelblau's function. */
  readonly himmelblau?: readonly (readonly number[])[];
  /** What two optimizers find on Rastrigin's. */
  readonly rastrigin?: readonly (readonly number[])[];
  /** The function on which a descent ends nowhere. */
  readonly lost?: Name;
}

function claimsOf({
  gd = [0, 0, 1, 1, 1, 1],
  momentum = [0, 0, 0, 1, 1, 1],
  himmelblau = [[0, 1, 2, 3], [0, 1, 2, 2], [3, 1, 2, 3]],
  rastrigin = [[0, 4, 5, 6], [1, 2, 0, -1]],
  lost,
}: Made = {}) {
  const names = ["gd", "momentum", "adam"];
  return claims(stored({
    small: [
      run("well", { optimizer: "gd", found: gd, starts: STARTS }),
      run("well", { optimizer: "momentum", found: momentum, starts: STARTS, lost: lost === "well" }),
    ],
    runs: [
      ...himmelblau.map((found, i) =>
        run("himmelblau", { optimizer: names[i]!, found, lost: lost === "himmelblau" })
      ),
      ...rastrigin.map((found, i) =>
        run("rastrigin", { optimizer: names[i]!, found, lost: lost === "rastrigin" })
      ),
    ],
  }));
}

/** The claims are about a fixed grid of starts, so that they have two outcomes. */
Deno.test("local-minima: all claims hold if basins decide, momentum crosses, optimizers differ, and few find the lowest", () => {
  const found = claimsOf();
  assertEquals(verdicts(found), ["holds", "holds", "holds", "holds"]);
  assertStringIncludes(found[0]!.evidence, "100.0% of 6 starts end on their own side of the barrier at 0.0");
  assertStringIncludes(found[1]!.evidence, "25.0% of the starts on the right of the barrier");
  assertStringIncludes(found[1]!.evidence, "with momentum, 0.0% without");
  assertStringIncludes(found[2]!.evidence, "momentum 25.0%, adam 25.0%");
  assertStringIncludes(found[3]!.evidence, "gd 25.0%, momentum 25.0%");
});

Deno.test("local-minima: one start that changes sides, or ends nowhere, contradicts", () => {
  for (const gd of [[0, 0, 0, 1, 1, 1], [1, 0, 1, 1, 1, 1], [0, 0, 1, 1, 1, -1]]) {
    assertEquals(claimsOf({ gd })[0]!.verdict, "contradicted", String(gd));
  }
});

Deno.test("local-minima: momentum has to cross more often, and to end somewhere", () => {
  assertEquals(claimsOf({ momentum: [0, 0, 1, 1, 1, 1] })[1]!.verdict, "contradicted");
  // As many as without: starts on the left that end in the lower minimum have crossed nothing.
  const both = { gd: [0, 0, 0, 1, 1, 1], momentum: [0, 0, 0, 1, 1, 1] };
  assertEquals(claimsOf(both)[1]!.verdict, "contradicted");
  assertEquals(claimsOf({ lost: "well" })[1]!.verdict, "contradicted");
});

Deno.test("local-minima: each optimizer has to differ from gradient descent, in more than 1% of the starts", () => {
  assertEquals(claimsOf({ himmelblau: [[0, 1], [0, 1], [1, 1]] })[2]!.verdict, "contradicted");
  const many = (different: number) => Array.from({ length: 100 }, (_, i) => (i < different ? 1 : 0));
  assertEquals(claimsOf({ himmelblau: [many(0), many(1)] })[2]!.verdict, "contradicted");
  assertEquals(claimsOf({ himmelblau: [many(0), many(2)] })[2]!.verdict, "holds");
  assertEquals(claimsOf({ lost: "himmelblau" })[2]!.verdict, "contradicted");
});

Deno.test("local-minima: an optimizer that finds the lowest from half of the starts contradicts", () => {
  assertEquals(claimsOf({ rastrigin: [[0, 0, 1], [1, 1, 1]] })[3]!.verdict, "contradicted");
  assertEquals(claimsOf({ rastrigin: [[0, 1], [1, 1]] })[3]!.verdict, "contradicted");
  assertEquals(claimsOf({ lost: "rastrigin" })[3]!.verdict, "contradicted");
});
