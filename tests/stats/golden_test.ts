/** Holds the statistics against SciPy, statsmodels, lifelines, rliable, and enumerations. */
import { assert, assertEquals } from "@std/assert";
import * as stats from "../../stats/mod.ts";
import { normalTail } from "../../stats/normal_tail.ts";
import { studentQuantile, studentTail } from "../../stats/student_tail.ts";
import { welch } from "../../stats/welch.ts";

/** The arguments and the options depend on the function. */
// deno-lint-ignore no-explicit-any
type Given = any;
interface Case {
  function: string;
  arguments: Given[];
  options: Given;
  expected: (number | string)[];
}
interface Golden {
  cases: Case[];
}

function golden(name: string): Golden {
  const text = Deno.readTextFileSync(new URL(`../golden/stats/${name}.json`, import.meta.url));
  return JSON.parse(text, (_, v) => (v === "NaN" ? NaN : v === "Infinity" ? Infinity : v));
}

const tested = ({ statistic, p }: stats.TestResult) => [statistic, p];
const correlated = ({ value, p }: stats.Correlation) => [value, p];

/** What the functions return, as a list of numbers. */
const CALLS: Readonly<Record<string, (given: Given[], options: Given) => number[]>> = {
  signFlipTest: ([d], o) => [stats.signFlipTest(d, o)],
  wilcoxonTest: ([d], o) => tested(stats.wilcoxonTest(d, o)),
  mannWhitneyTest: ([a, b], o) => tested(stats.mannWhitneyTest(a, b, o)),
  pairedTTest: ([d], o) => tested(stats.pairedTTest(d, o)),
  welch: ([a], o) => {
    const { value, low, high, p, degrees } = welch(a, o);
    return [value, low, high, p, degrees];
  },
  kendall: ([a, b], o) => correlated(stats.kendall(a, b, o)),
  spearman: ([a, b], o) => correlated(stats.spearman(a, b, o)),
  normalTail: ([z]) => [normalTail(z)],
  studentTail: ([t], o) => [studentTail(t, o)],
  studentQuantile: ([p], o) => [studentQuantile(p, o)],
  interquartileMean: ([values]) => [stats.interquartileMean(values)],
  optimalityGap: ([values]) => [stats.optimalityGap(values)],
  probabilityOfImprovement: ([a, b]) => [stats.probabilityOfImprovement(a, b)],
  scoreDistribution: ([scores, thresholds]) => stats.scoreDistribution(scores, thresholds),
  holm: ([p]) => stats.holm(p),
  benjaminiHochberg: ([p]) => stats.benjaminiHochberg(p),
  pairedPower: (_, o) => [stats.pairedPower(o)],
  pairsForPower: (_, o) => [stats.pairsForPower(o)],
  kaplanMeier: ([times]) => stats.kaplanMeier(times).flatMap((s) => [s.time, s.left]),
  timeToTarget: ([times], o) => {
    const { median, mean } = stats.timeToTarget(times, o);
    return [median, mean];
  },
  expectedBest: ([values], o) => [stats.expectedBest(values, o)],
  performanceProfiles: ([costs, factors]) => Object.values(stats.performanceProfiles(costs, factors)).flat(),
};

/** Distributions: even their smallest values are right to 12 digits. */
const RELATIVE = ["normalTail", "studentTail", "studentQuantile"];

function isClose(got: number, wanted: number, name: string): boolean {
  if (Object.is(got, wanted) || got === wanted) return true;
  const scale = RELATIVE.includes(name) ? Math.abs(wanted) : Math.max(1, Math.abs(wanted));
  return Math.abs(got - wanted) <= 1e-12 * scale;
}

const FILES = ["scipy", "welch", "statsmodels", "lifelines", "rliable", "enumeration"];

for (const file of FILES) {
  const { cases } = golden(file);
  for (const name of new Set(cases.map((c) => c.function))) {
    const own = cases.filter((c) => c.function === name);
    Deno.test(`${name}() gives what ${file} gives, in ${own.length} cases`, () => {
      for (const c of own) {
        const got = CALLS[name]!(c.arguments, c.options);
        const text = `${JSON.stringify([c.arguments, c.options])}: ${got} is not ${c.expected}`;
        assertEquals(got.length, c.expected.length, text);
        assert(got.every((v, i) => isClose(v, Number(c.expected[i]), name)), text);
      }
    });
  }
}

Deno.test("every function is held against golden values", () => {
  const held = FILES.flatMap((f) => golden(f).cases.map((c) => c.function));
  assertEquals(Object.keys(CALLS).filter((name) => !held.includes(name)), []);
});
