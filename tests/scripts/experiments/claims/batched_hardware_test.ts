import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { claims } from "../../../../scripts/experiments/lecture/batched_hardware/claims.ts";
import type { Operation, Timing } from "../../../../scripts/experiments/lecture/batched_hardware/data.ts";
import { stored, verdicts } from "./stored.ts";

/** Returns times of pairs with the given ratios, one for each repetition. */
function timings(what: Operation, n: number, ratios: readonly number[]): Timing[] {
  return ratios.map((ratio, repetition) => ({ what, n, repetition, many: 2 * ratio, one: 2 }));
}

function claimsOf({ forward, training }: { forward: readonly number[]; training: readonly number[] }) {
  return claims(stored({
    seed: 0,
    // Times at other numbers than the lecture's decide nothing.
    timings: [
      ...timings("forward", 2, [0.1, 0.1]),
      ...timings("forward", 16, forward),
      ...timings("training", 2, [9, 9]),
      ...timings("training", 16, training),
    ],
  }));
}

Deno.test("batched-hardware: the claim holds if 16 small operations are slower", () => {
  const found = claimsOf({ forward: [8, 8, 8], training: [2, 3, 4] });
  assertEquals(verdicts(found), ["holds", "holds"]);
  assertStringIncludes(found[0]!.evidence, "one run of 16 8.00, 95 % interval 8.00 to 8.00");
  assertStringIncludes(found[1]!.evidence, "in one run each, 3.00, 95 % interval 2.00 to 4.00");
});

Deno.test("batched-hardware: the claim is undecided if they are faster, as fast, or sometimes faster", () => {
  assertEquals(verdicts(claimsOf({ forward: [0.5, 0.5], training: [1, 1] })), ["undecided", "undecided"]);
  // The median is 4, but that of many resamples is 0.5.
  assertEquals(verdicts(claimsOf({ forward: [0.5, 4, 4], training: [8, 8] })), ["undecided", "holds"]);
});

Deno.test("batched-hardware: one repetition has no interval; without the lecture's number there is no claim", () => {
  assertEquals(verdicts(claimsOf({ forward: [8], training: [8] })), ["undecided", "undecided"]);
  const data = { seed: 0, timings: timings("forward", 16, [8, 8]) };
  assertThrows(() => claims(data), RangeError, "no times of 'training' with 16 operations");
});
