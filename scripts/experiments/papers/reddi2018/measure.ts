/**
 * The measurements of `reddi2018`: online problems by several rules, then classifiers by Adam and AMSGrad.
 *
 * @module
 */
import type { Context } from "../../../run/mod.ts";
import { classifierRuns, type Classifiers } from "./classifiers.ts";
import type { Data } from "./data.ts";
import { onlineRuns } from "./online.ts";

/** The games and classifiers to measure. */
export interface Setup {
  readonly steps: number;
  /** Seeds of the stochastic problem and of the classifiers. */
  readonly seeds: readonly number[];
  readonly classifiers: Classifiers;
}

/** Plays the online problems, then trains the classifiers. */
export async function measure(
  { steps, seeds, classifiers }: Setup,
  { progress, lab }: Pick<Context, "progress" | "lab">,
): Promise<Data> {
  const online = await onlineRuns({
    steps,
    seeds,
    progress: (done, of, what) => progress(done / of, 1.2, what),
  });
  const trained = await classifierRuns(classifiers, {
    seeds,
    progress: (done, of, what) => progress(1 + 0.2 * done / of, 1.2, what),
    lab,
  });
  return { online, trained, steps, data: classifiers.title };
}
