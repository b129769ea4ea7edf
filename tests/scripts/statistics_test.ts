import { assertEquals } from "@std/assert";
import { allBelow, plusMinus } from "../../scripts/statistics/mod.ts";

Deno.test("plusMinus() shows the spread if there is one", () => {
  const fixed = (v: number) => v.toFixed(2);
  assertEquals(plusMinus([1, 3], fixed), "2.00 ± 1.41");
  assertEquals(plusMinus([1], fixed), "1.00");
});

Deno.test("plusMinus() shows how many diverged", () => {
  const fixed = (v: number) => v.toFixed(2);
  assertEquals(plusMinus([1, NaN, 3], fixed), "1 of 3 diverged");
  assertEquals(plusMinus([Infinity], fixed, { unit: "%" }), "diverged");
  assertEquals(plusMinus([1, 3], fixed, { unit: "%" }), "2.00 ± 1.41%");
});

Deno.test("allBelow() holds only for numbers", () => {
  assertEquals(allBelow([1, 2], [3, 4]), true);
  assertEquals(allBelow([1, 3], [3, 4]), false);
  for (const bad of [NaN, Infinity, -Infinity]) {
    assertEquals(allBelow([1], [3, bad]), false);
    assertEquals(allBelow([1, bad], [3]), false);
  }
});
