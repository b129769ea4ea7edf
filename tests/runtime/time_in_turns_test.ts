/** Timing in turns, by a clock of the test. */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { timeInTurns } from "../../runtime/program/time_in_turns.ts";

/** Ways of doing steps that take so many milliseconds each, and what was done: which, and how many steps. */
function ways(costs: readonly ((call: number) => number)[]) {
  let time = 0;
  const done: [way: number, steps: number][] = [];
  const runs = costs.map((cost, way) => (steps: number) => {
    time += steps * cost(done.filter(([w]) => w === way).length);
    done.push([way, steps]);
    return Promise.resolve();
  });
  return { runs, done, now: () => time };
}

Deno.test("timeInTurns() runs as many steps as take 30 ms, in turns that swap, after runs that do not count", async () => {
  const { runs, done, now } = ways([() => 2, () => 5]);
  assertEquals(await timeInTurns(runs, { most: 100, now }), [2, 5]);
  const turns = [[0, 15], [1, 15]];
  const back = [[1, 15], [0, 15]];
  assertEquals(
    done,
    [
      ...[[0, 1], [1, 1], [0, 1], [1, 1]],
      ...turns,
      ...[turns, back, turns, back, turns].flat(),
    ] as typeof done,
  );
});

Deno.test("timeInTurns() takes no more steps than there are, and the median of rounds", async () => {
  // A first run is slow, and so is one of the rounds.
  const { runs, done, now } = ways([(call) => call === 0 ? 1000 : 4, (call) => call === 6 ? 500 : 3]);
  const times = await timeInTurns(runs, { most: 3, now });
  times.forEach((t, i) => assertAlmostEquals(t, [4, 3][i]!));
  assertEquals(Math.max(...done.map(([, steps]) => steps)), 3);
});

Deno.test("timeInTurns() makes three rounds of slow steps", async () => {
  const { runs, done, now } = ways([() => 1500, () => 1000]);
  assertEquals(await timeInTurns(runs, { most: 64, now }), [1500, 1000]);
  // Two that do not count, and three rounds, of which the first also tells how long a step is.
  assertEquals(done.map(([way]) => way), [0, 1, 0, 1, 1, 0, 0, 1]);
  assertEquals(new Set(done.map(([, steps]) => steps)), new Set([1]));
});
