/**
 * Metrics under the names of columns.
 *
 * @module
 */
import { accuracyOf } from "../../statistics/mod.ts";
import type { Scores } from "./data.ts";

/** Returns `{ train: { loss } }` as `{ trainLossBefore }`, with the suffix `Before`. */
export function namedScores(scores: Scores, suffix: string): Record<string, number> {
  const entries = Object.entries(scores).flatMap(([set, byMetric]) =>
    Object.entries(byMetric).map(([metric, value]) =>
      [
        `${set}${metric[0]!.toUpperCase()}${metric.slice(1)}${suffix}`,
        metric === "accuracy" ? accuracyOf(byMetric) : value,
      ] as const
    )
  );
  return Object.fromEntries(entries);
}
