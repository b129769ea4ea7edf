/**
 * Cuts the order of an epoch into the batches of runs.
 *
 * @module
 */
import type { Batches } from "./program_types.ts";

/**
 * Returns the next batches of an epoch, at most `most` of them, as one run. If the batch size does not divide the number of
 * examples, the rest is a run of one smaller batch, like the last batch of PyTorch's loader.
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

/** Returns the first `steps` batches of a run; the run itself if it has no more. */
export function firstBatches(batches: Batches, steps: number): Batches {
  const { rows, batchSize } = batches;
  return steps * batchSize >= rows.length
    ? batches
    : { rows: Array.prototype.slice.call(rows, 0, steps * batchSize), batchSize };
}

/** Returns each batch `times` times in a row, for rules that take several gradients of a batch. */
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
