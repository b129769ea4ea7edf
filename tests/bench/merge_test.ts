import { assertEquals } from "@std/assert";
import { markdownTable, mergeTables, tablesOf } from "../../bench/merge.ts";
import { writtenText } from "../../bench/write_report.ts";
import { rowOf } from "./row.ts";

const old = {
  header: ["training", "Descent, ms", "tfjs"],
  rows: [["a", "1", "×2"], ["b", "3", ""], ["gone", "5", "×6"]],
};

Deno.test("tablesOf() reads what markdownTable() writes, also after the formatter", () => {
  const other = { header: ["training", "x"], rows: [["c", "7"]] };
  const text = `Words.\n\n${markdownTable(old)}\n\nMore | words.\n\n${
    markdownTable(other, "---:")
  }\n\n- list`;
  assertEquals(tablesOf(text), [old, other]);
  assertEquals(tablesOf("| training |   x |\n| -------- | --: |\n| c        |   7 |"), [other]);
});

Deno.test("mergeTables() replaces all rows of a training, keeps the others, and orders rows and columns", () => {
  const fresh = {
    header: ["training", "state", "Descent, ms", "torch"],
    rows: [["b", "fast", "3.5", "×1"], ["b", "slow", "7", "×0.5"], ["0", "fast", "9", ""]],
  };
  const order = { columns: ["training", "state", "Descent, ms", "torch", "tfjs"], keys: ["0", "a", "b"] };
  assertEquals(mergeTables([old, fresh], order), {
    header: ["training", "state", "Descent, ms", "torch", "tfjs"],
    rows: [
      ["0", "fast", "9", "", ""],
      ["a", "", "1", "", "×2"],
      ["b", "fast", "3.5", "×1", ""],
      ["b", "slow", "7", "×0.5", ""],
      ["gone", "", "5", "", "×6"],
    ],
  });
});

Deno.test("writtenText() keeps the rows and remarks of trainings that a later run does not measure", () => {
  const versions = { deno: "2", onnxruntime: "1", os: "linux", threads: 2 };
  const [mlp, lenet] = ["mlp 784-256-10 b32", "lenet b64"];
  const floor = { flops: 1, bytes: 1 };
  const products = { subject: "products alone", floor, ratioToDescent: 0.5 };
  const both = (ms: number) =>
    [mlp, lenet].flatMap((work) => {
      const stepMs = { median: ms, min: ms, max: ms };
      return [rowOf({ work, stepMs, peakMiB: ms }), rowOf({ ...products, work, stepMs })];
    });
  const left = (what: string, why: string) => ({ subject: "JAX", why: `${what}, adam: ${why}` });
  const before = writtenText(both(1), {
    versions,
    leftOut: [left(mlp!, "once"), left(lenet!, "once")],
    old: "",
  });
  const after = writtenText(both(7).slice(2), { versions, leftOut: [left(lenet!, "twice")], old: before });
  const [times, memory, floors, ...none] = tablesOf(after);
  assertEquals(none, []);
  assertEquals(times!.rows, [[`${mlp}, adam`, "1.00 (1.00–1.00)"], [`${lenet}, adam`, "7.00 (7.00–7.00)"]]);
  assertEquals(memory!.rows, [[mlp, "1"], [lenet, "7"]]);
  assertEquals(floors!.rows.map((r) => r.slice(0, 2)), [[`${mlp}, adam`, "1.00"], [
    `${lenet}, adam`,
    "7.00",
  ]]);
  assertEquals(after.split("\n- ").slice(1), [
    `Left out: JAX: ${mlp}, adam: once`,
    `Left out: JAX: ${lenet}, adam: twice`,
  ]);
});
