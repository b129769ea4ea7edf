import { assertEquals } from "@std/assert";
import { coverageTable, parseLcov, summary } from "../../tools/test_coverage.ts";

const record = (
  path: string,
  { lines, branches }: { lines: [number, number]; branches?: [number, number] },
) =>
  [
    `SF:/d/${path}`,
    ...(branches === undefined ? [] : [`BRF:${branches[1]}`, `BRH:${branches[0]}`]),
    "DA:1,1",
    `LH:${lines[0]}`,
    `LF:${lines[1]}`,
    "end_of_record",
    "",
  ].join("\n");

const LCOV = [
  record("mod.ts", { lines: [1, 1] }),
  record("onnx/ir/graph.ts", { lines: [1999, 2000], branches: [1, 3] }),
  record("onnx/proto/codec.ts", { lines: [0, 1], branches: [1, 1] }),
  record("scripts/run/resume.ts", { lines: [1, 4], branches: [2, 5] }),
  record("tests/a_test.ts", { lines: [5, 5] }),
].join("") + "SF:/elsewhere/x.ts\nLH:1\nLF:1\nend_of_record\n";

const ALL = [
  "mod.ts",
  "onnx/ir/graph.ts",
  "onnx/proto/codec.ts",
  "scripts/run/resume.ts",
  "scripts/watch/page.ts",
];

Deno.test("coverageTable() adds up the files of a folder, and counts those that no test loads", () => {
  const rows = coverageTable(parseLcov(LCOV, "/d/"), ALL).split("\n").map((line) => line.split(/  +/));
  assertEquals(rows.filter((_, i) => i !== 1).map((row) => row.filter((cell) => cell !== "")), [
    ["folder", "files", "not loaded", "lines %", "branches %"],
    ["mod.ts", "1", "0", "100.0"],
    ["onnx", "2", "0", "99.9", "50.0"],
    ["scripts/run", "1", "0", "25.0", "40.0"],
    ["scripts/watch", "1", "1"],
  ]);
});

Deno.test("summary() is one line for the library and the scripts", () => {
  assertEquals(
    summary(parseLcov(LCOV, "/d/"), ALL.slice(0, 4)),
    "coverage by the tests' own processes: library 99.9 % of lines, 50.0 % of branches; " +
      "scripts 25.0 % of lines, 40.0 % of branches",
  );
  assertEquals(
    summary(parseLcov(LCOV + record("scripts/watch/a.ts", { lines: [3, 4], branches: [1, 2] }), "/d/"), [
      ...ALL,
      "scripts/watch/a.ts",
    ]),
    "coverage by the tests' own processes: library 99.9 % of lines, 50.0 % of branches; " +
      "scripts 50.0 % of lines, 42.8 % of branches (1 of 3 files not loaded)",
  );
});
