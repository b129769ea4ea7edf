/**
 * What the host gives each step of a program: row numbers, coefficients, random numbers and masks.
 *
 * @module
 */
import { sizeOf, type Tensor, tensor, type TensorData } from "../onnx/mod.ts";
import type { Batches, TrainState } from "./program.ts";
import { NAMES, type TrainingModel } from "./training_model.ts";

/**
 * The inputs of as many steps as there are batches, each input one tensor with the steps along its first dimension.
 *
 * @param given.state the state before the first step
 * @param given.examples examples in the data set
 * @param given.learningRateScale a factor on the learning rate of every step
 * @param given.seed a seed of the masks in place of the program's
 * @throws {RangeError} when a row is outside the data set, or `rows` is no whole number of batches.
 */
export function stepInputs(
  { trace, noises, parameters, masks }: TrainingModel,
  { state, batches, examples, learningRateScale, seed }: {
    state: TrainState;
    batches: Batches;
    examples: number;
    learningRateScale: number;
    seed?: number | undefined;
  },
): Record<string, Tensor> {
  const { batchSize, rows } = batches;
  const steps = rows.length / batchSize;
  if (!Number.isInteger(steps) || steps < 1) {
    throw new RangeError(`rows must hold one or more whole batches of ${batchSize}, got ${rows.length}`);
  }
  const inputs: Record<string, Tensor> = {
    [NAMES.indices]: tensor(rowNumbers(rows, examples), [steps, batchSize]),
  };
  const double = Object.values(parameters)[0]!.dtype === "float64";
  const { count } = state.optimizer;
  for (const c of trace.coefficients) {
    const values = Array.from({ length: steps }, (_, k) => c.at(count + k, { learningRateScale }));
    inputs[NAMES.coefficient(c.name)] = tensor(
      double ? Float64Array.from(values) : Float32Array.from(values),
    );
  }
  for (const { name, shape, at } of noises) {
    const all = double ? new Float64Array(steps * sizeOf(shape)) : new Float32Array(steps * sizeOf(shape));
    for (let k = 0; k < steps; k++) all.set(at(count + k), k * sizeOf(shape));
    inputs[NAMES.noise(name)] = tensor(all, [steps, ...shape]);
  }
  for (const { name, draw } of masks) {
    const drawn = Array.from({ length: steps }, (_, k) => draw({ step: state.step + k, batchSize, seed }));
    const length = drawn[0]!.length;
    const all = new Uint8Array(steps * length);
    drawn.forEach((mask, k) => all.set(mask, k * length));
    inputs[NAMES.mask(name)] = tensor(all, [steps, length], "bool");
  }
  return inputs;
}

/** One step's part of an input, without a copy. */
export function stepOf({ data, shape, dtype }: Tensor, step: number): Tensor {
  const size = sizeOf(shape.slice(1));
  const part = (data as Float32Array).subarray(step * size, (step + 1) * size) as TensorData;
  return tensor(part, shape.slice(1), dtype);
}

function rowNumbers(rows: ArrayLike<number>, examples: number): BigInt64Array {
  const indices = new BigInt64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (!(row >= 0 && row < examples)) {
      throw new RangeError(`rows must be in 0..${examples - 1}, row ${i} is ${row}`);
    }
    indices[i] = BigInt(row);
  }
  return indices;
}
