/**
 * The claim of `noise-scale`.
 *
 * @module
 */
import { type Asked, decideAbove, decided, loss, type Quantity } from "../../../decision/mod.ts";
import type { Claim } from "../../../report/mod.ts";
import type { NoiseData } from "./data.ts";
import { END, endsOf } from "./summary.ts";

/** The growth in percent below which a noise scale has not grown. */
const GROWTH = 10;

/** Returns noise scales as a quantity, compared by their ratio. One where noise hides the gradient counts as the largest. */
export function scales({ effect = GROWTH }: Asked = {}): Quantity {
  return loss({ effect });
}

/** Decides the claim. */
export function claims({ runs }: Pick<NoiseData, "runs">, asked: Asked = {}): Claim[] {
  const ends = runs.map(endsOf);
  const percent = 100 * END;
  const name = `that over the first ${percent} %`;
  const decision = decideAbove([{ name, a: ends.map((e) => e.last), b: ends.map((e) => e.first) }], {
    quantity: scales(asked),
    toward: 1,
    own: "the last one",
  });
  return [decided(
    "The gradient noise scale grows over training.",
    decision,
    `Noise scale over the last ${percent} % of the measurements, by seed ${
      ends.map(({ first, last }) => `${last.toPrecision(3)} (first ${first.toPrecision(3)})`).join(", ")
    } examples; over`,
  )];
}
