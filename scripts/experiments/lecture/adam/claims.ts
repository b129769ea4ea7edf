/**
 * The claims of `adam`.
 *
 * @module
 */
import { armNamed, armPairs, type Compared, lowerClaim, quantityOf } from "../../../comparison/mod.ts";
import { type Asked, decided, decideEqual } from "../../../decision/mod.ts";
import type { Claim } from "../../../report/mod.ts";
import { type AdamData, LECTURE } from "./data.ts";

/** The largest difference between accuracies that counts as none, in points; `--effect` overrides it. */
export const SAME = 1;

/** Optimizers that Adam is compared with. */
const OTHERS = ["sgd", "momentum", "rmsprop"];

/** Decides the claims of each model. */
export function claims({ models }: AdamData, asked: Asked = {}): Claim[] {
  return models.flatMap(({ text, compared }) => [
    ...OTHERS.map((name) =>
      lowerClaim(armNamed(compared.arms, "adam"), armNamed(compared.arms, name), {
        measure: "trainLoss",
        text,
        asked,
      })
    ),
    insideClaim(compared, { text, asked }),
  ]);
}

/** Decides whether the place of epsilon makes no difference. */
function insideClaim({ arms }: Compared, { text, asked }: { text: string; asked: Asked }): Claim {
  const measure = "testAccuracy";
  const pairs = armPairs(armNamed(arms, LECTURE), armNamed(arms, "adam"), { measure });
  return decided(
    `${text}: epsilon inside the root, as the lecture prints it, makes no difference that matters.`,
    decideEqual(pairs, { quantity: quantityOf(measure, { effect: SAME, ...asked }), own: LECTURE }),
    "Test accuracy with epsilon inside less that with it outside,",
  );
}
