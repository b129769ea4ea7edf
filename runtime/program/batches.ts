/**
 * An epoch's order, cut into the batches of runs.
 *
 * @module
 */
import type { Batches } from "./program_types.ts";

/**
 * The batches of an epoch that come next, at most `most` of them, as one run. Where the batch size does not divide the
 * number of examples, the batch of those left over is a run of its own, as the last one of PyTorch's loader is.
 *
 * @param order the epoch's rows
 * @param options.from batches taken before
 */
export function nextBatches(
  order: Uint32Array,
  { batchSize, from, most }: { batchSize: number; from: number; most: number },
): Batches {
  const start = from * batchSize;
  const whole = order.length - order.length % batchSize;
  if (start >= whole) return { rows: order.subarray(start), batchSize: order.length - start };
  return { rows: order.subarray(start, Math.min(start + most * batchSize, whole)), batchSize };
}

/** The first `steps` batches of a run; the run itself where it has no more. */
export function firstBatches(batches: Batches, steps: number): Batches {
  const { rows, batchSize } = batches;
  return steps * batchSize >= rows.length
    ? batches
    : { rows: Array.prototype.slice.call(rows, 0, steps * batchSize), batchSize };
}

/** Each batch so many times, one after the other: for rules that take several gradients of a batch. */
export function repeatBatches(batches: Batches, times: number): Batches {
  if (times === 1) return batches;
  const { rows, batchSize } = batches;
  const repeated = new Uint32Array(rows.length * times);
  for (let i = 0; i < repeated.length; i++) {
    const batch = Math.floor(i / (batchSize * times));
    repeated[i] = rows[batch * batchSize + i % batchSize]!;
  }
  return { rows: repeated, batchSize };
}
