import { assertEquals } from "@std/assert";
import { wrap, wrapLines } from "../../../scripts/console/mod.ts";

Deno.test("wrap() breaks at spaces, and a word that is too long after a slash or a comma", () => {
  assertEquals(wrap("one two three", 7), ["one two", "three"]);
  assertEquals(wrap("see runs/digits/2026 now", 12), ["see", "runs/digits/", "2026 now"]);
  assertEquals(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
  assertEquals(wrap("", 10), [""]);
});

Deno.test("wrapLines() keeps the lines of a text, and commands as they are", () => {
  const command = "  deno task -q experiment digits --optimizer sgd";
  assertEquals(
    wrapLines(`one two three\n${command}`, { width: 9, indent: "> " }),
    `> one two\n> three\n${command}`,
  );
});
