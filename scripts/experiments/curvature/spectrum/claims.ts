/**
 * The claims of `spectrum`.
 *
 * @module
 */
import { seedsText } from "../../../cli/mod.ts";
import {
  accuracy,
  type Asked,
  decideAbove,
  decided,
  type Decision,
  numbers,
  type Quantity,
  underConditions,
} from "../../../decision/mod.ts";
import type { Claim } from "../../../report/mod.ts";
import { spectraOf, type SpectrumData } from "./data.ts";
import { bulkOf, NEAR, outliersOf } from "./summary.ts";

/** The share of the spectrum that the bulk must hold. */
export const BULK = 0.9;

/** The number of outliers and that of classes must differ by less. */
export const OFF = 3;

/** Returns shares of the spectrum as a quantity, compared in points. */
export function shares(asked: Asked = {}): Quantity {
  return accuracy(asked);
}

/** Numbers of eigenvalues. */
export const COUNTS: Quantity = numbers("eigenvalues", { better: "lower", smallest: 0.5 });

type Decided = Pick<SpectrumData, "config" | "spectra">;

/** Decides both claims about the spectrum after training. */
export function claims(data: Decided, asked: Asked = {}): Claim[] {
  return [bulkClaim(data, asked), outlierClaim(data)];
}

function bulkClaim(data: Decided, asked: Asked): Claim {
  const bulks = spectraOf(data, "after").map(bulkOf);
  const decision = decideAbove([{ name: `${100 * BULK} %`, a: bulks, b: bulks.map(() => BULK) }], {
    quantity: shares(asked),
    toward: 1,
  });
  return decided(
    "After training, the eigenvalues of the Hessian lie in a bulk about 0, but for a few.",
    ifConverged(data, decision),
    `Share of the spectrum within ${100 * NEAR} % of the largest eigenvalue from 0: ${
      bulks.map((s) => `${(100 * s).toFixed(1)} %`).join(", ")
    } (one figure a seed). Above`,
  );
}

function outlierClaim(data: Decided): Claim {
  const { classes, top } = data.config;
  const counts = spectraOf(data, "after").map(outliersOf);
  const away = counts.map((n) => Math.abs(n - classes));
  const decision = decideAbove([{ name: `${OFF}`, a: away, b: away.map(() => OFF) }], {
    quantity: COUNTS,
    toward: -1,
  });
  return decided(
    "About as many of them as there are classes stand out.",
    ifConverged(data, decision),
    `Eigenvalues above the largest gap, on a logarithmic scale, between neighbors of the ${top} largest: ${
      counts.join(", ")
    } (one figure a seed), with ${classes} classes. The distance from that number less`,
  );
}

/** Leaves a decision open where the largest eigenvalues are not exact enough. */
function ifConverged(data: Decided, decision: Decision): Decision {
  const open = spectraOf(data, "after").filter((s) => !s.converged).length;
  return underConditions(decision, {
    faults: open === 0 ? [] : [`The eigenvalues did not converge with ${seedsText(open)}`],
    remedy: "allow more --products",
  });
}
