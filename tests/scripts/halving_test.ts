import { assertEquals } from "@std/assert";
import { best, mostCuts, rungsOf } from "../../scripts/sweep/halving.ts";

Deno.test("rungsOf() rounds budgets to the nearest integer, and numbers of settings down", () => {
  // 8 / 3 is 2.67: 3 epochs, not 2. 8 of 8 settings, then the best 2.67 of them: 2, not 3.
  assertEquals(rungsOf({ max: 8, min: 1, eta: 3 }, { count: 8, cuts: 1 }), [
    { budget: 3, count: 8 },
    { budget: 8, count: 2 },
  ]);
  // 50 / 27, 50 / 9, 50 / 3.
  assertEquals(rungsOf({ max: 50, min: 1, eta: 3 }, { count: 27, cuts: 3 }), [
    { budget: 2, count: 27 },
    { budget: 6, count: 9 },
    { budget: 17, count: 3 },
    { budget: 50, count: 1 },
  ]);
  // 10 / 4 is 2.5, and the half goes up.
  assertEquals(rungsOf({ max: 10, min: 1, eta: 4 }, { count: 3, cuts: 1 }), [
    { budget: 3, count: 3 },
    { budget: 10, count: 1 },
  ]);
});

Deno.test("mostCuts() cuts a budget as often as its minimum allows, even if powers round up", () => {
  assertEquals(mostCuts({ max: 81, min: 1, eta: 3 }), 4);
  assertEquals(mostCuts({ max: 80, min: 1, eta: 3 }), 3);
  assertEquals(mostCuts({ max: 1, min: 1, eta: 3 }), 0);
  // 1.1 ** 3 is 1.3310000000000004 in floating point, more than the exact 1.331.
  assertEquals(mostCuts({ max: 1.331, min: 1, eta: 1.1 }), 3);
});

Deno.test("best() keeps the order of ties, and puts missing scores last", () => {
  const items = [null, 2, 1, 2, NaN, 1].map((score, item) => ({ item, score }));
  assertEquals(best(items, { count: 6, goal: "max" }), [1, 3, 2, 5, 0, 4]);
  assertEquals(best(items, { count: 3, goal: "min" }), [2, 5, 1]);
});
