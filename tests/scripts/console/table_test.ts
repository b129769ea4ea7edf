import { assert, assertEquals } from "@std/assert";
import { fittedTable, table } from "../../../scripts/console/mod.ts";

/** Returns the words of a text, without rules, blank lines and places where a word was broken. */
function characters(text: string): string {
  return text.replaceAll(/^[- ]+$/gm, "").replaceAll(/\s/g, "").split("").sort().join("");
}

Deno.test("fittedTable(): a table that fits is that of table()", () => {
  const header = ["optimizer", "loss"];
  const rows = [["sgd", "0.5"], ["momentum", "12.25"]];
  const expected = `optimizer   loss
---------  -----
sgd          0.5
momentum   12.25`;
  assertEquals(table(header, rows), expected);
  assertEquals(fittedTable(header, rows, { width: 16 }), expected);
});

Deno.test("fittedTable(): columns without content are left out, headers are broken before cells", () => {
  const header = ["optimizer", "learning rate", "note", "validation accuracy"];
  const rows = [["sgd", "0.1", "", "98.05%"], ["adam", "0.003", "", "diverged"]];
  assertEquals(
    fittedTable(header, rows, { width: 32 }),
    `           learning  validation
optimizer      rate    accuracy
---------  --------  ----------
sgd             0.1      98.05%
adam          0.003    diverged`,
  );
});

Deno.test("fittedTable(): long cells are broken at spaces, numbers never", () => {
  const rows = [["beta1", "a finite number of at least 0", "0.5 ± 0.25"], ["x", "true", "-1e-3"]];
  assertEquals(
    fittedTable(["option", "values", "mean"], rows, { width: 36 }),
    `option  values                 mean
------  ---------------  ----------
beta1   a finite number  0.5 ± 0.25
        of at least 0
x       true                  -1e-3`,
  );
});

Deno.test("fittedTable(): columns that do not fit stand in further tables, each with the names of the rows", () => {
  const header = ["run", "a", "b", "c"];
  const rows = [["digits/one", "100000", "200000", "300000"], ["digits/two", "1", "2", "3"]];
  assertEquals(
    fittedTable(header, rows, { width: 28 }),
    `run              a       b
----------  ------  ------
digits/one  100000  200000
digits/two       1       2

run              c
----------  ------
digits/one  300000
digits/two       3`,
  );
});

Deno.test("fittedTable(): whatever the cells, no line is longer than the width, and nothing is lost", () => {
  // Deterministic pseudo-random numbers: x -> 16807 x mod 2^31 - 1.
  let state = 42;
  const next = (n: number) => (state = state * 16807 % 2147483647) % n;
  const words = [
    "learningRate=0.001,",
    "a",
    "validation",
    "runs/digits/20261130-134220-3e97",
    "of",
    "x".repeat(90),
  ];
  for (let k = 0; k < 300; k++) {
    const columns = 1 + next(9);
    const text = () => Array.from({ length: next(7) }, () => words[next(words.length)]!).join(" ");
    const cell = (i: number) => (i % 3 === 2 ? String(next(10000) / 100) : text());
    const header = Array.from(
      { length: columns },
      (_, i) => `c${i} ${i % 2 === 0 ? "validation" : ""}`.trim(),
    );
    const rows = Array.from({ length: 1 + next(4) }, () => header.map((_, i) => cell(i)));
    const full = header.map((_, i) => i).filter((i) => rows.some((r) => r[i] !== ""));
    const shown = fittedTable(header, rows, { width: 80 });
    for (const line of shown.split("\n")) assert(line.length <= 80, line);
    if (shown.includes("\n\n")) continue;
    const content = [header, ...rows].flatMap((r) => full.map((i) => r[i]!)).join(" ");
    assertEquals(characters(shown.replaceAll(/-{2,}/g, "")), characters(content.replaceAll(/-{2,}/g, "")));
  }
});
