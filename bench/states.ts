/**
 * The state of two threads during a turn, and turns split by it.
 *
 * @module
 */
import { median } from "../stats/sample.ts";
import { type Range, range } from "./figures.ts";

/**
 * How two threads answer each other: fast, slow, or not at all at the same time because other processes need the
 * processors.
 */
export type State = "fast" | "slow" | "crowded";

/** The order of the states in tables. */
export const STATES: readonly State[] = ["fast", "slow", "crowded"];

/** The hand-over in microseconds from which on the state is slow; `README.md` has the measurements that it comes from. */
export const SLOW_FROM = 0.6;

/** Returns the state that a hand-over in microseconds tells. */
export function stateOf(handover: number | undefined): State {
  if (handover === undefined) return "crowded";
  return handover < SLOW_FROM ? "fast" : "slow";
}

/** A subject's turn in a round, during which the state did not change. */
export interface Turn {
  readonly round: number;
  /** Milliseconds per step. */
  readonly ms: number;
  /** The state of two threads; absent where it is not probed. */
  readonly state?: State;
  /** The mean of the hand-overs before and after it, in microseconds. */
  readonly handoverUs?: number;
}

/** The times of a subject in one state. */
export interface Times {
  readonly state?: State;
  /** The median and the range of the hand-over, in microseconds. */
  readonly handoverUs?: { readonly median: number } & Range;
  /** How many turns there were in this state. */
  readonly turns: number;
  /** Milliseconds per step: the median over the turns, and the range. */
  readonly stepMs: { readonly median: number } & Range;
  /** The median over the rounds of the ratio to the reference's time; absent if no round has both in this state. */
  readonly ratioToDescent?: number;
  /** The smallest and the largest of these ratios. */
  readonly ratioRange?: Range;
}

/** Returns a subject's times by state. Ratios are those of turns of the same round and state. */
export function timesByState(turns: readonly Turn[], reference: readonly Turn[]): Times[] {
  return [undefined, ...STATES].flatMap((state): Times[] => {
    const own = turns.filter((t) => t.state === state);
    if (own.length === 0) return [];
    const ratios = own.flatMap((turn) => {
      const other = reference.find((t) => t.round === turn.round && t.state === state);
      return other === undefined ? [] : [turn.ms / other.ms];
    });
    const handovers = own.flatMap((t) => t.handoverUs ?? []);
    return [{
      ...(state === undefined ? {} : { state }),
      ...(handovers.length === 0 ? {} : { handoverUs: summary(handovers) }),
      turns: own.length,
      stepMs: summary(own.map((t) => t.ms)),
      ...(ratios.length === 0 ? {} : { ratioToDescent: median(ratios), ratioRange: range(ratios) }),
    }];
  });
}

function summary(values: readonly number[]): { readonly median: number } & Range {
  return { median: median(values), ...range(values) };
}
