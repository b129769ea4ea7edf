import { assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/curvature/flat_minima/claims.ts";
import type {
  BatchName,
  FlatConfig,
  FlatRun,
} from "../../../../scripts/experiments/curvature/flat_minima/data.ts";
import { stored, verdicts } from "./stored.ts";

type Given = Partial<Pick<FlatRun, "sharpness" | "largest" | "testAccuracy" | "reached" | "diverged">>;

const USUAL: Readonly<Record<BatchName, Given>> = {
  small: { sharpness: 1, largest: 4, testAccuracy: 0.95 },
  large: { sharpness: 2, largest: 8, testAccuracy: 0.93 },
};

function claimsOf(change: (batch: BatchName, seed: number) => Given = () => ({}), seeds = 6) {
  const config: FlatConfig = {
    examples: 1000,
    hidden: [4],
    learningRate: 0.1,
    batches: { small: 8, large: 100 },
    target: 0.01,
    epochs: 1,
    seeds: Array.from({ length: seeds }, (_, seed) => seed),
    epsilon: 1e-3,
    ascent: 1,
    at: [0, 1],
  };
  const runs = (["small", "large"] as const).flatMap((batch) =>
    config.seeds.map((seed): FlatRun => ({
      batch,
      seed,
      steps: 10,
      reached: true,
      diverged: false,
      trainLoss: 0.01,
      trainAccuracy: 1,
      testAccuracy: 0,
      sharpness: 0,
      largest: 0,
      ...USUAL[batch],
      ...change(batch, seed),
    }))
  );
  return claims(stored({ config, runs }));
}

Deno.test("flat-minima: all claims hold where large batches end sharper and less accurate", () => {
  const found = claimsOf();
  assertEquals(verdicts(found), ["holds", "holds", "holds"]);
  assertStringIncludes(
    found[0]!.evidence,
    "batches of 100 over batches of 8: 2.00 times (2.00 to 2.00), p = 0.031",
  );
  assertStringIncludes(
    found[2]!.evidence,
    "batches of 100 less batches of 8: -2.00 points (-2.00 to -2.00), p = 0.031",
  );
  assertEquals(verdicts(claimsOf(undefined, 5)), ["undecided", "undecided", "undecided"]);
});

Deno.test("flat-minima: each claim is contradicted by its own measurement", () => {
  const only = (given: Given) => verdicts(claimsOf((batch) => (batch === "large" ? given : {})));
  assertEquals(only({ sharpness: 0.5 }), ["contradicted", "holds", "holds"]);
  assertEquals(only({ largest: 3 }), ["holds", "contradicted", "holds"]);
  assertEquals(only({ testAccuracy: 0.96 }), ["holds", "holds", "contradicted"]);
  // A difference that is always there, but too small to matter.
  assertEquals(only({ testAccuracy: 0.949 }), ["holds", "holds", "contradicted"]);
});

Deno.test("flat-minima: seeds that disagree decide nothing", () => {
  const found = claimsOf((batch, seed) => (batch === "large" && seed < 3 ? { sharpness: 0.5 } : {}));
  assertEquals(verdicts(found), ["undecided", "holds", "holds"]);
});

Deno.test("flat-minima: nothing is decided if a training missed the target, as its end is another place", () => {
  const found = claimsOf((batch, seed) => (batch === "small" && seed === 1 ? { reached: false } : {}));
  assertEquals(verdicts(found), ["undecided", "undecided", "undecided"]);
  assertEquals(
    found[0]!.needs!.text,
    "1 of 12 trainings missed the target: take more epochs, or a higher target.",
  );
});

Deno.test("flat-minima: a training that diverged is the worst", () => {
  const found = claimsOf((batch) => (batch === "large" ? { diverged: true, reached: false } : {}));
  assertEquals(verdicts(found), ["holds", "holds", "holds"]);
  assertStringIncludes(found[1]!.evidence, "batches of 100 diverged with 6 of 6 seeds");
});
