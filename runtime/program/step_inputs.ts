/**
 * Makes what the host passes to each step of a program: row numbers, coefficients, random numbers, masks and draws.
 *
 * @module
 */
import { sizeOf } from "../../onnx/tensor/mod.ts";
import { type Tensor, tensor, type TensorData } from "../../onnx/mod.ts";
import { countsOf } from "./lookup.ts";
import { NAMES } from "../session/mod.ts";
import type { Batches, TrainState } from "./program_types.ts";
import type { TrainingModel } from "./training_types.ts";

/** The inputs that the host gives the steps of a run. */
export interface StepInputs {
  /** One tensor per input, with the steps along its first dimension. */
  readonly steps: Readonly<Record<string, Tensor>>;
  /** Tables that every step may read as a whole. */
  readonly tables: Readonly<Record<string, Tensor>>;
}

/**
 * Returns the inputs of the steps, one step per batch.
 *
 * @param given.state the state before the first step
 * @param given.examples examples in the data set
 * @param given.learningRateScale a factor on the learning rate of every step
 * @param given.seed a seed of the masks and draws instead of the program's
 * @param given.gradientsPerUpdate steps in a row that take the same batch, and so the same draws; 1 by default
 * @throws {RangeError} when a row is outside the data set, or `rows` is not a whole number of batches.
 */
export function stepInputs(
  { trace, noises, parameters, masks, draws, seed: ownSeed }: TrainingModel,
  { state, batches, examples, learningRateScale, seed, gradientsPerUpdate = 1 }: {
    state: TrainState;
    batches: Batches;
    examples: number;
    learningRateScale: number;
    seed?: number | undefined;
    gradientsPerUpdate?: number;
  },
): StepInputs {
  const { batchSize, rows } = batches;
  const steps = rows.length / batchSize;
  if (!Number.isInteger(steps) || steps < 1) {
    throw new RangeError(`rows must hold one or more whole batches of ${batchSize}, got ${rows.length}`);
  }
  const inputs: Record<"steps" | "tables", Record<string, Tensor>> = {
    steps: { [NAMES.indices]: tensor(rowNumbers(rows, examples), [steps, batchSize]) },
    tables: {},
  };
  const double = Object.values(parameters)[0]!.dtype === "float64";
  const floats = (length: number) => (double ? new Float64Array(length) : new Float32Array(length));
  const own = { first: state.optimizer.count, length: steps };
  const counts = (clock: string | null) =>
    clock === null ? own : countsOf(clock, { trace, state: state.optimizer, steps });
  const put = (clock: string | null, name: string, t: Tensor) => {
    inputs[clock === null ? "steps" : "tables"][name] = t;
    if (clock !== null) {
      inputs.tables[NAMES.clock(clock)] = tensor(Float64Array.of(counts(clock).first), []);
    }
  };
  for (const { name, clock, at } of trace.coefficients) {
    const { first, length } = counts(clock);
    const told = { learningRateScale, examples: batchSize };
    put(clock, NAMES.coefficient(name), tensor(floats(length).map((_, k) => at(first + k, told))));
  }
  for (const { name, shape, clock, at } of noises) {
    const { first, length } = counts(clock);
    const size = sizeOf(shape);
    const all = floats(length * size);
    for (let k = 0; k < length; k++) all.set(at(first + k), k * size);
    put(clock, NAMES.noise(name), tensor(all, [length, ...shape]));
  }
  for (const { name, draw } of masks) {
    const drawn = Array.from({ length: steps }, (_, k) => draw({ step: state.step + k, batchSize, seed }));
    inputs.steps[NAMES.mask(name)] = tensor(joined(drawn), [steps, drawn[0]!.length], "bool");
  }
  for (const { name, dtype, shape, draw } of draws) {
    const drawn = Array.from({ length: steps }, (_, k) => {
      const step = state.step + k - k % gradientsPerUpdate;
      return draw({ step, batchSize, seed: seed ?? ownSeed });
    });
    const sizes = shape.map((d) => (d === "batch" ? batchSize : d));
    inputs.steps[NAMES.draw(name)] = tensor(joined(drawn), [steps, ...sizes], dtype);
  }
  return inputs;
}

/** Returns arrays of one type and length, one after another. */
function joined<T extends Int32Array | Uint8Array | Float32Array>(parts: readonly T[]): T {
  const [first] = parts as [T];
  const all = new (first.constructor as new (length: number) => T)(parts.length * first.length);
  parts.forEach((part, k) => all.set(part, k * first.length));
  return all;
}

/** Returns the part of an input that belongs to one step, without a copy. */
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
