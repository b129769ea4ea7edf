/**
 * Gives every subject a turn in each round: in random order, after a pause, and with the state of two threads probed
 * before and after it.
 *
 * @module
 */
import { permutation } from "../mod.ts";
import type { Probe } from "./handover.ts";
import type { Running } from "./process.ts";
import { type State, stateOf, type Turn } from "./states.ts";

/** How turns are taken. */
export interface TurnOptions {
  /** Rounds; every subject has one turn in each. */
  readonly rounds: number;
  /** Milliseconds of rest before a turn, in which threads that spin after a run go to sleep. */
  readonly pause: number;
  /** The seed of the order. */
  readonly seed: number;
  /** The name of the stream that the order is drawn from. */
  readonly stream: string;
  /** The probe; without it turns have no state. */
  readonly probe?: Pick<Probe, "measure">;
  /** Called at the start of each round. */
  readonly say: (what: string) => void;
}

/** The turns of a subject. */
export interface Taken {
  readonly turns: Turn[];
  /** Turns during which the state changed: they are not counted. */
  discarded: number;
  /** The peak memory of its process, in MiB. */
  peakMiB: number;
  /** The share of a processor that it used while others had their turns. */
  idleShare: number;
}

/** How often a turn is repeated during which the state changed. */
const REPEATS = 2;

/** Takes the turns. Returns those of each subject, in the order of the subjects. */
export async function takeTurns(
  subjects: readonly { readonly running: Running; readonly steps: number }[],
  { rounds, pause, seed, stream, probe, say }: TurnOptions,
): Promise<Taken[]> {
  const taken = subjects.map((): Taken => ({ turns: [], discarded: 0, peakMiB: 0, idleShare: 0 }));
  const idle = subjects.map(() => ({ ms: 0, cpuMs: 0 }));
  for (let round = 0; round < rounds; round++) {
    say(`round ${round + 1} of ${rounds}`);
    for (const i of permutation({ seed, stream, step: round }, subjects.length)) {
      const { running, steps } = subjects[i]!;
      const own = taken[i]!;
      for (let attempt = 0; attempt <= REPEATS; attempt++) {
        await new Promise((resolve) => setTimeout(resolve, pause));
        const before = await probe?.measure();
        const timed = await running.run(steps);
        const after = await probe?.measure();
        own.peakMiB = timed.peakMiB;
        idle[i]!.ms += timed.idle.ms;
        idle[i]!.cpuMs += timed.idle.cpuMs;
        const turn = { round, ms: timed.ms / steps };
        if (probe === undefined) {
          own.turns.push(turn);
          break;
        }
        const state = steadyState(before, after);
        if (state !== undefined) {
          const known = before !== undefined && after !== undefined;
          own.turns.push({ ...turn, state, ...(known ? { handoverUs: (before + after) / 2 } : {}) });
          break;
        }
        own.discarded++;
      }
    }
  }
  taken.forEach((own, i) => (own.idleShare = idle[i]!.ms > 0 ? idle[i]!.cpuMs / idle[i]!.ms : 0));
  return taken;
}

/** Returns the state before and after a turn if it is the same. */
function steadyState(before: number | undefined, after: number | undefined): State | undefined {
  const state = stateOf(before);
  return state === stateOf(after) ? state : undefined;
}
