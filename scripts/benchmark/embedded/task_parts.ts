/**
 * A problem's data in parts, and the task made of them.
 *
 * @module
 */
import { type Data, type DataTensor, type Model, tensor, type TensorData } from "../../../mod.ts";
import type { StudyTask } from "../../lab/mod.ts";
import type { ProblemFiles } from "../problem.ts";

/** The data of a problem. */
export interface TaskParts {
  readonly train: Data;
  readonly validation: Data;
  readonly test: Data;
}

/** The task's parts besides the data. */
export interface TaskOptions extends Pick<StudyTask, "metrics" | "trainer"> {
  /** The untrained model of a seed, with its loss. */
  readonly model: (seed: number) => Model;
  /** Trains on the validation examples too. */
  readonly published?: ProblemFiles["published"];
}

/** Returns the task of training a model on the parts, evaluated on `train`, `validation` and `test`. */
export function taskOf(parts: TaskParts, { published = false, ...task }: TaskOptions): StudyTask {
  const { validation, test } = parts;
  const train = published ? joined(parts.train, validation) : parts.train;
  return { ...task, train, evaluate: { train, validation, test } };
}

/**
 * Returns the examples of two sets in memory with the same inputs, those of the first set first.
 *
 * @throws {TypeError} for a set that is not in memory.
 */
export function joined(first: Data, second: Data): Data {
  return Object.fromEntries(
    Object.keys(first).map((name) => [name, joinedColumns(inMemory(first, name), inMemory(second, name))]),
  );
}

function inMemory(data: Data, name: string): DataTensor {
  const column = data[name];
  if (column !== undefined && "data" in column) return column;
  throw new TypeError(`'${name}' must be in memory to be joined with other examples`);
}

function joinedColumns(a: DataTensor, b: DataTensor): DataTensor {
  const { dtype, shape: [count = 0, ...example], data: _, ...read } = a;
  const Kind = a.data.constructor as Float32ArrayConstructor;
  const data = new Kind(a.data.length + b.data.length);
  data.set(a.data as Float32Array);
  data.set(b.data as Float32Array, a.data.length);
  return { ...read, ...tensor(data as TensorData, [count + (b.shape[0] ?? 0), ...example], dtype) };
}
