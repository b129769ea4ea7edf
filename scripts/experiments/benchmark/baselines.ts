/**
 * Published runs beside those of `benchmark`: which rules to run, whether the runs agree, and a picture.
 *
 * @module
 */
import {
  agreementClaim,
  type Baseline,
  baselineOf,
  baselinePlot,
  baselineTable,
  type Curves,
  type OwnCurves,
  type StoredMeasure,
} from "../../baselines/mod.ts";
import { type Arm, type Evaluated, scoreOn, SCORES } from "../../comparison/mod.ts";
import type { Claim, Plot, ResultTable } from "../../report/mod.ts";
import type { BenchmarkData, BenchmarkedProblem } from "./data.ts";

/** Returns the rules of a problem's published runs, as texts with their rates; none if there are no such runs. */
export function baselineOptimizers(problem: string): readonly string[] {
  return baselineOf(problem)?.rules.map((r) => r.optimizer) ?? [];
}

/**
 * Decides for each rule with published runs whether the runs agree with them on the test set. There are no claims about
 * runs that held validation examples out, or had a schedule, a clip, or batches of another size.
 */
export function baselineClaims(data: BenchmarkData): Claim[] {
  return comparable(data).flatMap(({ told, baseline, arms }) =>
    arms.flatMap((arm) =>
      measuresOf(told).map((measure) => {
        const rule = baseline.rules.find((r) => r.optimizer === arm.optimizer)!;
        const { loss, accuracy = loss } = baseline.margins;
        const margin = measure === "testAccuracy" ? accuracy : loss;
        return agreementClaim({
          problem: told.problem,
          source: baseline.source.name,
          rule,
          measure,
          margin,
          ours: curvesOf(arm, measure),
        });
      })
    )
  );
}

/** Returns a table for each problem with published runs: their number, source and deviations, and how far ours are off. */
export function baselineTables(data: BenchmarkData): ResultTable[] {
  return comparable(data).flatMap(({ told, baseline, arms }) =>
    measuresOf(told).map((measure, i, { length }) =>
      baselineTable(baseline, {
        measure,
        ours: ownCurves(arms, measure),
        epochs: told.epochs,
        brief: i < length - 1,
      })
    )
  );
}

/** Returns a picture for each problem with published runs: of the accuracy, or of the loss where there is none. */
export function baselinePlots(data: BenchmarkData): Plot[] {
  return comparable(data).map(({ told, baseline, arms }) => {
    const measure = measuresOf(told).at(-1)!;
    return baselinePlot(baseline, { measure, ours: ownCurves(arms, measure) });
  });
}

interface Comparable {
  readonly told: BenchmarkedProblem;
  readonly baseline: Baseline;
  /** The arms of rules with published runs that were evaluated after an epoch. */
  readonly arms: readonly Arm[];
}

function comparable({ config, problems }: BenchmarkData): readonly Comparable[] {
  if (!config.published || config.schedule !== "constant" || config.clip !== "none") return [];
  return problems.flatMap((told) => {
    const baseline = baselineOf(told.problem);
    if (baseline === undefined || baseline.batchSize !== told.batchSize) return [];
    const names = baseline.rules.map((r) => r.optimizer);
    const arms = told.compared.arms.filter((arm) =>
      names.includes(arm.optimizer) && curvesOf(arm, "testLoss").some((curve) => curve.length > 1)
    );
    return arms.length === 0 ? [] : [{ told, baseline, arms }];
  });
}

function measuresOf({ metric }: BenchmarkedProblem): readonly StoredMeasure[] {
  return metric === "accuracy" ? ["testLoss", "testAccuracy"] : ["testLoss"];
}

function ownCurves(arms: readonly Arm[], measure: StoredMeasure): OwnCurves[] {
  return arms.map((arm) => ({ optimizer: arm.optimizer, curves: curvesOf(arm, measure) }));
}

/** Returns a curve for each run: the values after 0, 1, 2 epochs and so on, up to the first without an evaluation. */
function curvesOf({ points }: Arm, measure: StoredMeasure): Curves {
  const [set, score] = SCORES[measure];
  return points.map((run) => {
    const values: number[] = [];
    for (const point of run.filter(atEpoch)) {
      if (Math.round(point.epoch) !== values.length) break;
      values.push(scoreOn(point, set)[score]);
    }
    return values;
  });
}

/** Returns whether an evaluation comes at the end of an epoch, or before the first step. */
function atEpoch({ epoch }: Evaluated): boolean {
  return Math.abs(epoch - Math.round(epoch)) < 1e-9;
}
