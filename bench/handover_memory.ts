/**
 * What the threads of a probe share: see `handover.ts`.
 *
 * @module
 */

/** Places in the shared memory: how many probes have begun and are over, and on a cache line of its own the flag. */
export const [BEGUN, OVER, FLAG] = [0, 1, 32];
/** The number of probes begun that tells that no more will: the thread that answers ends. */
export const CLOSED = -1;

/** The first message to a thread. */
export interface Start {
  /** The shared memory, of at least 64 numbers. */
  readonly memory: SharedArrayBuffer;
  /** `true` for the thread that asks and measures; the other one answers. */
  readonly asks: boolean;
}
