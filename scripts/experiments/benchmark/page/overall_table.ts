/**
 * The table of all problems together.
 *
 * @module
 */
import { seedsText } from "../../../cli/mod.ts";
import type { ResultTable } from "../../../report/mod.ts";
import { countOf, type Estimate, mean } from "../../../statistics/mod.ts";
import type { Agreement } from "../results/agreement.ts";
import type { Aggregate } from "../results/aggregates.ts";
import type { BenchmarkData } from "../data.ts";
import { MOST_RATIO, type Profiles } from "../results/profiles.ts";
import { NORMALIZATION, type ProblemScores } from "../results/scores.ts";
import type { Tunability } from "../results/tunability.ts";

/** The content of the table. */
export interface Overall {
  readonly aggregates: readonly Aggregate[];
  readonly profiles: Profiles | null;
  readonly agreement: Agreement | null;
  readonly scores: ProblemScores;
  readonly tunability: readonly Tunability[];
}

/** A column besides the optimizer. */
interface Column {
  readonly header: string;
  readonly cell: (aggregate: Aggregate) => string;
  /** Its meaning, in a sentence. */
  readonly note: string;
}

/** Returns the table, with a row for each optimizer in the order given; none without scores. */
export function overallTable(
  overall: Overall,
  { config, protocol }: Pick<BenchmarkData, "config" | "protocol">,
): ResultTable[] {
  const { aggregates, scores } = overall;
  if (aggregates.length === 0) return [];
  const columns = columnsOf(overall);
  return [{
    title: `Over ${countOf(scores.problems.length, "problem")}`,
    header: ["optimizer", ...columns.map((c) => c.header)],
    rows: aggregates.map((a) => [a.optimizer, ...columns.map((c) => c.cell(a))]),
    note: [
      NORMALIZATION,
      ...columns.map((c) => c.note),
      ...Object.entries(scores.leftOut).map(([problem, why]) => `Without ${problem}: ${why}.`),
      ...Object.entries(scores.norms).flatMap(([problem, norm]) =>
        norm.from === "best" ? [`1 is the best mean on ${problem}, which has no target.`] : []
      ),
      protocolText({ config, protocol }),
    ].join("\n"),
  }];
}

function columnsOf({ profiles, agreement, tunability }: Overall): Column[] {
  return [
    {
      header: "interquartile mean",
      cell: (a) => estimateText(a.interquartileMean),
      note:
        "Interquartile mean: the mean of the middle half of the scores of all runs; higher is better. Intervals of 95 % by " +
        "the bootstrap over the seeds of each problem.",
    },
    {
      header: "optimality gap",
      cell: (a) => estimateText(a.optimalityGap),
      note: "Optimality gap: how much the scores lack to 1 on average; lower is better.",
    },
    ...(profiles === null ? [] : [{
      header: "profile score",
      cell: (a: Aggregate) => profiles.scores[a.optimizer]!.toFixed(2),
      note:
        `Profile score: the share of targets reached within 1 to ${MOST_RATIO} times the fewest steps, on average.`,
    }]),
    ...(agreement === null ? [] : [{
      header: "mean rank",
      cell: (a: Aggregate) => rankText(agreement, a.optimizer),
      note: "Mean rank: by the mean test values on each problem, 1 for the best.",
    }]),
    ...(tunability.length === 0 ? [] : [{
      header: "gain of tuning",
      cell: (a: Aggregate) => gainText(tunability.filter((t) => t.optimizer === a.optimizer)),
      note:
        "Gain of tuning: how far the best trial is ahead of the declared hyper-parameters by validation, in percent of the " +
        "way from the untrained model to the target.",
    }]),
  ];
}

/** Returns how the runs were made, in a sentence or two. */
function protocolText({ config, protocol }: Pick<BenchmarkData, "config" | "protocol">): string {
  const { trials, search, seeds, tuningSeeds, schedule, clip, published } = config;
  const tuned = trials > 1
    ? `each optimizer has ${trials} trials of ${
      seedsText(tuningSeeds.length)
    } on each problem, the first at its declared ` +
      `hyper-parameters, the others with ${
        search === "rate" ? "a learning rate" : "hyper-parameters"
      } drawn from its search space; the best by validation has ${seedsText(seeds.length)} of its own`
    : `each optimizer has its declared hyper-parameters and ${seedsText(seeds.length)} on each problem`;
  return `Protocol ${protocol.version} (settings ${
    protocol.digest.slice(0, 8)
  }): ${tuned}. Schedule ${schedule}, clip ` +
    `${clip}${published ? ", validation examples trained on too" : ""}.${gradientsText(config)}`;
}

/** Returns which optimizers' steps cost more than those of others. */
function gradientsText({ gradients = {} }: BenchmarkData["config"]): string {
  return Object.entries(gradients).map(([optimizer, count]) =>
    ` A step of ${optimizer} takes ${count} gradients, which counts as one step.`
  ).join("");
}

function estimateText({ value, low, high }: Estimate): string {
  const interval = Number.isFinite(high - low) ? ` (${low.toFixed(3)} to ${high.toFixed(3)})` : "";
  return `${value.toFixed(3)}${interval}`;
}

function rankText({ optimizers, ranks }: Agreement, optimizer: string): string {
  const at = optimizers.indexOf(optimizer);
  return at < 0 ? "" : mean(ranks.map((r) => r[at]!)).toFixed(1);
}

function gainText(own: readonly Tunability[]): string {
  return own.length === 0 ? "" : `${mean(own.map((t) => t.gain)).toFixed(0)} %`;
}
