import { assertEquals } from "@std/assert";
import type { Row } from "../../bench/compare.ts";
import { floors, markdown, memoryMarkdown } from "../../bench/report.ts";

const stepMs = { median: 2, min: 1.5, max: 3 };
const row = { work: "mlp", optimizer: "adam", peakMiB: 100 } as const;
const rows: Row[] = [
  { ...row, subject: "Descent", stepMs, ratioToDescent: 1, ratioRange: { min: 1, max: 1 } },
  {
    ...row,
    subject: "tfjs Wasm",
    stepMs: { median: 250, min: 249.6, max: 251 },
    ratioToDescent: 125,
    ratioRange: { min: 83.2, max: 167 },
  },
  {
    ...row,
    subject: "PyTorch eager",
    stepMs: { median: 3, min: 3, max: 3 },
    ratioToDescent: 1.5,
    ratioRange: { min: 1, max: 2 },
  },
  {
    ...row,
    subject: "products alone",
    stepMs: { median: 1.25, min: 1, max: 2 },
    ratioToDescent: 0.625,
    ratioRange: { min: 0.6, max: 0.7 },
    floor: { flops: 5e8, bytes: 3 * 2 ** 20 },
  },
];

Deno.test("floors() gives the step in units of its products, and their rate", () => {
  assertEquals(floors(rows), [
    { work: "mlp", optimizer: "adam", products: 1.25, ratio: 1.6, gflops: 400, mib: 3 },
  ]);
});

Deno.test("markdown() gives a row per work and rule, a column per subject in the usual order, and three digits", () => {
  assertEquals(markdown(rows.slice(0, 3)).split("\n"), [
    "| training | Descent, ms | PyTorch eager | tfjs Wasm |",
    "| --- | ---: | ---: | ---: |",
    "| mlp, adam | 2.00 (1.50–3.00) | ×1.50 (1.00–2.00) | ×125 (83.2–167) |",
  ]);
});

Deno.test("memoryMarkdown() gives the peak memory of a subject with any rule", () => {
  const [descent, tfjs] = rows;
  const more: Row[] = [descent!, tfjs!, { ...descent!, optimizer: "sgd", peakMiB: 110.4 }, {
    ...descent!,
    work: "lenet",
  }];
  assertEquals(memoryMarkdown(more).split("\n").slice(2), [
    "| training | Descent | tfjs Wasm |",
    "| --- | ---: | ---: |",
    "| mlp | 110 | 100 |",
    "| lenet | 100 |  |",
  ]);
});
