import { assertEquals } from "@std/assert";

const ROOT = new URL("../../tools/spelling/", import.meta.url);
const words = (name: string) =>
  Deno.readTextFileSync(new URL(name, ROOT)).split("\n").filter((line) =>
    line !== "" && !line.startsWith("#")
  );

Deno.test("the lists of words are in lower case, in order, and name no word twice", () => {
  for (const name of ["words.txt", "misspelled.txt"]) {
    assertEquals(words(name), [...new Set(words(name).map((word) => word.toLowerCase()))].sort());
  }
  const known = new Set(words("words.txt"));
  assertEquals(words("misspelled.txt").filter((word) => known.has(word)), []);
});

Deno.test("the list of words contains no British spelling", () => {
  const british = /(isation|ising|(?<!w)ise[drs]?|yse[drs]?|(?<![fh])our(s|ed|ing)?)$/;
  assertEquals(words("words.txt").filter((word) => british.test(word)), []);
});
