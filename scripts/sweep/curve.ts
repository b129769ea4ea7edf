/**
 * Reads the values of a metric after each epoch from the `metrics.csv` of a run.
 *
 * @module
 */
import { METRICS, metricsRows } from "../metrics/mod.ts";
import type { Curve } from "./median.ts";

/** The metrics of a run by epoch. */
export interface EpochValues {
  /** The values by step: epoch 1 is step 0. */
  readonly curve: Curve;
  /** The names of the run's trainings: their columns before `step`. */
  readonly trainings: readonly string[];
  /** The columns after `epoch`. */
  readonly columns: readonly string[];
}

/** Reads the values of a metric after each epoch. A run without the file has none. @throws {Error} if it is damaged. */
export async function epochValues(run: string, metric: string): Promise<EpochValues> {
  let text: string;
  try {
    text = await Deno.readTextFile(`${run}/${METRICS}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { curve: new Map(), trainings: [], columns: [] };
    throw error;
  }
  // The process that wrote the last line may have been killed in it.
  text = text.slice(0, text.lastIndexOf("\n") + 1);
  const names = text.slice(0, text.search(/\r?\n|$/)).split(",");
  const keys = names.slice(0, names.indexOf("step"));
  const curve = new Map<number, number>();
  const trainings = new Set<string>();
  for (const row of metricsRows(text)) {
    trainings.add(keys.map((k) => row[k]).join(" "));
    const field = row[metric];
    if (field !== undefined && field !== "") curve.set(stepOf(row.epoch), Number(field));
  }
  return { curve, trainings: [...trainings], columns: names.slice(names.indexOf("epoch") + 1) };
}

/** Returns the step of an epoch: 0 for the first. */
export function stepOf(epoch: unknown): number {
  return Number(epoch) - 1;
}
