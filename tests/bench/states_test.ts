import { assertEquals } from "@std/assert";
import { handoverOf, openProbe } from "../../bench/handover.ts";
import { SLOW_FROM, stateOf, timesByState, type Turn } from "../../bench/states.ts";

Deno.test("handoverOf() is the median of the answers of running threads, and unknown if those are too few", () => {
  const prompt = Array.from({ length: 21 }, (_, i) => 0.3 + i / 100);
  assertEquals(handoverOf(prompt.toReversed()), 0.4);
  // Answers of threads that had to wait for a processor do not count.
  assertEquals(handoverOf([...prompt, ...Array(100).fill(16_000)]), 0.4);
  assertEquals(handoverOf(prompt.slice(0, 19)), undefined);
});

Deno.test("stateOf() tells the measured hand-overs apart", () => {
  assertEquals([0.35, 0.54].map(stateOf), ["fast", "fast"]);
  assertEquals([SLOW_FROM, 0.72, 0.93].map(stateOf), ["slow", "slow", "slow"]);
  assertEquals(stateOf(undefined), "crowded");
});

Deno.test("timesByState() gives a row per state, with ratios between turns of one round and state only", () => {
  const fast = { state: "fast", handoverUs: 0.4 } as const;
  const slow = { state: "slow", handoverUs: 0.8 } as const;
  const reference: Turn[] = [
    { round: 0, ms: 2, ...fast },
    { round: 1, ms: 4, ...slow },
    { round: 2, ms: 4, ...slow },
    { round: 3, ms: 2, ...fast },
  ];
  const turns: Turn[] = [
    { round: 0, ms: 3, ...fast },
    // The reference was in the other state.
    { round: 1, ms: 3.5, ...fast },
    { round: 2, ms: 5, ...slow },
    { round: 3, ms: 4, ...fast },
    { round: 4, ms: 100, ...slow },
    { round: 5, ms: 7, state: "crowded" },
  ];
  assertEquals(timesByState(turns, reference), [
    {
      state: "fast",
      handoverUs: { median: 0.4, min: 0.4, max: 0.4 },
      turns: 3,
      stepMs: { median: 3.5, min: 3, max: 4 },
      ratioToDescent: 1.75,
      ratioRange: { min: 1.5, max: 2 },
    },
    {
      state: "slow",
      handoverUs: { median: 0.8, min: 0.8, max: 0.8 },
      turns: 2,
      stepMs: { median: 52.5, min: 5, max: 100 },
      ratioToDescent: 1.25,
      ratioRange: { min: 1.25, max: 1.25 },
    },
    { state: "crowded", turns: 1, stepMs: { median: 7, min: 7, max: 7 } },
  ]);
});

Deno.test("timesByState() gives one row without a state where none was probed", () => {
  const turns = [{ round: 0, ms: 6 }, { round: 1, ms: 9 }];
  assertEquals(timesByState(turns, [{ round: 0, ms: 2 }, { round: 1, ms: 1 }]), [
    {
      turns: 2,
      stepMs: { median: 7.5, min: 6, max: 9 },
      ratioToDescent: 6,
      ratioRange: { min: 3, max: 9 },
    },
  ]);
});

Deno.test("openProbe() measures one hand-over after the other", async () => {
  using probe = await openProbe();
  const found = [await probe.measure(), await probe.measure()];
  // Undefined where other processes keep the threads from running at once.
  assertEquals(found.map((us) => us === undefined || (us > -10 && us < 5)), [true, true]);
});
