/**
 * Metrics under the names of columns, and the perplexity of language models.
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

/** Returns scores with the perplexity of a language model beside the loss, the cross-entropy of a token: `e^loss`. */
export function withPerplexity(scores: Scores): Scores {
  return Object.fromEntries(
    Object.entries(scores).map(([set, { loss = NaN, ...others }]) => [
      set,
      { loss, perplexity: Math.exp(loss), ...others },
    ]),
  );
}
