import { assert, assertEquals } from "@std/assert";
import { isPruned, mediansOf } from "../../../scripts/sweep/median.ts";

type Pairs = [step: number, value: number | null][];

interface Case {
  goal: "max" | "min";
  startup: number;
  warmUp: number;
  interval: number;
  earlier: Pairs[];
  own: Pairs;
  pruned: boolean[];
}

const { cases }: { cases: Case[] } = JSON.parse(
  Deno.readTextFileSync(new URL("../../golden/optuna/median.json", import.meta.url)),
);

const curveOf = (pairs: Pairs) => new Map(pairs.map(([step, value]) => [step, value ?? NaN]));

Deno.test("isPruned() stops the trials that Optuna's MedianPruner stops, after each step", () => {
  for (const [i, { earlier, own, pruned, startup, ...options }] of cases.entries()) {
    const medians = mediansOf(earlier.map(curveOf), { startup });
    const said = own.map((_, n) =>
      medians !== undefined && isPruned(curveOf(own.slice(0, n + 1)), medians, options)
    );
    assertEquals(said, pruned, `case ${i}`);
  }
  const all = cases.flatMap((c) => c.pruned);
  assert(all.filter((p) => p).length > 50 && all.filter((p) => !p).length > 50, "the cases are one-sided");
});
