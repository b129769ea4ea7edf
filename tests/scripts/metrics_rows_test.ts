import { assertEquals, assertThrows } from "@std/assert";
import { metricsRows } from "../../scripts/metrics/metrics_rows.ts";

Deno.test("metricsRows() refuses metrics that are not numbers, even spaces", () => {
  const rows = "optimizer,step,testLoss\nsgd,1,0.5\nsgd,2,\nsgd,3,NaN\n";
  assertEquals(metricsRows(rows).map((r) => [r.step, r.testLoss]), [["1", "0.5"], ["2", ""], ["3", "NaN"]]);
  for (const field of ['" "', '"\n"', "x", "1,000"]) {
    assertThrows(() => metricsRows(`optimizer,step,testLoss\nsgd,1,${field}\n`), Error, "line 2");
  }
});
