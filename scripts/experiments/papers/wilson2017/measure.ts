/**
 * The measurements of `wilson2017`: the constructed problem, then the comparison of optimizers.
 *
 * @module
 */
import { augmentText } from "../../../cli/mod.ts";
import type { Context } from "../../../run/mod.ts";
import { constructedRuns } from "./constructed.ts";
import type { Data } from "./data.ts";
import type { Prepared } from "./tasks.ts";
import { comparedRuns } from "./training.ts";

/** The tasks and settings of the measurements. */
export interface Setup {
  readonly prepared: Prepared;
  readonly seeds: readonly number[];
}

/** Solves the constructed problem, then compares the optimizers. */
export async function measure(
  { prepared, seeds }: Setup,
  { options, progress, lab }: Pick<Context, "options" | "progress" | "lab">,
): Promise<Data> {
  const constructed = constructedRuns({ examples: 100, positive: 66 });
  const comparison = await comparedRuns(prepared, { seeds, progress, lab });
  const { title, augment } = prepared;
  const augmented = augment.length === 0 ? {} : { augment: augmentText(augment) };
  return { constructed, comparison, seed: options.seed, data: title, ...augmented };
}
