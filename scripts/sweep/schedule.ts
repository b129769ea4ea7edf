/**
 * Decides which trials a sweep consists of, given its results so far. The decision is a pure function of the results, so
 * machines that share a sweep agree without communicating, and a sweep that was killed continues with the same trials.
 *
 * @module
 */
import type { Ends, Schedule } from "./ends.ts";
import { bracketCandidates, bracketSchedule } from "./halving.ts";
import { isOrdered, orderedCandidates, Sequence } from "./sequence.ts";
import type { Trial } from "./space.ts";
import type { Sweep } from "./sweep_file.ts";

/** Returns the function from the ends of trials to those that follow. It remembers what it decided. */
export function scheduleOf(sweep: Sweep): (ends: Ends) => Schedule {
  if (!isOrdered(sweep)) return (ends) => bracketSchedule(sweep, ends);
  const sequence = new Sequence(sweep);
  return (ends) => sequence.schedule(ends);
}

/** Returns the trials whose command lines stand for all that may follow, so that these can be checked first. */
export function candidates(sweep: Sweep): Trial[] {
  return isOrdered(sweep) ? orderedCandidates(sweep) : bracketCandidates(sweep);
}
