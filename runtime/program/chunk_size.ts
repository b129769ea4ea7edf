/**
 * Chooses how many steps a run has by default.
 *
 * @module
 */
import { sizeOf } from "../../onnx/tensor/mod.ts";
import { type DataColumn, isSource } from "./row_source.ts";
import type { TrainingModel } from "./training_types.ts";

/** From here on the cost of a run itself, a copy of the state in and out, is too small to measure. */
const MOST_STEPS = 64;

/**
 * The bytes of a state from which on a run has two steps: a loop of two holds one state besides that of the caller, a
 * longer one holds two. The copies are then some 5 % of the time of a step.
 */
const LARGE_STATE = 256 * 2 ** 20;
const LARGE_STEPS = 2;

/** The most bytes that the inputs of a run may take: more is no faster, and a device must hold them beside the state. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * Returns the number of steps of a run, from 1 to 64: as many as keep the masks, random numbers and rows that the host
 * passes to the run within 64 MiB, and at most 2 in a loop over a state of 256 MiB or more.
 *
 * @param options.gradientsPerUpdate gradients a step, each of which has its own masks
 */
export function chunkSize(
  { form, masks, draws, noises, parameters, buffers, trace }:
    & Pick<TrainingModel, "form" | "masks" | "draws" | "noises" | "parameters" | "buffers">
    & { readonly trace: Pick<TrainingModel["trace"], "state"> },
  { data, batchSize, gradientsPerUpdate }: {
    data: Readonly<Record<string, DataColumn>>;
    batchSize: number;
    gradientsPerUpdate: number;
  },
): number {
  const width = Object.values(parameters)[0]!.dtype === "float64" ? 8 : 4;
  let drawn = 0;
  for (const { size } of masks) drawn += size(batchSize);
  for (const { shape, dtype } of draws) {
    drawn += bytesOf(dtype) * sizeOf(shape.map((d) => (d === "batch" ? batchSize : d)));
  }
  for (const { shape } of noises) drawn += width * sizeOf(shape);
  let read = 0;
  for (const column of Object.values(data)) {
    if (isSource(column)) read += batchSize * sizeOf(column.shape.slice(1)) * bytesOf(column.dtype);
  }
  const bytes = gradientsPerUpdate * drawn + read;
  const state = [parameters, buffers, trace.state].flatMap((specs) => Object.values(specs))
    .reduce((sum, { dtype, shape }) => sum + sizeOf(shape) * bytesOf(dtype), 0);
  const most = form === "scan" && state >= LARGE_STATE ? LARGE_STEPS : MOST_STEPS;
  return bytes === 0 ? most : Math.max(1, Math.min(most, Math.floor(MOST_BYTES / bytes)));
}

function bytesOf(dtype: string): number {
  return dtype === "bool" ? 1 : Number(/\d+$/.exec(dtype)?.[0] ?? 64) / 8;
}
