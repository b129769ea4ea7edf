import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Running } from "../../bench/process.ts";
import { takeTurns } from "../../bench/turns.ts";

/** Returns subjects that note their turns in a list, and take a millisecond per step and place. */
function subjects(order: number[], count: number, cpuMs = 0) {
  return Array.from({ length: count }, (_, i) => {
    const running: Running = {
      subject: { name: `${i}`, command: [] },
      opening: { ms: 0, peakMiB: 0 },
      run(steps) {
        order.push(i);
        return Promise.resolve({ ms: steps * (i + 1), loss: 0, peakMiB: 10 * i, idle: { ms: 100, cpuMs } });
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    return { running, steps: 4 };
  });
}

const options = { pause: 0, seed: 1, stream: "work", say: () => {} };

/** Returns a probe that measures the given hand-overs in turn. */
function probe(...values: (number | undefined)[]) {
  return { measure: () => Promise.resolve(values.shift()) };
}

async function orderOf(given: Partial<Parameters<typeof takeTurns>[1]>): Promise<number[][]> {
  const order: number[] = [];
  await takeTurns(subjects(order, 4), { ...options, rounds: 20, ...given });
  return Array.from({ length: 20 }, (_, round) => order.slice(4 * round, 4 * round + 4));
}

Deno.test("takeTurns() gives every subject a turn in each round, in an order that the seed decides", async () => {
  const rounds = await orderOf({});
  for (const round of rounds) assertEquals(round.toSorted(), [0, 1, 2, 3]);
  assert(new Set(rounds.map(String)).size > 10, "rounds must differ in their order");
  // Each subject follows each other one at some time.
  const pairs = rounds.flatMap((r) => r.slice(1).map((s, i) => `${r[i]} ${s}`));
  assertEquals(new Set(pairs).size, 12);
  assertEquals(await orderOf({}), rounds);
  assertNotEquals(await orderOf({ seed: 2 }), rounds);
  assertNotEquals(await orderOf({ stream: "other" }), rounds);
});

Deno.test("takeTurns() without a probe counts every turn, with its time per step", async () => {
  const taken = await takeTurns(subjects([], 2), { ...options, rounds: 2 });
  assertEquals(taken.map((t) => t.turns), [
    [{ round: 0, ms: 1 }, { round: 1, ms: 1 }],
    [{ round: 0, ms: 2 }, { round: 1, ms: 2 }],
  ]);
  assertEquals(taken.map((t) => [t.peakMiB, t.discarded]), [[0, 0], [10, 0]]);
});

Deno.test("takeTurns() repeats a turn during which the state changed, twice at most, and does not count it", async () => {
  const order: number[] = [];
  const [taken] = await takeTurns(subjects(order, 1), {
    ...options,
    rounds: 3,
    probe: probe(
      ...[0.4, 0.8, 0.8, 0.4, 0.8, 0.9],
      ...[0.4, undefined, undefined, 0.4, 0.4, 0.8],
      ...[undefined, undefined],
    ),
  });
  assertEquals(order.length, 7);
  assertEquals(taken!.turns.map(({ round, state }) => [round, state]), [[0, "slow"], [2, "crowded"]]);
  assert(Math.abs(taken!.turns[0]!.handoverUs! - 0.85) < 1e-12);
  assertEquals(taken!.turns[1]!.handoverUs, undefined);
  assertEquals(taken!.discarded, 5);
});

Deno.test("takeTurns() reports the share of a processor that a subject used while it was idle", async () => {
  const taken = await takeTurns(subjects([], 2, 25), { ...options, rounds: 2 });
  assertEquals(taken.map((t) => t.idleShare), [0.25, 0.25]);
});
