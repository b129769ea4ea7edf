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

function claimsOf(changes: Readonly<Record<number, Partial<Cost>>> = {}) {
  const config: BatchSizeConfig = {
    scale: "default",
    seeds: [0, 1, 2],
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
      return { batchSize, learningRate: 1, seed, updates, epochs: 1, seconds: took, reached, diverged };
    })
  );
  return claims(stored({ config, runs }));
}

Deno.test("batch-size: all claims hold for slow full batches, slow single examples, and a fast mini-batch", () => {
  const found = claimsOf();
  assertEquals(verdicts(found), ["holds", "holds", "holds"]);
  assertStringIncludes(
    found[0]!.evidence,
    "An update with all 1000 examples takes 20.0 (20.0 to 20.0) times",
  );
  assertStringIncludes(found[1]!.evidence, "An example takes 16.0 (16.0 to 16.0) times as long alone");
  assertStringIncludes(
    found[2]!.evidence,
    "batches of 32 were the fastest of the mini-batches; single examples took 3.00 (3.00 to 3.00) times as long, " +
      "full batches 4.00 (4.00 to 4.00) times. Test",
  );
});

Deno.test("batch-size: a full batch as fast as a single example, or examples as fast alone, are undecided", () => {
  // 1 ms an update with all.
  assertEquals(claimsOf({ [FULL]: { seconds: 0.2 } })[0]!.verdict, "undecided");
  // 1/32 ms an example alone, half of the time within a batch of 32.
  assertEquals(claimsOf({ 1: { seconds: 3000 / 32000 } })[1]!.verdict, "undecided");
  // With one of the three seeds the ratio is below 1, so the interval is not above it.
  assertEquals(claimsOf({ [FULL]: { seconds: (s) => (s === 0 ? 0.1 : 4) } })[0]!.verdict, "undecided");
});

Deno.test("batch-size: the mini-batch has to beat both, and the fastest one that always arrives counts", () => {
  assertEquals(claimsOf({ 1: { seconds: 0.9 } })[2]!.verdict, "undecided");
  assertEquals(claimsOf({ [FULL]: { seconds: 0.9 } })[2]!.verdict, "undecided");
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

Deno.test("batch-size: a time without arrival is a lower bound, one of a divergence means nothing", () => {
  const [, , bounded] = claimsOf({ [FULL]: { reached: false } });
  assertEquals(bounded!.verdict, "holds");
  assertStringIncludes(bounded!.evidence, "(batches of 1000 did not reach it with every seed");
  const [, , diverged] = claimsOf({ 1: { reached: false, diverged: true } });
  assertEquals(diverged!.verdict, "undecided");
  assertStringIncludes(diverged!.evidence, "(batches of 1 diverged: their times mean nothing)");
});
