/**
 * Takes over and frees the memory of tensors on the host, without waiting for the garbage collector.
 *
 * @module
 */
import type { Tensor, TensorData } from "../../onnx/mod.ts";
import { DeviceTensor } from "./device_tensor.ts";

/** Tensors by name. */
type Tensors = Readonly<Record<string, Tensor>>;

/**
 * Frees the memory of an array at once: it is empty afterwards, as is any other array over the same buffer. A second call
 * does nothing.
 */
export function freeMemory(data: TensorData): void {
  if (!ArrayBuffer.isView(data)) return;
  const { buffer } = data;
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}

/** Frees the memory of tensors at once, on the device or on the host: they cannot be used afterwards. */
export function freeTensors(tensors: Tensors): void {
  for (const t of Object.values(tensors)) {
    if (t instanceof DeviceTensor) t.release();
    else freeMemory(t.data);
  }
}

/**
 * Takes over the memory of tensors, without a copy. Returns tensors of the same elements; the arrays of those given are
 * empty afterwards, so that nobody reads what is then written to their memory. Tensors on a device are returned as they
 * are.
 */
export function takeTensors(tensors: Tensors): Tensors {
  const taken = new Map<ArrayBufferLike, ArrayBuffer>();
  return Object.fromEntries(
    Object.entries(tensors).map(([name, t]) => {
      if (t instanceof DeviceTensor || !ArrayBuffer.isView(t.data)) return [name, t];
      const { buffer, byteOffset, length } = t.data as Float32Array;
      if (!(buffer instanceof ArrayBuffer)) return [name, t];
      const own = taken.get(buffer) ?? buffer.transfer();
      taken.set(buffer, own);
      return [name, { ...t, data: arrayOver(t.data, own, { byteOffset, length }) }];
    }),
  );
}

/** Returns the names of the tensors whose memory no other one shares, and that use all of theirs. */
export function ownMemory(tensors: Tensors): string[] {
  const readers = new Map<ArrayBufferLike, number>();
  const arrays = Object.entries(tensors).flatMap(([name, t]) =>
    t instanceof DeviceTensor || !ArrayBuffer.isView(t.data) ? [] : [{ name, data: t.data as Uint8Array }]
  );
  for (const { data: { buffer } } of arrays) readers.set(buffer, (readers.get(buffer) ?? 0) + 1);
  return arrays
    .filter(({ data }) => readers.get(data.buffer) === 1 && data.byteLength === data.buffer.byteLength)
    .map(({ name }) => name);
}

/** Returns an array of the same type over another buffer. */
function arrayOver(
  like: TensorData,
  buffer: ArrayBuffer,
  { byteOffset, length }: { byteOffset: number; length: number },
): TensorData {
  const Kind = like.constructor as new (
    buffer: ArrayBuffer,
    byteOffset: number,
    length: number,
  ) => TensorData;
  return new Kind(buffer, byteOffset, length);
}
