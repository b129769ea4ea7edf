/** Holds bootstrap intervals against SciPy's and rliable's. */
import { assert, assertAlmostEquals } from "@std/assert";
import { bcaInterval, percentileInterval } from "../../stats/interval.ts";
import { bootstrap } from "../../stats/bootstrap.ts";
import { interquartileMean } from "../../stats/interquartile_mean.ts";
import { optimalityGap } from "../../stats/optimality_gap.ts";
import { probabilityOfImprovement } from "../../stats/probability_of_improvement.ts";
import { deviation, mean } from "../../stats/sample.ts";
import { type Scores, stratifiedBootstrap } from "../../stats/stratified_bootstrap.ts";

type Bounds = readonly [number, number];

interface ScipyCase {
  readonly statistic: string;
  readonly paired: boolean;
  readonly interval: "percentile" | "bca";
  readonly confidence: number;
  readonly samples: number[][];
  readonly value: number;
  readonly resampled: number[];
  readonly few: Bounds;
  readonly many: Bounds;
}
interface RliableCase {
  readonly function: string;
  readonly scores?: Scores[];
  readonly interval?: Bounds;
}

function casesOf<T>(name: string): T[] {
  const url = new URL(`../golden/stats/${name}.json`, import.meta.url);
  return JSON.parse(Deno.readTextFileSync(url)).cases;
}

type Statistic = (samples: readonly (readonly number[])[]) => number;
const STATISTICS: Readonly<Record<string, Statistic>> = {
  "mean": ([x]) => mean(x!),
  "deviation": ([x]) => deviation(x!),
  "difference": ([x, y]) => mean(x!) - mean(y!),
  "paired ratio": ([x, y]) => mean(x!) / mean(y!),
};

/** Returns the statistics without one value of one sample; of paired samples, without one pair. */
function leftOut({ samples, statistic, paired }: ScipyCase): number[][] {
  const without = (values: number[], k: number) => values.filter((_, i) => i !== k);
  const of = STATISTICS[statistic]!;
  if (paired) return [samples[0]!.map((_, k) => of(samples.map((s) => without(s, k))))];
  return samples.map((sample, j) =>
    sample.map((_, k) => of(samples.map((s, i) => (i === j ? without(s, k) : s))))
  );
}

/** Four standard errors of a bound of 10,000 resamples, as a share of the interval's width: that of percentiles is 0.8 %. */
const PERCENTILE_ERROR = 0.03;

/** The same for BCa intervals of 40,000 resamples: of the skewed statistics here a bound has up to 1.3 %. */
const BCA_ERROR = 0.05;

function assertNear(
  got: { low: number; high: number },
  [low, high]: Bounds,
  { share, atom = 0, what }: { share: number; atom?: number; what: string },
): void {
  const error = share * (high - low) + atom;
  assertAlmostEquals(got.low, low, error, what);
  assertAlmostEquals(got.high, high, error, what);
}

/** Returns the step of a statistic that has few values: of a share of pairs, and of means of integers. */
function atomOf([x, y]: readonly Scores[]): number {
  if (y !== undefined) return 1 / (x!.length * x![0]!.length * y[0]!.length);
  const values = x!.flat();
  // The interquartile mean is one of half of the values.
  return values.every(Number.isInteger) ? 2 / values.length : 0;
}

Deno.test("intervals follow from the statistics of resamples as SciPy's", () => {
  for (const c of casesOf<ScipyCase>("scipy_bootstrap")) {
    const { value, confidence, resampled, interval, few: [low, high] } = c;
    const got = interval === "bca"
      ? bcaInterval(resampled, { value, leftOut: leftOut(c), confidence })
      : percentileInterval(resampled, confidence);
    const what = `${c.statistic}, ${interval}, ${confidence}`;
    assertAlmostEquals(got.low, low, 1e-12, what);
    assertAlmostEquals(got.high, high, 1e-12, what);
  }
});

Deno.test("bootstrap() gives the intervals of SciPy, within the error of resampling", () => {
  for (
    const { samples, statistic, paired, interval, confidence, value, many } of casesOf<ScipyCase>(
      "scipy_bootstrap",
    )
  ) {
    const bca = interval === "bca";
    const resamples = bca ? 40_000 : 10_000;
    const got = bootstrap(samples, STATISTICS[statistic]!, { paired, interval, confidence, resamples });
    const what = `${statistic}, ${interval}, ${confidence}`;
    assertAlmostEquals(got.value, value, 1e-12, what);
    assertNear(got, many, { share: bca ? BCA_ERROR : PERCENTILE_ERROR, what });
  }
});

Deno.test("stratifiedBootstrap() gives the intervals of rliable, within the error of resampling", () => {
  const measures: Readonly<Record<string, (algorithms: readonly Scores[]) => number>> = {
    interquartileMean: ([x]) => interquartileMean(x!.flat()),
    optimalityGap: ([x]) => optimalityGap(x!.flat()),
    probabilityOfImprovement: ([x, y]) => probabilityOfImprovement(x!, y!),
  };
  const cases = casesOf<RliableCase>("rliable").filter((c) => c.scores !== undefined);
  assert(cases.length === 12);
  for (const { function: name, scores, interval } of cases) {
    const atom = atomOf(scores!);
    const what = `${name} of ${JSON.stringify(scores)}`;
    assertNear(stratifiedBootstrap(scores!, measures[name]!), interval!, {
      share: PERCENTILE_ERROR,
      atom,
      what,
    });
  }
});
