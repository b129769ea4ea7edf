import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { TrialState } from "../../../scripts/sweep/collect.ts";
import { importanceOf } from "../../../scripts/sweep/importance.ts";
import { sweepPlots } from "../../../scripts/sweep/plots.ts";
import { sweepDocument, sweepTables } from "../../../scripts/sweep/report.ts";
import { scheduleOf } from "../../../scripts/sweep/schedule.ts";
import { type Sweep, sweepFrom } from "../../../scripts/sweep/sweep_file.ts";
import { type Dimension, importances, type Tried } from "../../../scripts/sweep/tpe/mod.ts";

interface Case {
  name: string;
  dimensions: Dimension[];
  goal: "max" | "min";
  history: Tried[];
  importances: number[];
}

const { cases }: { cases: Case[] } = JSON.parse(
  Deno.readTextFileSync(new URL("../../golden/optuna/importance.json", import.meta.url)),
);

for (const { name, history, importances: expected, ...options } of cases) {
  Deno.test(`importances() finds what Optuna's PED-ANOVA finds: ${name}`, () => {
    const complete = history.flatMap((t) => (t.state === "complete" ? [t] : []));
    const found = importances(complete, options);
    assertEquals(found.length, expected.length);
    found.forEach((v, i) => assertAlmostEquals(v, expected[i]!, 1e-12));
  });
}

const SWEEP = sweepFrom({
  experiment: "digits",
  space: {
    "learning-rate": { min: 1e-5, max: 1, scale: "log" },
    optimizer: ["sgd", "adam"],
    epochs: [3],
    "batch-size": { min: 16, max: 256, integer: true },
  },
  search: { method: "random", count: 60 },
});

/** Returns the trials of a sweep, whose loss depends on the learning rate alone; every seventh is pruned, every ninth failed. */
function states(sweep: Sweep): TrialState[] {
  return scheduleOf(sweep)(new Map()).trials.map((trial, i): TrialState => {
    const score = 0.1 + Math.log10(Number(trial.setting["learning-rate"]) / 0.01) ** 2;
    const claims = { last: 1, ended: null, beat: "", failures: 0 };
    if (i % 7 === 6) return { trial, state: "pruned", score: 100 - score, prunedAfter: 1 + i % 3, claims };
    if (i % 9 === 8) return { trial, state: "failed", score: null, claims };
    return { trial, state: "finished", score, claims, seconds: 1 };
  });
}

Deno.test("a sweep's document, tables and plots tell the importance of options that vary", () => {
  const result = { sweep: SWEEP, states: states(SWEEP), folder: "out", command: [], seconds: 1 };
  const { importance, best } = sweepDocument(result) as {
    importance: Record<string, number>;
    best: { score: number };
  };
  const [first, ...others] = Object.entries(importance);
  assertEquals(Object.keys(importance).sort(), ["batch-size", "learning-rate", "optimizer"]);
  assertEquals(first![0], "learning-rate");
  assert(first![1] > 0.6, `${first![1]}`);
  assert(others[0]![1] >= others[1]![1]);
  const table = sweepTables(result).find((t) => t.title === "Importance of the options");
  assertEquals(table!.rows.map(([name]) => name), Object.keys(importance));
  assertEquals(sweepPlots(result).map((p) => p.name), [
    "settings",
    "importance",
    "learning-rate",
    "batch-size",
  ]);
  // Pruned settings rank behind finished ones, those that got further first, and failed ones last.
  const rows = sweepTables(result)[0]!.rows.map((row) => row.at(-3)!);
  assertEquals(Number(rows[0]), Number(best.score.toPrecision(5)));
  const ranks = sweepTables({ ...result, states: result.states.slice(0, 30) })[0]!.rows.map((row) => {
    const [, epoch] = /^after epoch (\d)/.exec(row.at(-2)!) ?? [];
    return row.at(-3) === "failed" ? 0 : epoch === undefined ? 9 : Number(epoch);
  });
  assertEquals(ranks, ranks.toSorted((a, b) => b - a));
  assertEquals([...new Set(ranks)].length >= 4, true);
});

Deno.test("importanceOf() tells nothing by few settings, by one option, or under budgets", () => {
  const all = states(SWEEP);
  assertEquals(importanceOf(SWEEP, all.filter((s) => s.state === "finished").slice(0, 9)), undefined);
  assert(importanceOf(SWEEP, all.filter((s) => s.state === "finished").slice(0, 10)) !== undefined);
  const one = sweepFrom({
    experiment: "digits",
    space: { "learning-rate": { min: 1e-5, max: 1 } },
    search: SWEEP.search,
  });
  assertEquals(importanceOf(one, states(one)), undefined);
  const search = { method: "halving", count: 20, resource: "epochs2", max: 9 };
  const budgets = sweepFrom({ experiment: "digits", space: { ...SWEEP.space }, search });
  assertEquals(importanceOf(budgets, states(budgets)), undefined);
});
