/**
 * The design of the benchmark: whether its seeds, trials and problems can decide its claims, told before it runs.
 *
 * @module
 */
import { type Asked, type Design, LEVEL, loss, numbers, type Planned } from "../../../decision/mod.ts";
import { fewestPairs } from "../../../statistics/mod.ts";
import { BEST, SMALLEST_SCORE } from "./best_rule.ts";
import type { BenchmarkConfig } from "../data.ts";

/** The runs that are planned. */
export interface PlannedRuns {
  readonly config: Pick<BenchmarkConfig, "seeds" | "tuningSeeds" | "trials" | "baselines">;
  /** The number of problems. */
  readonly problems: number;
  readonly optimizers: readonly string[];
}

/** Returns the design; it has no claims if the runs are set beside published ones, or there is nothing to compare. */
export function designOf({ config, problems, optimizers }: PlannedRuns, asked: Asked = {}): Design {
  const { trials, tuningSeeds } = config;
  const seeds = config.seeds.length;
  if (config.baselines || optimizers.length < 2) return { seeds, claims: [] };
  const best: Planned[] = !optimizers.includes(BEST) ? [] : [{
    claim: "Adam is the best",
    comparisons: optimizers.length - 1,
    pairs: problems,
    quantity: numbers("% of the way", { better: "higher", smallest: SMALLEST_SCORE }),
  }];
  const places: Planned[] = problems < 2 || trials < 2 ? [] : [{
    claim: "an optimizer is better on one problem",
    comparisons: 1,
    quantity: loss(asked),
  }];
  const limits = [
    ...(problems >= 2 && trials < 2
      ? ["without trials nothing chooses the optimizers whose places are compared: --budget 2 does"]
      : []),
    ...(trials >= 2 ? untunedLimits({ problems, tuningSeeds: tuningSeeds.length }) : []),
  ];
  return { seeds, claims: [...places, ...best], limits, pilot: false };
}

/** Returns why it cannot be decided that untuned optimizers are as good as a tuned one. */
function untunedLimits({ problems, tuningSeeds }: { problems: number; tuningSeeds: number }): string[] {
  const claim = '"untuned is about as good as tuned"';
  const fewest = fewestPairs({ level: LEVEL });
  // A run of one problem is a part of others that are combined later.
  return [
    ...(problems > 1 && problems < fewest
      ? [`${claim} takes ${fewest} problems, here there are ${problems}`]
      : []),
    ...(tuningSeeds < 2 ? [`${claim} takes two seeds a trial: --tuning-seeds 2`] : []),
  ];
}
