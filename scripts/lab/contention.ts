/**
 * Measures how much other work on the machine disturbs times.
 *
 * @module
 */
import { median } from "../statistics/mod.ts";

/** How often the piece of work is timed, after as many untimed ones. */
const REPEATS = 200;

/** Rounds of the piece of work: about half a millisecond. */
const ROUNDS = 200_000;

/**
 * Returns the share of its time that a fixed piece of work waits for other work, 0 to 1: what its repetitions take beyond
 * their median. It takes less than 0.2 seconds on a machine without other work. It sees other work on its own core only.
 */
export function waitingShare(): number {
  for (let i = 0; i < REPEATS; i++) work(ROUNDS);
  const times = Array.from({ length: REPEATS }, () => {
    const started = performance.now();
    work(ROUNDS);
    return performance.now() - started;
  });
  const total = times.reduce((a, b) => a + b, 0);
  return Math.max(0, 1 - REPEATS * median(times) / total);
}

/** The result of the work, so that no compiler leaves it out. */
let result = 0;

function work(rounds: number): void {
  let x = result | 1;
  for (let i = 0; i < rounds; i++) x = Math.imul(x, 1_664_525) + 1_013_904_223 | 0;
  result = x;
}
