/**
 * Times ways of doing the same steps.
 *
 * @module
 */
import { median } from "../../stats/sample.ts";

/** The most rounds. */
const ROUNDS = 5;
/** The fewest rounds, for steps that take long. */
const FEWEST = 3;
/** Milliseconds of one timed run, as far as there are steps for it. */
const RUN = 30;
/** Milliseconds after which no round beyond the fewest is begun. */
const ENOUGH = 2000;

/**
 * Measures runs of some steps in turns, each after a run that does not count, and returns the median of the milliseconds
 * a step of each.
 *
 * @param runs each does that many steps
 * @param options.most the most steps that a run may take, at least 1
 * @param options.now returns milliseconds
 */
export async function timeInTurns(
  runs: readonly ((steps: number) => Promise<void>)[],
  { most, now = () => performance.now() }: { most: number; now?: () => number },
): Promise<number[]> {
  const timed = async (run: (steps: number) => Promise<void>, steps: number) => {
    const start = now();
    await run(steps);
    return (now() - start) / steps;
  };
  const begin = now();
  // The first run of a session allocates what it needs.
  for (const run of runs) await run(1);
  const first = [];
  for (const run of runs) first.push(await timed(run, 1));
  const steps = Math.max(1, Math.min(most, Math.ceil(RUN / Math.min(...first))));
  // Long steps: what was timed counts as the first round.
  const times = steps === 1 ? first.map((time) => [time]) : runs.map((): number[] => []);
  if (steps > 1) { for (const run of runs) await run(steps); }
  const rounds = () => times[0]!.length;
  while (rounds() < ROUNDS && (rounds() < FEWEST || now() - begin < ENOUGH)) {
    const order = runs.map((_, i) => rounds() % 2 === 0 ? i : runs.length - 1 - i);
    for (const i of order) times[i]!.push(await timed(runs[i]!, steps));
  }
  return times.map(median);
}
