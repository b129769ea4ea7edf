/**
 * The claims of `batched-hardware`.
 *
 * @module
 */
import { byTest, type Claim } from "../../../report/mod.ts";
import type { Estimate } from "../../../statistics/mod.ts";
import { type HardwareData, LECTURE } from "./data.ts";
import { ratioAt, ratiosOf } from "./ratios.ts";

/** Decides the claims by the ratios at the lecture's number of operations. */
export function claims(data: Pick<HardwareData, "timings" | "seed">): Claim[] {
  const ratios = ratiosOf(data);
  return [
    slowerClaim("16 operations of size 1 are much slower than 1 operation of size 16.", {
      ratio: ratioAt(ratios, { what: "forward", n: LECTURE }),
      what: "16 forward runs of one example to one run of 16",
    }),
    slowerClaim("The same holds within one run of a training program, where no call is paid for.", {
      ratio: ratioAt(ratios, { what: "training", n: LECTURE }),
      what: "16 steps of batch 1 to one step of batch 16, in one run each,",
    }),
  ];
}

function slowerClaim(claim: string, { what, ratio }: { what: string; ratio: Estimate }): Claim {
  const { value, low, high } = ratio;
  return {
    claim,
    verdict: byTest(low > 1),
    evidence: `Ratio of ${what} ${value.toFixed(2)}, 95 % interval ${low.toFixed(2)} to ${high.toFixed(2)} ` +
      `(bootstrap of the median over the repetitions). Test: the interval lies above 1.`,
  };
}
