import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/curvature/edge_of_stability/claims.ts";
import {
  type EdgeRule,
  type EdgeRun,
  EDGES,
} from "../../../../scripts/experiments/curvature/edge_of_stability/data.ts";
import { summaryOf } from "../../../../scripts/experiments/curvature/edge_of_stability/summary.ts";
import { verdicts } from "./stored.ts";

interface Made {
  readonly rule?: EdgeRule;
  readonly learningRate?: number;
  /** The sharpness of the last measurements, as a share of the edge. */
  readonly ratio?: number;
  /** The factor on the loss from one measurement to the next. */
  readonly falls?: number;
  readonly diverged?: boolean;
}

/** Returns a training of 12 measurements, whose sharpness rises over the first half. */
function run({ rule = "gd", learningRate = 0.5, ratio = 1, falls = 0.9, diverged = false }: Made): EdgeRun {
  const edge = EDGES[rule] / learningRate;
  const points = Array.from({ length: 12 }, (_, i) => ({
    step: 10 * (i + 1),
    loss: falls ** i,
    sharpness: edge * ratio * Math.min(1, (i + 1) / 6),
  }));
  return { rule, learningRate, points, diverged };
}

const verdictsOf = (...runs: Made[]) => verdicts(claims({ runs: runs.map(run) }));

Deno.test("the edges are 2, 3.8 and 38 over the rate", () => {
  assertEquals(Object.values(EDGES).map((e) => Number(e.toFixed(9))), [2, 3.8, 38]);
  const { edge, first, reachedAt, last, ratio, falls } = summaryOf(run({ learningRate: 0.1 }))!;
  assertEquals([edge, reachedAt, last, ratio, falls], [20, 60, 20, 1, true]);
  assert(first < 4);
});

Deno.test("the edge holds where every rate ends at it, and the loss falls", () => {
  assertEquals(verdictsOf({}, { learningRate: 1, ratio: 1.09 }, { ratio: 0.92 }), ["holds"]);
  assertEquals(verdictsOf({ rule: "adam", ratio: 1.14 }), ["holds"]);
});

Deno.test("it is contradicted where one that came near it ends elsewhere, or its loss does not fall", () => {
  assertEquals(verdictsOf({}, { ratio: 1.11 }), ["contradicted"]);
  assertEquals(verdictsOf({}, { falls: 1.01 }), ["contradicted"]);
  assertEquals(verdictsOf({ rule: "adam", ratio: 1.16 }), ["contradicted"]);
});

Deno.test("a rate that never comes near the edge, or diverges, leaves the claim undecided", () => {
  assertEquals(verdictsOf({}, { ratio: 0.8 }), ["undecided"]);
  assertEquals(verdictsOf({}, { diverged: true, learningRate: 3 }), ["undecided"]);
  const [claim] = claims({ runs: [run({}), run({ ratio: 0.8, learningRate: 0.25 })] });
  assertStringIncludes(claim!.needs!.text, "At rate 0.25 it did not come within 10 % of the edge");
  assertStringIncludes(claim!.evidence, "never near it");
});

Deno.test("each rule that was trained has a claim", () => {
  assertEquals(verdictsOf({}, { rule: "momentum", ratio: 0.5 }, { rule: "adam" }), [
    "holds",
    "undecided",
    "holds",
  ]);
  assertEquals(claims({ runs: [] }), []);
});
