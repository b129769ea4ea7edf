/**
 * The claims of `landscape`.
 *
 * @module
 */
import { accuracy, type Asked, decideAbove, decided, loss, type Quantity } from "../../../decision/mod.ts";
import type { Claim } from "../../../report/mod.ts";
import { type LandscapeData, type LandscapeRun, NAMES, type NetworkName, RISE } from "./data.ts";
import { summaryOf } from "./summary.ts";

/** The smallest differences that matter: points of a share, percent of a loss. */
export const EFFECTS = { share: 5, loss: 10 };

/** The part of the data that the claims read. */
type Decided = Pick<LandscapeData, "config" | "runs">;

/** Decides the claims. */
export function claims(data: Decided, asked: Asked = {}): Claim[] {
  const { at, curvatureAt } = data.config;
  return [
    decide(data, {
      claim: "The deep network is harder to train without shortcuts: its loss at the end is higher.",
      lead: `Training loss at the end ${NAMES.shortcuts} over that`,
      of: (run) => run.diverged ? NaN : run.loss,
      quantity: lossOf(asked),
      toward: -1,
    }),
    decide(data, {
      claim: "With shortcuts the loss around the end is flatter.",
      lead: `Share of ${at.length} x ${at.length} points of a plane, up to ${
        at.at(-1)
      } filter-normalized direction from the end, at which the loss is at most ${
        RISE.toFixed(2)
      } above that of the end (half of what guessing costs), ${NAMES.shortcuts} less that`,
      of: (run) => summaryOf(run).near,
      quantity: sharesOf(asked),
      toward: 1,
    }),
    decide(data, {
      claim: "With shortcuts the loss around the end is closer to convex.",
      lead:
        `Size of the least eigenvalue of the Hessian, if negative, over the sum of it and the largest, mean of ${
          curvatureAt.length ** 2
        } points of the plane, ${NAMES.shortcuts} less that`,
      of: (run) => summaryOf(run).negative,
      quantity: { ...sharesOf(asked), better: "lower" },
      toward: -1,
    }),
  ];
}

/** Returns the losses at the end as a quantity. */
export function lossOf({ effect = EFFECTS.loss }: Asked): Quantity {
  return loss({ effect });
}

/** Returns shares as a quantity. */
export function sharesOf({ effect = EFFECTS.share }: Asked): Quantity {
  return accuracy({ effect });
}

function decide(
  { runs, config: { seeds } }: Decided,
  { claim, lead, of, quantity, toward }: {
    claim: string;
    lead: string;
    of: (run: LandscapeRun) => number;
    quantity: Quantity;
    toward: 1 | -1;
  },
): Claim {
  const values = (name: NetworkName) =>
    seeds.map((seed) => of(runs.find((r) => r.network === name && r.seed === seed)!));
  const pairs = { name: NAMES.plain, a: values("shortcuts"), b: values("plain") };
  return decided(claim, decideAbove([pairs], { quantity, toward, own: NAMES.shortcuts }), lead);
}
