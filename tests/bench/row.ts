import type { Row } from "../../bench/compare.ts";

/** Returns a row of one turn: Descent on a perceptron with Adam in 2 ms a step, unless given otherwise. */
export function rowOf(given: Partial<Row>): Row {
  const stage = { ms: 0, peakMiB: 0 };
  return {
    work: "mlp",
    optimizer: "adam",
    subject: "Descent",
    turns: 3,
    stepMs: { median: 2, min: 1.5, max: 3 },
    ratioToDescent: 1,
    ratioRange: { min: 1, max: 1 },
    discarded: 0,
    idleShare: 0,
    peakMiB: 100,
    stages: { opening: stage, first: stage, second: stage },
    losses: [2.3, 2.2],
    ...given,
  };
}
