import { assertEquals } from "@std/assert";
import { searchRates } from "../../scripts/lab/rate_search.ts";

/** Searches rates 2^k, whose losses are `losses[k]`; missing losses are 9. */
const search = (losses: Readonly<Record<number, number>>, most = 12) =>
  searchRates((rate) => Promise.resolve(losses[Math.log2(rate)] ?? 9), { most });

Deno.test("searchRates() takes the lowest of the rates whose losses are equal", async () => {
  const { best, inside, trials } = await search({ [-1]: 1, 0: 1, 1: 1 });
  assertEquals([best.k, inside, trials.map((t) => t.k)], [-1, true, [-2, -1, 0, 1, 2]]);
  // Equal at the lower edge: the search continues below it.
  const lower = await search({ [-2]: 1, 0: 1 });
  assertEquals([lower.best.k, lower.trials.map((t) => t.k)], [-2, [-3, -2, -1, 0, 1, 2]]);
});

Deno.test("searchRates() continues beyond an edge if the best rate is there", async () => {
  const { best, trials, inside } = await search({ 1: 3, 2: 2, 3: 1, 4: 2 });
  assertEquals([best.k, inside, trials.map((t) => t.k)], [3, true, [-2, -1, 0, 1, 2, 3, 4]]);
});

Deno.test("searchRates() never chooses a rate that diverged", async () => {
  const { best } = await search({ [-2]: NaN, [-1]: 2, 0: NaN, 1: 5, 2: Infinity });
  assertEquals(best.k, -1);
  // If all diverge, a lower rate may converge: the search goes down as far as allowed.
  const none = await searchRates(() => Promise.resolve(NaN), { most: 7 });
  assertEquals([none.best.k, none.inside, none.trials.map((t) => t.k)], [-4, false, [
    -4,
    -3,
    -2,
    -1,
    0,
    1,
    2,
  ]]);
});
