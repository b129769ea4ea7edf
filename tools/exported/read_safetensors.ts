import { type Tensor, tensor } from "../../mod.ts";

const ARRAYS = {
  F64: Float64Array,
  F32: Float32Array,
  I64: BigInt64Array,
  I32: Int32Array,
  BOOL: Uint8Array,
} as const;

/** Reads the tensors of a safetensors file without the library's own reader. */
export function readSafetensors(bytes: Uint8Array<ArrayBuffer>): Record<string, Tensor> {
  const start = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header: Record<
    string,
    { dtype: keyof typeof ARRAYS; shape: number[]; data_offsets: [number, number] }
  > = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)));
  const tensors: Record<string, Tensor> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const [from, to] = entry.data_offsets;
    const raw = bytes.slice(start + from, start + to).buffer;
    const data = new ARRAYS[entry.dtype](raw);
    tensors[name] = entry.dtype === "BOOL"
      ? tensor(data as Uint8Array, entry.shape, "bool")
      : tensor(data, entry.shape);
  }
  return tensors;
}
