import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { claims } from "../../../../scripts/experiments/lecture/batched_hardware/claims.ts";
import type { Operation, Timing } from "../../../../scripts/experiments/lecture/batched_hardware/data.ts";
import { stored, verdicts } from "./stored.ts";

/** Returns times of pairs with the given ratios, one for each repetition. */
function timings(what: Operation, n: number, ratios: readonly number[]): Timing[] {
  return ratios.map((ratio, repetition) => ({ what, n, repetition, many: 2 * ratio, one: 2 }));
}

function claimsOf(
  { forward, training, waiting = 0 }: {
    forward: readonly number[];
    training: readonly number[];
    waiting?: number;
  },
) {
  return claims(stored({
    waiting,
    // Times at other numbers than the lecture's decide nothing.
    timings: [
      ...timings("forward", 2, [0.1, 0.1]),
      ...timings("forward", 16, forward),
      ...timings("training", 2, [9, 9]),
      ...timings("training", 16, training),
    ],
  }));
}

const six = (ratio: number) => Array<number>(6).fill(ratio);

Deno.test("batched-hardware: the claim holds if 16 small operations take more than twice as long", () => {
  const found = claimsOf({ forward: six(8), training: [2.1, 3, 4, 2.1, 3, 4] });
  assertEquals(verdicts(found), ["holds", "holds"]);
  assertStringIncludes(
    found[0]!.evidence,
    "Time of 16 forward runs of one example over that of one run of 16: 8.00 times (8.00 to 8.00), p = 0.031. " +
      "Test: above 2 at 5 % (sign flips of the differences of 6 repetitions).",
  );
  assertStringIncludes(
    found[1]!.evidence,
    "in one run, over that of one step of batch 16: 3.00 times (2.10 to 4.00)",
  );
  assertEquals(found[0]!.test!.name, "sign flips of the signed ranks of the paired differences");
});

Deno.test("batched-hardware: it is contradicted if they are faster, as fast, or less than twice as slow", () => {
  assertEquals(verdicts(claimsOf({ forward: six(0.5), training: six(1) })), ["contradicted", "contradicted"]);
  assertEquals(verdicts(claimsOf({ forward: six(1.9), training: six(2.1) })), ["contradicted", "holds"]);
});

Deno.test("batched-hardware: it is undecided if they are sometimes faster, and with few repetitions", () => {
  const mixed = claimsOf({ forward: [1.9, 4, 1.9, 4, 1.9, 3], training: Array(5).fill(8) });
  assertEquals(verdicts(mixed), ["undecided", "undecided"]);
  assertEquals(mixed[1]!.needs!.text, "5 repetitions cannot show this at 5 %; 6 can.");
});

Deno.test("batched-hardware: it is undecided under load, or if the same work takes twice as long in between", () => {
  const loaded = claimsOf({ forward: six(8), training: six(8), waiting: 0.26 });
  assertEquals(verdicts(loaded), ["undecided", "undecided"]);
  assertStringIncludes(loaded[0]!.needs!.text, "other work took 26 % of the time");
  const [forward] = claimsOf({ forward: [4, 4, 4, 20, 20, 20], training: six(8) });
  assertEquals(forward!.verdict, "undecided");
  assertStringIncludes(
    forward!.needs!.text,
    "The times scatter too much (the same work took 5.00 times as long",
  );
});

Deno.test("batched-hardware: without the lecture's number there is no claim", () => {
  const data = { waiting: 0, timings: timings("forward", 16, six(8)) };
  assertThrows(() => claims(data), RangeError, "no times of 'training' with 16 operations");
});
