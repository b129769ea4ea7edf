/**
 * The measurements of `swats2017`: trainings of each task by every method.
 *
 * @module
 */
import type { Context } from "../../../run/mod.ts";
import type { Data, SwatsResult } from "./data.ts";
import { swatsRuns } from "./runs.ts";
import type { SwatsTask } from "./tasks.ts";

/** The tasks and settings of the measurements. */
export interface Setup {
  readonly tasks: readonly SwatsTask[];
  readonly seeds: readonly number[];
}

/** Trains each task. */
export async function measure(
  { tasks, seeds }: Setup,
  { options: { device, seed }, progress, lab }: Pick<Context, "options" | "progress" | "lab">,
): Promise<Data> {
  const results: SwatsResult[] = [];
  for (const [i, task] of tasks.entries()) {
    results.push(
      await swatsRuns(task, {
        seeds,
        device,
        lab,
        progress: (done, of, what) => progress(i + done / of, tasks.length, `${task.name}: ${what}`),
      }),
    );
  }
  return { results, seed };
}
