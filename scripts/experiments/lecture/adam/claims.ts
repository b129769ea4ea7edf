/**
 * The claims of `adam`.
 *
 * @module
 */
import {
  armNamed,
  compareArms,
  type Compared,
  comparisonText,
  divergedText,
  lowerClaim,
} from "../../../comparison/mod.ts";
import { byTest, type Claim } from "../../../report/mod.ts";
import { type AdamData, LECTURE } from "./data.ts";

/** The largest difference between accuracies that count as equal. */
const SAME = 0.01;

/** Optimizers that Adam is compared with. */
const OTHERS = ["sgd", "momentum", "rmsprop"];

/** Decides the claims of each model. */
export function claims({ models }: AdamData): Claim[] {
  return models.flatMap(({ text, compared }) => [
    ...OTHERS.map((name) =>
      lowerClaim(armNamed(compared.arms, "adam"), armNamed(compared.arms, name), {
        measure: "trainLoss",
        text,
      })
    ),
    insideClaim(compared, text),
  ]);
}

/** Decides whether the place of epsilon makes no difference. */
function insideClaim({ arms }: Compared, text: string): Claim {
  const [inside, outside] = [armNamed(arms, LECTURE), armNamed(arms, "adam")];
  const c = compareArms(inside, outside, { measure: "testAccuracy" });
  return {
    claim: `${text}: epsilon inside the root, as the lecture prints it, makes no difference that matters.`,
    verdict: byTest(c !== null && c.low > -SAME && c.high < SAME),
    evidence: c === null
      ? `${divergedText([inside, outside])}.`
      : `Test accuracy with epsilon inside less that with it outside: ${comparisonText(c)}. ` +
        `Test: the interval (95 %, bootstrap over the pairs) lies within ±${SAME}.`,
  };
}
