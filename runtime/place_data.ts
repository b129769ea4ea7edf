/**
 * Where a data set lies while a program runs.
 *
 * @module
 */
import { sizeOf, type Tensor, tensor, type TensorData } from "../onnx/mod.ts";
import { openPassThrough } from "./pass_through.ts";
import type { DataTensor } from "./program.ts";
import type { SessionOptions } from "./session.ts";
import { NAMES, type ProgramForm } from "./training_model.ts";

type Tensors = Readonly<Record<string, Tensor>>;

/** A data set, ready for runs. */
export interface PlacedData {
  /** The inputs of a run, row numbers among them, together with the data that they refer to. */
  readonly withData: (inputs: Tensors) => Tensors;
  /** Frees what is on the device. */
  close(): Promise<void>;
}

/** What every WebGPU device binds at once; only some bind more. */
const MOST_BYTES = 128 * 2 ** 20;

/**
 * Leaves a data set on the host where a device reads it there; for single steps on `webgpu` brings it to the device, once.
 * One that is too large for that stays on the host, which then hands over the rows of each batch.
 *
 * @param options.mostBytes how large a tensor on the device may be; 128 MiB by default, which every WebGPU device takes
 */
export async function placeData(
  data: Readonly<Record<string, DataTensor>>,
  { form, mostBytes = MOST_BYTES, ...session }: SessionOptions & { form: ProgramForm; mostBytes?: number },
): Promise<PlacedData> {
  const feeds = Object.fromEntries(Object.entries(data).map(([n, t]) => [NAMES.data(n), t as Tensor]));
  const stay = { withData: (inputs: Tensors) => ({ ...feeds, ...inputs }), close: () => Promise.resolve() };
  if (session.device !== "webgpu" || form !== "steps") return stay;
  // What is left, such as int64, is gathered by CPU kernels.
  const computed = Object.entries(feeds).filter(([, t]) => ["uint8", "float32"].includes(t.dtype));
  if (computed.some(([, { data }]) => (data as Uint8Array).byteLength > mostBytes)) {
    return { ...stay, withData: (inputs) => ({ ...inputs, ...batchOf(feeds, inputs[NAMES.indices]!) }) };
  }
  if (computed.length === 0) return stay;
  const specs = Object.fromEntries(computed);
  const uploaded = await openPassThrough(specs, { ...session, to: "device" });
  const resident = { ...feeds, ...await uploaded.run(specs) };
  return { withData: (inputs) => ({ ...resident, ...inputs }), close: uploaded.close };
}

/** A batch's rows as a data set of their own, and the row numbers within it. */
function batchOf(feeds: Tensors, indices: Tensor): Tensors {
  const rows = Array.from(indices.data as BigInt64Array, Number);
  const batch = Object.entries(feeds).map(([name, { data, shape, dtype }]) => {
    const each = sizeOf(shape.slice(1));
    const all = data as Float32Array;
    const part = new (all.constructor as Float32ArrayConstructor)(rows.length * each);
    rows.forEach((row, i) => part.set(all.subarray(row * each, (row + 1) * each), i * each));
    return [name, tensor(part as TensorData, [rows.length, ...shape.slice(1)], dtype)];
  });
  const numbers = tensor(BigInt64Array.from(rows, (_, i) => BigInt(i)), indices.shape);
  return { ...Object.fromEntries(batch), [NAMES.indices]: numbers };
}
