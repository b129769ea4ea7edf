/**
 * The claims of `batched-hardware`.
 *
 * @module
 */
import { type Asked, decideAbove, decided, quartileRatio, time, timed } from "../../../decision/mod.ts";
import type { Claim } from "../../../report/mod.ts";
import { type HardwareData, LECTURE, type Operation } from "./data.ts";

/** How many times as long counts as much slower. */
const MUCH = 2;

/** The part of the data that the claims read. */
type Decided = Pick<HardwareData, "timings" | "waiting">;

/** Decides the claims by the times at the lecture's number of operations. */
export function claims(data: Decided, asked: Asked = {}): Claim[] {
  return [
    slowerClaim("16 operations of size 1 are much slower than 1 operation of size 16.", {
      data,
      operation: "forward",
      what: "16 forward runs of one example over that of",
      one: "one run of 16",
      asked,
    }),
    slowerClaim("The same holds within one run of a training program, where no call is paid for.", {
      data,
      operation: "training",
      what: "16 steps of batch 1, in one run, over that of",
      one: "one step of batch 16",
      asked,
    }),
  ];
}

function slowerClaim(
  claim: string,
  { data: { timings, waiting }, operation, what, one, asked }: {
    data: Decided;
    operation: Operation;
    what: string;
    one: string;
    asked: Asked;
  },
): Claim {
  const pairs = timings.filter((t) => t.what === operation && t.n === LECTURE);
  if (pairs.length === 0) throw new RangeError(`no times of '${operation}' with ${LECTURE} operations`);
  const [a, b] = [pairs.map((t) => t.many), pairs.map((t) => t.one)];
  const decision = decideAbove([{ name: one, a, b }], {
    quantity: time(asked),
    toward: 1,
    margin: Math.log(MUCH),
    center: "median",
    repeated: ["repetition", "repetitions"],
  });
  return decided(
    claim,
    timed(decision, { waiting, scatter: Math.max(quartileRatio(a), quartileRatio(b)) }),
    `Time of ${what}`,
  );
}
