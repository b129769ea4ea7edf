import { assertEquals, assertThrows } from "@std/assert";
import { required } from "../../options/required.ts";

Deno.test("required() returns a value that exists, even zero or an empty one", () => {
  assertEquals(required({ a: 0, b: "" }, "a"), 0);
  assertEquals(required<string | number>({ a: 0, b: "" }, "b"), "");
  assertEquals(required([false, true], 0), false);
});

Deno.test("required() names the missing key, and the existing ones", () => {
  assertThrows(() => required({ a: 1, b: 2 }, "c", "set"), RangeError, "no set 'c'; there are: a, b");
  assertThrows(() => required({}, "c"), RangeError, "no entry 'c'; there are: none");
  assertThrows(() => required({ a: undefined }, "a"), RangeError, "no entry 'a'");
  assertThrows(() => required([1, 2], 2, "seed"), RangeError, "no seed 2; there are 2");
  assertThrows(() => required([1, 2], -1), RangeError, "no entry -1; there are 2");
  // Inherited properties do not belong to the record.
  assertThrows(() => required({}, "toString"), RangeError, "no entry 'toString'");
});
