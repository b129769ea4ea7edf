/**
 * The claims of `rnn`.
 *
 * @module
 */
import { type Arm, armNamed, armPairs, quantityOf, valuesOf } from "../../../comparison/mod.ts";
import { type Asked, decideAbove, decided } from "../../../decision/mod.ts";
import type { Claim } from "../../../report/mod.ts";
import { leastBy, mean } from "../../../statistics/mod.ts";
import { OWN, type RnnData } from "./data.ts";

/** Decides the claims by the test losses. */
export function claims({ compared: { arms } }: Pick<RnnData, "compared">, asked: Asked = {}): Claim[] {
  const own = armNamed(arms, OWN);
  const others = arms.filter((a) => a !== own);
  const best = leastBy(arms, (arm) => mean(valuesOf(arm, "validationLoss")));
  return [
    lowerThan("RMSProp is the best choice for a recurrent network.", {
      own,
      others,
      asked,
      lead: `The best by validation is ${best.name}. `,
    }),
    lowerThan("RMSProp is a better choice for a recurrent network than plain SGD.", {
      own,
      others: others.filter(({ name }) => name === "sgd"),
      asked,
      lead: "",
    }),
  ];
}

function lowerThan(
  claim: string,
  { own, others, asked, lead }: { own: Arm; others: readonly Arm[]; asked: Asked; lead: string },
): Claim {
  const measure = "testLoss";
  return decided(
    claim,
    decideAbove(others.map((arm) => armPairs(own, arm, { measure })), {
      quantity: quantityOf(measure, asked),
      toward: -1,
      own: own.name,
    }),
    `${lead}Tuned equally, test loss of rmsprop over that of`,
  );
}
