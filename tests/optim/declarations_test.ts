/** The declarations of options, held against the documentation and the functions. */
import { assert, assertEquals } from "@std/assert";
import * as library from "../../mod.ts";
import {
  type CatalogEntry,
  declarationsOf,
  OPTIMIZER_FAMILIES,
  type OptimizerName,
  SCHEDULES,
} from "../../mod.ts";
import { isInRange } from "../../options/mod.ts";
import { documentation, schedulePapers } from "../../tools/function_docs.ts";

const entries: ReadonlyMap<string, CatalogEntry> = new Map(
  Object.values(OPTIMIZER_FAMILIES).flatMap((family) => Object.entries<CatalogEntry>(family)),
);
const documented = (await documentation()).flatMap(({ functions }) => functions);

Deno.test("the table of schedules lists every function that makes one, with its documentation's paper", async () => {
  const papers = await schedulePapers();
  assertEquals(Object.keys(SCHEDULES).toSorted(), [...papers.keys()].toSorted());
  for (const [name, { paper }] of Object.entries(SCHEDULES)) {
    assertEquals(paper, papers.get(name), name);
    assert(name in library, `mod.ts does not export ${name}`);
  }
});

Deno.test("every option is declared, and its default is the one that its documentation states", () => {
  for (const { name, options } of documented) {
    const declared = declarationsOf(name as OptimizerName);
    for (const { name: option, text } of options) {
      const d = declared[option];
      assert(d !== undefined, `${name}: ${option} is not declared`);
      const [, said] = text.match(/(\S+) by default/) ?? [];
      const stated = Number(said?.replace(/^`?(.*?)`?[.,:;]?$/, "$1"));
      if (d.kind !== "number" || d.default === undefined || said === undefined || Number.isNaN(stated)) {
        continue;
      }
      assertEquals(d.default, stated, `${name}: ${option}`);
      assertEquals(/schedule: a|or a schedule|warm-up/.test(text), d.schedule, `${name}: ${option}: ${text}`);
    }
  }
});

Deno.test("defaults are in their range, and intervals to search hold usable numbers", () => {
  let searched = 0;
  for (const name of entries.keys()) {
    for (const [option, d] of Object.entries(declarationsOf(name as OptimizerName))) {
      const what = `${name}: ${option}`;
      if (d.kind === "choice" && d.default !== undefined) assert(d.choices.includes(d.default), what);
      if (d.kind !== "number") continue;
      if (d.default !== undefined) assert(isInRange(d.default, d.range), what);
      if (d.search === undefined) continue;
      searched++;
      const { low, high, scale } = d.search;
      assert(low < high && isInRange(low, d.range) && isInRange(high, d.range), what);
      assert(scale === "one-minus-log" ? low >= 0 && high < 1 : low > 0, what);
    }
  }
  assert(searched > 60, String(searched));
});

Deno.test("the rate of the table is in the interval in which the rate is searched", () => {
  for (const [name, { rate }] of entries) {
    const declared = declarationsOf(name as OptimizerName).learningRate;
    if (rate === undefined || declared?.kind !== "number" || declared.search === undefined) continue;
    assert(rate >= declared.search.low && rate <= declared.search.high, name);
  }
});

Deno.test("search intervals are those of AlgoPerf's baselines", () => {
  const searchOf = (name: OptimizerName, option: string) => {
    const d = declarationsOf(name)[option];
    return d?.kind === "number" ? d.search : undefined;
  };
  const log = (low: number, high: number) => ({ low, high, scale: "log" as const });
  assertEquals(searchOf("adamw", "weightDecay"), log(5e-3, 1));
  assertEquals(searchOf("nadamw", "learningRate"), log(1e-4, 1e-2));
  // 1 - beta1 from 4e-3 to 0.1.
  assertEquals(searchOf("nadamw", "beta1"), { low: 0.9, high: 0.996, scale: "one-minus-log" });
  assertEquals(searchOf("nesterov", "learningRate"), log(2e-2, 5));
  assertEquals(searchOf("sgd", "momentum"), { low: 0.7, high: 0.995, scale: "one-minus-log" });
  assertEquals(searchOf("adadelta", "learningRate"), log(0.1, 10));
  assertEquals(searchOf("adamw", "beta2"), undefined);
});
