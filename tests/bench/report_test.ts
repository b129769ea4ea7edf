import { assertEquals } from "@std/assert";
import type { Row } from "../../bench/compare.ts";
import { floors, markdown } from "../../bench/report.ts";

const stepMs = { median: 2, min: 1.5, max: 3 };
const row = { work: "mlp", optimizer: "adam", peakMiB: 100 } as const;
const rows: Row[] = [
  { ...row, subject: "Descent", stepMs, ratioToDescent: 1 },
  { ...row, subject: "other", stepMs: { median: 250, min: 249.6, max: 251 }, ratioToDescent: 125 },
  {
    ...row,
    subject: "products alone",
    stepMs: { median: 1.25, min: 1, max: 2 },
    ratioToDescent: 0.625,
    floor: { flops: 5e8, bytes: 3 * 2 ** 20 },
  },
];

Deno.test("floors() gives the step in units of its products, and their rate", () => {
  assertEquals(floors(rows), [
    { work: "mlp", optimizer: "adam", products: 1.25, ratio: 1.6, gflops: 400, mib: 3 },
  ]);
});

Deno.test("markdown() gives a row a work and rule, a column a subject, three digits", () => {
  assertEquals(markdown(rows.slice(0, 2)).split("\n"), [
    "| training | Descent | other |",
    "| --- | ---: | ---: |",
    "| mlp, adam | 2.00 (1.50–3.00) | 250 ×125 (250–251) |",
  ]);
});
