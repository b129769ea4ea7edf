import { assertEquals } from "@std/assert";
import type { EpochRecord } from "../../mod.ts";
import { openMetrics } from "../../scripts/metrics/mod.ts";
import { TrainingRows } from "../../scripts/run/training_rows.ts";
import { inFolder } from "./process.ts";

Deno.test("TrainingRows takes the rows of an epoch back, and counts them out of a checkpoint before it does", () =>
  inFolder(async (folder) => {
    const path = `${folder}/metrics.csv`;
    using metrics = openMetrics(path, { columns: ["step", "ended"], length: 0 });
    const rows = new TrainingRows(metrics, {
      row: ({ step }, ended) => ({ step, ended: ended?.epoch }),
      start: metrics.length,
    });
    const steps = (...numbers: number[]) => numbers.map((step) => ({ step, epoch: 1, loss: 0 }));
    const text = () => Deno.readTextFile(path);
    rows.add(steps(1, 2));
    // The last row of a chunk waits until it is known whether an epoch ends with it.
    assertEquals(await text(), "step,ended\r\n1,\r\n");
    rows.endEpoch({ epoch: 1, step: 2 } as EpochRecord);
    const whole = "step,ended\r\n1,\r\n2,1\r\n";
    assertEquals(await text(), whole);
    const { length } = metrics;
    const atEnd = rows.part("epoch");
    assertEquals([atEnd.metricsLength, atEnd.epochLength], [length, length]);
    rows.add(steps(3, 4));
    rows.settle("step");
    assertEquals(await text(), `${whole}3,\r\n4,\r\n`);
    const midway = rows.part("step");
    assertEquals([midway.metricsLength, midway.epochLength], [metrics.length, length]);
    rows.add(steps(5, 6));
    rows.settle("rewind");
    assertEquals(await text(), `${whole}3,\r\n4,\r\n5,\r\n`);
    // A run that is killed between its checkpoint and the removal of the rows begins the epoch again, too.
    assertEquals(rows.part("rewind"), atEnd);
    rows.rewind();
    assertEquals(await text(), whole);
    rows.add(steps(3));
    rows.settle("end");
    assertEquals(await text(), `${whole}3,\r\n`);
  }));
