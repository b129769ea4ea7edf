/**
 * How many steps a run has where nobody says.
 *
 * @module
 */
import { sizeOf } from "../../onnx/tensor/mod.ts";
import { type DataColumn, isSource } from "./row_source.ts";
import type { TrainingModel } from "./training_types.ts";

/** From here on a run's own cost, a copy of the state in and out, no longer shows. */
const MOST_STEPS = 64;

/** What a run's inputs may take, in bytes: more buys nothing, and a device has to hold it beside the state. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * As many steps as a run may have for what the host hands each of them, masks, random numbers and rows that are read, to
 * stay within 64 MiB; between 1 and 64.
 *
 * @param options.gradientsPerUpdate gradients a step, each of which has its own masks
 */
export function chunkSize(
  { masks, noises, parameters }: Pick<TrainingModel, "masks" | "noises" | "parameters">,
  { data, batchSize, gradientsPerUpdate }: {
    data: Readonly<Record<string, DataColumn>>;
    batchSize: number;
    gradientsPerUpdate: number;
  },
): number {
  const width = Object.values(parameters)[0]!.dtype === "float64" ? 8 : 4;
  let drawn = 0;
  for (const { size } of masks) drawn += size(batchSize);
  for (const { shape } of noises) drawn += width * sizeOf(shape);
  let read = 0;
  for (const column of Object.values(data)) {
    if (isSource(column)) read += batchSize * sizeOf(column.shape.slice(1)) * bytesOf(column.dtype);
  }
  const bytes = gradientsPerUpdate * drawn + read;
  return bytes === 0 ? MOST_STEPS : Math.max(1, Math.min(MOST_STEPS, Math.floor(MOST_BYTES / bytes)));
}

function bytesOf(dtype: string): number {
  return dtype === "bool" ? 1 : Number(/\d+$/.exec(dtype)?.[0] ?? 64) / 8;
}
