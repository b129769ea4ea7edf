/**
 * Optimizers on one task with equal budgets, over several seeds: who ends where, and whether the difference is more than chance.
 *
 * @module
 */
import type { Device, Optimizer } from "../../mod.ts";
import { lines, type Plot, type ResultTable } from "../report/mod.ts";
import { comparePaired, type Comparison, CONFIDENCE, mean, plusMinus } from "../statistics/mod.ts";
import { seedsText } from "../cli/mod.ts";
import { openStudy, type StudyPoint, type StudyTask } from "./study.ts";
import { type Trial, tune } from "./rate_search.ts";

/** An optimizer to compare, with one rate or more. */
export interface Contender {
  readonly name: string;
  /** Rates to run as they are; `null` to choose one by validation. */
  readonly rates: readonly number[] | null;
  /** The rate that tuning starts from. */
  readonly learningRate: number;
  readonly make: (learningRate: number) => Optimizer;
}

/** The budget of each run. */
export interface Budget {
  readonly epochs: number;
  readonly batchSize: number;
}

/** What to compare. */
export interface ComparisonOptions extends Budget {
  readonly task: StudyTask;
  readonly contenders: readonly Contender[];
  readonly seeds: readonly number[];
  /** Seeds of the runs that rates are chosen by: others than `seeds`. */
  readonly tuningSeeds: readonly number[];
  readonly device: Device;
  readonly progress: (done: number, of: number, what: string) => void;
}

/** A run of a contender. */
export interface ComparedRun {
  readonly optimizer: string;
  readonly learningRate: number;
  readonly seed: number;
  readonly epochs: number;
  readonly steps: number;
  readonly trainLoss: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
  readonly diverged: boolean;
  readonly seconds: number;
}

/** An optimizer at a rate, with a run for each seed. */
export interface Arm {
  /** The optimizer's name, with the rate where it has several. */
  readonly name: string;
  readonly optimizer: string;
  readonly learningRate: number;
  readonly runs: readonly ComparedRun[];
  /** The evaluations of each run. */
  readonly points: readonly (readonly StudyPoint[])[];
}

/** What a comparison gives. */
export interface Compared {
  readonly arms: readonly Arm[];
  /** The rates tried for each optimizer that was tuned. */
  readonly trials: Readonly<Record<string, readonly Trial[]>>;
}

/** A measure of runs that comparisons go by. */
export type Measure = "trainLoss" | "validationLoss" | "testLoss" | "testAccuracy";

/** Tunes each contender where its rate is open, then runs it with every seed. */
export async function compareOptimizers(options: ComparisonOptions): Promise<Compared> {
  const { task, contenders, seeds, tuningSeeds, epochs, batchSize, device, progress } = options;
  const arms: Arm[] = [];
  const trials: Record<string, readonly Trial[]> = {};
  for (const [i, { name, rates, learningRate: base, make }] of contenders.entries()) {
    await using study = await openStudy({ task, make, device });
    let chosen = rates;
    if (chosen === null) {
      const tuned = await tune(study, {
        base,
        seeds: tuningSeeds,
        epochs,
        batchSize,
        onTrial: (k) => progress(i + Math.min(0.6, k / 10), contenders.length, `${name}: rate ${k + 1}`),
      });
      trials[name] = tuned.trials;
      chosen = [tuned.best.rate];
    }
    for (const [j, learningRate] of chosen.entries()) {
      const runs: ComparedRun[] = [];
      const points: (readonly StudyPoint[])[] = [];
      for (const [k, seed] of seeds.entries()) {
        const part = (j + k / seeds.length) / chosen.length;
        progress(
          i + (rates === null ? 0.6 + 0.4 * part : part),
          contenders.length,
          `${name}: seed ${k + 1}/${seeds.length}`,
        );
        const run = await study.run({ learningRate, seed, epochs, batchSize });
        const { step, seconds, scores } = run.points.at(-1)!;
        points.push(run.points);
        runs.push({
          optimizer: name,
          learningRate,
          seed,
          epochs,
          steps: step,
          trainLoss: scores.train!.loss,
          validationLoss: scores.validation!.loss,
          validationAccuracy: scores.validation!.accuracy,
          testLoss: scores.test!.loss,
          testAccuracy: scores.test!.accuracy,
          diverged: run.diverged,
          seconds,
        });
      }
      const label = chosen.length > 1 ? `${name} ${learningRate}` : name;
      arms.push({ name: label, optimizer: name, learningRate, runs, points });
    }
  }
  progress(contenders.length, contenders.length, "done");
  return { arms, trials };
}

/** Returns the values of a measure, seed by seed; `NaN` for a run that diverged, whose accuracy is finite but meaningless. */
export function valuesOf(arm: Arm, measure: Measure): number[] {
  return arm.runs.map((r) => (r.diverged ? NaN : r[measure]));
}

/** Compares two arms by a measure, seed by seed. Returns `null` if a run of either diverged: then neither wins. */
export function compareArms(a: Arm, b: Arm, { measure }: { measure: Measure }): Comparison | null {
  const [x, y] = [valuesOf(a, measure), valuesOf(b, measure)];
  return [...x, ...y].every(Number.isFinite) ? comparePaired(x, { with: y }) : null;
}

/** `-0.0123 (-0.02 to -0.004), p = 0.031`. */
export function comparisonText({ value, low, high, p }: Comparison): string {
  return `${value.toPrecision(3)} (${low.toPrecision(3)} to ${high.toPrecision(3)}), p = ${p.toPrecision(2)}`;
}

/**
 * Returns `sgd: -0.0123 (-0.02 to -0.004), p = 0.031`, the difference of `a` from `b` under `b`'s name; or which of
 * them diverged.
 */
export function againstText(a: Arm, b: Arm, { c }: { c: Comparison | null }): string {
  return `${b.name}: ${c === null ? divergedText([a, b]) : comparisonText(c)}`;
}

/** Returns which arms diverged, and how often: `sgd diverged with 1 of 8 seeds`. */
export function divergedText(arms: readonly Arm[]): string {
  return arms.flatMap(({ name, runs }) => {
    const diverged = runs.filter((r) => r.diverged).length;
    return diverged === 0 ? [] : [`${name} diverged with ${diverged} of ${seedsText(runs.length)}`];
  }).join(" and ");
}

/**
 * Returns whether one arm beats every other by Holm's procedure: each difference is on the right side of 0, and its p
 * is below 0.05 divided by the number of comparisons not yet decided. A comparison with an arm that diverged is no win.
 */
export function beatsAll(
  differences: readonly (Comparison | null)[],
  { sign }: { sign: 1 | -1 },
): boolean {
  const sorted = [...differences].sort((a, b) => (a?.p ?? 1) - (b?.p ?? 1));
  return sorted.every((c, i) => c !== null && sign * c.value > 0 && c.p < 0.05 / (sorted.length - i));
}

/** The columns of `metrics.csv` of a comparison. */
export const COMPARED_COLUMNS = [
  "optimizer",
  "learningRate",
  "seed",
  "epoch",
  "step",
  "trainLoss",
  "validationLoss",
  "validationAccuracy",
  "testLoss",
  "testAccuracy",
];

/** Its rows: one an evaluation. */
export function comparedRows({ arms }: Compared): Record<string, unknown>[] {
  return arms.flatMap(({ optimizer, learningRate, runs, points }) =>
    points.flatMap((of, i) =>
      of.map(({ epoch, step, scores: { train, validation, test } }) => ({
        optimizer,
        learningRate,
        seed: runs[i]!.seed,
        epoch,
        step,
        trainLoss: train!.loss,
        validationLoss: validation!.loss,
        validationAccuracy: validation!.accuracy,
        testLoss: test!.loss,
        testAccuracy: test!.accuracy,
      }))
    )
  );
}

/** A row for each arm. */
export function comparedTable({ arms }: Compared, title?: string): ResultTable {
  const seeds = arms[0]!.runs.length;
  return {
    ...(title === undefined ? {} : { title }),
    header: [
      "optimizer",
      "learning rate",
      "train loss",
      "validation loss",
      "test loss",
      "test accuracy",
      "s a run",
    ],
    rows: arms.map((arm) => [
      arm.optimizer,
      String(Number(arm.learningRate.toPrecision(3))),
      ...(["trainLoss", "validationLoss", "testLoss"] as const).map((m) =>
        plusMinus(valuesOf(arm, m), (v) => v.toFixed(4))
      ),
      plusMinus(valuesOf(arm, "testAccuracy").map((v) => 100 * v), (v) => v.toFixed(2), { unit: "%" }),
      mean(arm.runs.map((r) => r.seconds)).toFixed(2),
    ]),
    note: `Means and standard deviations over ${seedsText(seeds)}.`,
  };
}

/** Each arm against the one named: what it has more, with its interval and its p-value. */
export function pairedTable(
  { arms }: Compared,
  { against, measure, title }: { against: Arm; measure: Measure; title: string },
): ResultTable {
  return {
    title,
    header: ["optimizer", "difference", `${100 * CONFIDENCE}% interval`, "p"],
    rows: arms.filter((a) => a !== against).map((arm) => {
      const c = compareArms(arm, against, { measure });
      return c === null ? [arm.name, "", divergedText([arm, against]), ""] : [
        arm.name,
        c.value.toPrecision(3),
        `${c.low.toPrecision(3)} to ${c.high.toPrecision(3)}`,
        c.p.toPrecision(2),
      ];
    }),
    note:
      "Means of the differences over the seeds, pair by pair; intervals by the bootstrap over pairs, p-values by " +
      "flipping the signs of the pairs' differences.",
  };
}

/** A measure over the epochs: means over the seeds, in bands from the least to the most. */
export function curvePlot(
  { arms }: Compared,
  { name, title, measure, log }: { name: string; title: string; measure: Measure; log: boolean },
): Plot {
  const [set, score] = ({
    trainLoss: ["train", "loss"],
    validationLoss: ["validation", "loss"],
    testLoss: ["test", "loss"],
    testAccuracy: ["test", "accuracy"],
  } as const)[measure];
  return lines(
    arms.flatMap((arm) =>
      (arm.points[0] ?? []).flatMap(({ epoch }, i) => {
        const values = arm.points.map((p) => p[i]?.scores[set]?.[score] ?? NaN);
        if (!values.every(Number.isFinite)) return [];
        return {
          x: epoch,
          y: mean(values),
          low: Math.min(...values),
          high: Math.max(...values),
          line: arm.name,
        };
      })
    ),
    {
      name,
      title,
      ...(arms[0]!.runs.length > 1 ? { caption: "Means over the seeds; the bands span them." } : {}),
      x: "epoch",
      y: MEASURES[measure],
      lines: arms.map((a) => a.name),
      log,
    },
  );
}

/** The measures in words. */
export const MEASURES: Readonly<Record<Measure, string>> = {
  trainLoss: "training loss",
  validationLoss: "validation loss",
  testLoss: "test loss",
  testAccuracy: "test accuracy",
};

/** The validation loss by rate of each optimizer that was tuned. */
export function tuningPlot({ trials }: Compared, { name, title }: { name: string; title: string }): Plot {
  return lines(
    Object.entries(trials).flatMap(([line, of]) => of.map((t) => ({ x: t.rate, y: t.loss, line }))),
    {
      name,
      title,
      caption:
        "The best validation loss of a run, a mean over the tuning seeds; rates that diverged are left out.",
      x: "learning rate",
      y: "validation loss",
      log: true,
      logX: 10,
      marks: true,
    },
  );
}
