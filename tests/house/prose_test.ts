import { assertEquals } from "@std/assert";
import { beginsWithName, beginsWithVerb, functionFault } from "../../tools/prose/functions.ts";
import { foreignPaths, riddles } from "../../tools/prose/lines.ts";

const made = (doc: string, file = "runtime/a.ts", returns = "") =>
  functionFault({ name: "f", doc, file, returns }) === undefined;

Deno.test("beginsWithVerb() accepts a verb in the third person, and no noun in the plural", () => {
  for (const text of ["Returns x.", "Un-broadcasts dy to a shape.", "Fails.", "Reads, then writes."]) {
    assertEquals([text, beginsWithVerb(text)], [text, true]);
  }
  for (
    const text of [
      "The rows.",
      "Rows of a table.",
      "Whether x is y.",
      "What is left.",
      "`x` as a row.",
      "Its rows.",
    ]
  ) {
    assertEquals([text, beginsWithVerb(text)], [text, false]);
  }
});

Deno.test("beginsWithName() accepts a name and a colon, or a formula", () => {
  for (
    const text of ["Adam: scales by moments.", "Reshape, Flatten: the order stays.", "y = a + b.", "SM3: x."]
  ) {
    assertEquals([text, beginsWithName(text)], [text, true]);
  }
  for (const text of ["The rows.", "A rule that takes one thing after another: all.", "Each element."]) {
    assertEquals([text, beginsWithName(text)], [text, false]);
  }
});

Deno.test("functionFault() lets only rules and schedules begin with their name, and requires documentation", () => {
  assertEquals(made("Adam: scales by moments.", "optim/rules/adam.ts", "Optimizer"), true);
  assertEquals(made("REX: falls along a curve.", "schedules/rex.ts", "Schedule"), true);
  assertEquals(made("y = a + b.", "autodiff/rules/arithmetic.ts"), true);
  assertEquals(made("Adam: scales by moments."), false);
  assertEquals(made("y = a + b."), false);
  assertEquals(functionFault({ name: "f", doc: " ", file: "a.ts", returns: "" }), "has no documentation");
});

Deno.test("riddles() reports phrases to avoid, with their lines", () => {
  const text =
    "Reports progress.\n// Says how much of what is done.\nwhat the run is told of\na run is gone on with";
  assertEquals(riddles(text).map(({ line, found }) => [line, found]), [
    [2, "Says how"],
    [3, "told of"],
    [4, "gone on with"],
  ]);
});

Deno.test("foreignPaths() reports paths of one machine, but not those of every machine or relative ones", () => {
  const found = (text: string) => foreignPaths(text).map((fault) => fault.found);
  assertEquals(found("see /home/me/descent and `/mnt/disk/runs`"), ["/home/me"]);
  assertEquals(found("see ../shared/notes.md"), ["../shared/notes.md"]);
  assertEquals(
    found("in ../shared/data, /usr/bin/chromium, /dev/null, docs/a.md, https://a.b/c/d and a/b/c"),
    [],
  );
});
