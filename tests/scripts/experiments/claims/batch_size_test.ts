import { assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/lecture/batch_size/claims.ts";
import type {
  BatchSizeConfig,
  BatchSizeRun,
} from "../../../../scripts/experiments/lecture/batch_size/data.ts";
import { stored, verdicts } from "./stored.ts";

const FULL = 1000;

/** The costs of a batch size's runs; a number holds for every seed. */
interface Cost {
  readonly updates: number;
  readonly seconds: number | ((seed: number) => number);
  readonly reached?: boolean;
  readonly diverged?: boolean;
}

/**
 * Single examples: 1 ms an update. Batches of 32: 2 ms an update, 1/16 ms an example. The full batch: 20 ms an update.
 */
const USUAL: Readonly<Record<number, Cost>> = {
  1: { updates: 3000, seconds: 3 },
  32: { updates: 500, seconds: 1 },
  64: { updates: 400, seconds: 1.5 },
  [FULL]: { updates: 200, seconds: 4 },
};

function claimsOf(
  changes: Readonly<Record<number, Partial<Cost>>> = {},
  { seeds = 8, waiting = 0, slow = 1.1 } = {},
) {
  const config: BatchSizeConfig = {
    scale: "default",
    seeds: Array.from({ length: seeds }, (_, seed) => seed),
    batches: [1, 32, 64, FULL],
    hidden: [4],
    target: 0.15,
    rates: [0.5, 1],
  };
  const runs = config.batches.flatMap((batchSize) =>
    config.seeds.map((seed): BatchSizeRun => {
      const { updates, seconds, reached = true, diverged = false } = {
        ...USUAL[batchSize]!,
        ...changes[batchSize],
      };
      const took = typeof seconds === "number" ? seconds : seconds(seed);
      const times = [took, slow * took, slow * took];
      return {
        batchSize,
        learningRate: 1,
        seed,
        updates,
        epochs: 1,
        seconds: took,
        times,
        reached,
        diverged,
      };
    })
  );
  return claims(stored({ config, runs, waiting }));
}

Deno.test("batch-size: all claims hold for slow full batches, slow single examples, and a fast mini-batch", () => {
  const found = claimsOf();
  assertEquals(verdicts(found), ["holds", "holds", "holds"]);
  assertStringIncludes(
    found[0]!.evidence,
    "Time of an update with all 1000 examples over that of one with a single example: 20.0 times (20.0 to 20.0)",
  );
  assertStringIncludes(
    found[1]!.evidence,
    "Time of an example alone over that of one in a batch of 32: 16.0 times",
  );
  assertStringIncludes(
    found[2]!.evidence,
    "batches of 32 were the fastest of the mini-batches. The times of others over theirs: single examples: 3.00 times " +
      "(3.00 to 3.00), p = 0.016; full batches: 4.00 times (4.00 to 4.00), p = 0.016. Test: above 1 against each at 5 % after " +
      "Holm's correction for 2 comparisons and Bonferroni's correction for 2 candidates",
  );
  // Seven seeds for the two comparisons of the last claim, six for the others.
  assertEquals(verdicts(claimsOf({}, { seeds: 6 })), ["holds", "holds", "undecided"]);
  assertEquals(claimsOf({}, { seeds: 5 }).map((c) => c.needs!.seeds), [6, 6, 7]);
});

Deno.test("batch-size: a full batch as fast as a single example, or examples as fast alone, contradict", () => {
  // 1 ms an update with all.
  assertEquals(claimsOf({ [FULL]: { seconds: 0.2 } })[0]!.verdict, "contradicted");
  // 1/32 ms an example alone, half of the time within a batch of 32.
  assertEquals(claimsOf({ 1: { seconds: 3000 / 32000 } })[1]!.verdict, "contradicted");
  // With three of eight seeds it is faster.
  assertEquals(claimsOf({ [FULL]: { seconds: (s) => (s < 3 ? 0.01 : 4) } })[0]!.verdict, "undecided");
});

Deno.test("batch-size: times are not trusted under load, or if repeated ones scatter", () => {
  const loaded = claimsOf({}, { waiting: 0.4 });
  assertEquals(verdicts(loaded), ["undecided", "undecided", "undecided"]);
  assertEquals(
    loaded[0]!.needs!.text,
    "The load was too great (other work took 40 % of the time, at most 25 %): measure again on a machine with no other work.",
  );
  const scattered = claimsOf({}, { slow: 2.1 });
  assertEquals(verdicts(scattered), ["undecided", "undecided", "undecided"]);
  assertStringIncludes(
    scattered[2]!.needs!.text,
    "the same work took 2.10 times as long when repeated, at most 2)",
  );
  assertEquals(verdicts(claimsOf({}, { slow: 1.9, waiting: 0.24 })), ["holds", "holds", "holds"]);
});

Deno.test("batch-size: the mini-batch has to beat both, and the fastest one that always arrives counts", () => {
  assertEquals(claimsOf({ 1: { seconds: 0.9 } })[2]!.verdict, "contradicted");
  assertEquals(claimsOf({ [FULL]: { seconds: 0.9 } })[2]!.verdict, "contradicted");
  const [, , best] = claimsOf({ 32: { reached: false } });
  assertStringIncludes(best!.evidence, "batches of 64 were the fastest");
  // The full batch is no mini-batch, however fast.
  assertStringIncludes(claimsOf({ [FULL]: { seconds: 0.1 } })[2]!.evidence, "batches of 32 were the fastest");
});

Deno.test("batch-size: nothing is decided if no mini-batch arrives", () => {
  const [, , best] = claimsOf({ 32: { reached: false }, 64: { reached: false } });
  assertEquals(best!.verdict, "undecided");
  assertEquals(best!.evidence, "No mini-batch reached a training loss of 0.15 with every seed.");
});

Deno.test("batch-size: a time without arrival is a lower bound, which does not contradict", () => {
  const [, , bounded] = claimsOf({ [FULL]: { reached: false } });
  assertEquals(bounded!.verdict, "holds");
  assertStringIncludes(bounded!.evidence, "(batches of 1000 did not reach it with every seed");
  const [, , short] = claimsOf({ [FULL]: { reached: false, seconds: 0.5 } });
  assertEquals(short!.verdict, "undecided");
  assertStringIncludes(
    short!.needs!.text,
    "Batches of 1000 missed the target, so their times are lower bounds",
  );
});

Deno.test("batch-size: a run that diverged takes longest to the target, and its updates cost nothing known", () => {
  const [full, single, best] = claimsOf({ 1: { reached: false, diverged: true } });
  assertEquals([full!.verdict, single!.verdict, best!.verdict], ["undecided", "undecided", "holds"]);
  assertStringIncludes(best!.evidence, "batches of 1 diverged with 8 of 8 seeds, p = 0.016 by signed ranks");
});
