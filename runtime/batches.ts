/**
 * An epoch's order, cut into the batches of runs.
 *
 * @module
 */
import type { Batches } from "./program.ts";

/**
 * The batches of an epoch, `chunk` of them a run. Where the batch size does not divide the number of examples, the last
 * run is one batch of those left over, as in PyTorch.
 */
export function epochBatches(order: Uint32Array, options: { batchSize: number; chunk: number }): Batches[] {
  const { batchSize, chunk } = options;
  const whole = order.length - order.length % batchSize;
  const runs: Batches[] = [];
  for (let start = 0; start < whole; start += chunk * batchSize) {
    runs.push({ rows: order.subarray(start, Math.min(start + chunk * batchSize, whole)), batchSize });
  }
  if (whole < order.length) runs.push({ rows: order.subarray(whole), batchSize: order.length - whole });
  return runs;
}
