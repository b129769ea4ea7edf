/**
 * Scalars that the host computes for each step.
 *
 * @module
 */
import type { StepInfo } from "../language/mod.ts";
import type { Coefficient } from "./trace.ts";

/** A function of the step. */
export type OfStep = (step: StepInfo) => number;

/** A coefficient as a rule declares it: its functions of the step, and the clock that counts its steps. */
export interface Asked {
  /** The distinct functions that the rule gives under the coefficient's name. */
  readonly all: [OfStep, ...OfStep[]];
  /** The slot that counts for it; `null` if the optimizer's own count does. */
  readonly clock: string | null;
}

/** For how many calls all functions of one coefficient are compared, if a rule gives several. */
const COMPARED = 8;

/**
 * Returns a coefficient. Rules ask for it once per parameter, each time with a new function: all must return the same
 * numbers.
 */
export function coefficientOf(
  { all, clock }: Asked,
  { own, name }: { own: string; name: string },
): Coefficient {
  const [first, ...others] = all;
  let asked = 0;
  return {
    name,
    clock,
    at(count, { learningRateScale = 1, examples = 1 } = {}) {
      const step = { t: count + 1, learningRate: learningRateScale, learningRateScale, examples };
      const value = first(step);
      if (Number.isNaN(value) || typeof value !== "number") {
        throw new RangeError(`${own}: the coefficient '${name}' is ${String(value)} after ${count} updates`);
      }
      // After the first updates it compares one per step, in turn, so that many coefficients cost no more than a few.
      const all = asked < COMPARED || (count & (count - 1)) === 0;
      const compared = all ? others : others.length === 0 ? [] : [others[asked % others.length]!];
      asked++;
      const other = compared.map((f) => f(step)).find((v) => v !== value);
      if (other !== undefined) {
        throw new TypeError(
          `${own} has two coefficients called '${name}', ${value} and ${other} after ${count} updates: ` +
            "give each its own name",
        );
      }
      return value;
    },
  };
}
