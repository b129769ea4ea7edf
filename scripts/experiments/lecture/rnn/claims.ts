/**
 * The claims of `rnn`.
 *
 * @module
 */
import {
  againstText,
  type Arm,
  armNamed,
  beatsAll,
  compareArms,
  isBelow,
  valuesOf,
} from "../../../comparison/mod.ts";
import { byTest, type Claim } from "../../../report/mod.ts";
import { type Comparison, leastBy, mean } from "../../../statistics/mod.ts";
import { OWN, type RnnData } from "./data.ts";

/** An arm, and the difference of RMSProp's test losses from its. */
interface Other {
  readonly arm: Arm;
  readonly c: Comparison | null;
}

/** Decides the claims by the test losses. */
export function claims({ compared: { arms } }: Pick<RnnData, "compared">): Claim[] {
  const own = armNamed(arms, OWN);
  const others = arms.filter((a) => a !== own)
    .map((arm) => ({ arm, c: compareArms(own, arm, { measure: "testLoss" }) }));
  const best = leastBy(arms, (arm) => mean(valuesOf(arm, "validationLoss")));
  return [bestClaim(own, { others, best }), plainClaim(own, others)];
}

function bestClaim(own: Arm, { others, best }: { others: readonly Other[]; best: Arm }): Claim {
  return {
    claim: "RMSProp is the best choice for a recurrent network.",
    verdict: byTest(beatsAll(others.map(({ c }) => c), { sign: -1 })),
    evidence:
      `Tuned equally, test loss of rmsprop less that of ${
        againstAll(own, others)
      }. The best by validation is ${best.name}. ` +
      `Test: below 0 against each, with p < 0.05 by Holm's procedure (sign flips of ${own.runs.length} seeds' differences).`,
  };
}

function plainClaim(own: Arm, others: readonly Other[]): Claim {
  const plain = others.filter(({ arm }) => arm.name === "sgd");
  return {
    claim: "RMSProp is a better choice for a recurrent network than plain SGD.",
    verdict: byTest(plain.every(({ c }) => isBelow(c))),
    evidence: `Tuned equally, test loss of rmsprop less that of ${againstAll(own, plain)}. ` +
      "Test: below 0 with p < 0.05 (sign flips of the seeds' differences).",
  };
}

function againstAll(own: Arm, others: readonly Other[]): string {
  return others.map(({ arm, c }) => againstText(own, arm, { c })).join("; ");
}
