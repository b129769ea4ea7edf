import { assertEquals } from "@std/assert";
import { leastBy } from "../../stats/least_by.ts";

Deno.test("leastBy() passes over NaN", () => {
  const least = (values: number[]) => leastBy(values.map((v, i) => [v, i] as const), ([v]) => v)[1];
  assertEquals(least([NaN, 3, 1, NaN, 1]), 2);
  assertEquals(least([-Infinity, 3]), 1);
  assertEquals(least([NaN, NaN]), 0);
});
