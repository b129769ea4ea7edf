import { assertEquals } from "@std/assert";
import { markdownTable } from "../../bench/merge.ts";
import { floors, floorTable, memoryTable, stagesTable, timesTable } from "../../bench/report.ts";
import { rowOf } from "./row.ts";

const rows = [
  rowOf({}),
  rowOf({
    subject: "tfjs Wasm",
    stepMs: { median: 250, min: 249.6, max: 251 },
    ratioToDescent: 125,
    ratioRange: { min: 83.2, max: 167 },
  }),
  rowOf({ subject: "PyTorch eager", ratioToDescent: 1.5, ratioRange: { min: 1, max: 2 } }),
  rowOf({
    subject: "products alone",
    stepMs: { median: 1.25, min: 1, max: 2 },
    ratioToDescent: 0.625,
    ratioRange: { min: 0.6, max: 0.7 },
    floor: { flops: 5e8, bytes: 3 * 2 ** 20 },
  }),
];

Deno.test("floors() gives the step in units of its products, and their rate", () => {
  const floor = { work: "mlp", optimizer: "adam", products: 1.25, ratio: 1.6, gflops: 400, mib: 3 };
  assertEquals(floors(rows), [floor]);
  const { ratioToDescent: _, ratioRange: __, ...alone } = rows[3]!;
  // Products that had no turn in a state of Descent's say nothing about its step.
  assertEquals(floors([rows[0]!, { ...alone, state: "slow" }]), []);
  assertEquals(floorTable([rowOf({ state: "slow" }), { ...rows[3]!, state: "slow" }]), {
    header: [
      "training",
      "state",
      "products alone, ms",
      "step / products",
      "GFLOP/s of the products",
      "MiB moved",
    ],
    rows: [["mlp, adam", "slow", "1.25", "1.60", "400", "3.00"]],
  });
});

Deno.test("timesTable() gives a row per work and rule, a column per subject in the usual order, and three digits", () => {
  assertEquals(markdownTable(timesTable(rows.slice(0, 3))).split("\n"), [
    "| training | Descent, ms | PyTorch eager | tfjs Wasm |",
    "| --- | ---: | ---: | ---: |",
    "| mlp, adam | 2.00 (1.50–3.00) | ×1.50 (1.00–2.00) | ×125 (83.2–167) |",
  ]);
});

Deno.test("timesTable() gives each state a row, the fast one first, and leaves out states of fewer than three turns", () => {
  const { ratioToDescent: _, ratioRange: __, ...alone } = rowOf({ subject: "PyTorch eager", state: "fast" });
  const both = { subject: "PyTorch eager", ratioToDescent: 0.5, ratioRange: { min: 0.4, max: 0.6 } };
  assertEquals(
    timesTable([
      rowOf({ state: "slow", turns: 4 }),
      rowOf({ ...both, state: "slow", turns: 2 }),
      rowOf({ state: "fast", turns: 3, stepMs: { median: 1, min: 1, max: 1 } }),
      alone,
      rowOf({ work: "lenet", state: "fast", turns: 9 }),
      rowOf({ work: "lenet", state: "crowded", turns: 2 }),
      rowOf({ ...both, work: "lenet", state: "crowded", turns: 5 }),
    ]),
    {
      header: ["training", "state, turns", "Descent, ms", "PyTorch eager"],
      rows: [
        ["mlp, adam", "fast, 3", "1.00 (1.00–1.00)", ""],
        ["mlp, adam", "slow, 4", "2.00 (1.50–3.00)", "×0.500 (0.400–0.600)"],
        ["lenet, adam", "fast, 9", "2.00 (1.50–3.00)", ""],
      ],
    },
  );
});

Deno.test("memoryTable() gives the peak memory of a subject with any rule", () => {
  const [descent, tfjs] = rows;
  const more = [descent!, tfjs!, rowOf({ optimizer: "sgd", peakMiB: 110.4 }), rowOf({ work: "lenet" })];
  assertEquals(memoryTable(more), {
    header: ["training", "Descent", "tfjs Wasm"],
    rows: [["mlp", "110", "100"], ["lenet", "100", ""]],
  });
});

Deno.test("stagesTable() gives each subject of a large work one row, whatever its states", () => {
  const stages = {
    opening: { ms: 12_340, peakMiB: 1500.4 },
    first: { ms: 2000, peakMiB: 3700 },
    second: { ms: 1900, peakMiB: 4700 },
  };
  const large = { work: "bert", optimizer: "adamw", stages, peakMiB: 5700 } as const;
  const given = [rowOf({ ...large, state: "fast" }), rowOf({ ...large, state: "slow" }), rowOf({})];
  assertEquals(stagesTable(given, ["bert"]).rows, [
    ["bert, adamw, Descent", "12.3 s, 1500", "2.00 s, 3700", "1.90 s, 4700", "5700"],
  ]);
});
