import { assertAlmostEquals, assertEquals } from "@std/assert";
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
