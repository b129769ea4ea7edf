import { assertEquals, assertThrows } from "@std/assert";
import { benjaminiHochberg } from "../../stats/benjamini_hochberg.ts";
import { holm } from "../../stats/holm.ts";

Deno.test("adjusted p-values keep the order of the p-values, and do not exceed 1", () => {
  assertEquals(holm([0.5, 0.125, 0.25]), [0.5, 0.375, 0.5]);
  assertEquals(benjaminiHochberg([0.5, 0.125, 0.25]), [0.5, 0.375, 0.375]);
  assertEquals(holm([0.9, 1]), [1, 1]);
  for (const adjust of [holm, benjaminiHochberg]) {
    assertEquals(adjust([]), []);
    assertEquals(adjust([0.25]), [0.25]);
  }
});

Deno.test("a p-value that is none is refused, with its place", () => {
  for (const adjust of [holm, benjaminiHochberg]) {
    assertThrows(() => adjust([0.5, NaN]), RangeError, "pValues[1] must be in [0, 1], got NaN");
    assertThrows(() => adjust([1.5]), RangeError, "pValues[0] must be in [0, 1], got 1.5");
  }
});
