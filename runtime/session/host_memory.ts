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
  // Once a buffer is taken, the arrays over it no longer tell their places: all are read before.
  const placed = Object.entries(tensors).map(([name, t]) => [name, t, placeOf(t)] as const);
  return Object.fromEntries(placed.map(([name, t, place]) => {
    if (!(place?.buffer instanceof ArrayBuffer)) return [name, t];
    const own = taken.get(place.buffer) ?? place.buffer.transfer();
    taken.set(place.buffer, own);
    return [name, { ...t, data: arrayOver(t.data, own, place) }];
  }));
}

/** Returns whether the memory of a tensor on the host was taken over or freed, so that its array is empty. */
export function isTaken(t: Tensor): boolean {
  if (t instanceof DeviceTensor || !ArrayBuffer.isView(t.data)) return false;
  const { buffer } = t.data;
  return buffer instanceof ArrayBuffer && buffer.detached;
}

/** Where the elements of a tensor are. */
interface ArrayPlace {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly length: number;
}

function placeOf(t: Tensor): ArrayPlace | undefined {
  if (t instanceof DeviceTensor || !ArrayBuffer.isView(t.data)) return undefined;
  const { buffer, byteOffset, length } = t.data as Float32Array;
  return { buffer, byteOffset, length };
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
  { byteOffset, length }: Pick<ArrayPlace, "byteOffset" | "length">,
): TensorData {
  const Kind = like.constructor as new (
    buffer: ArrayBuffer,
    byteOffset: number,
    length: number,
  ) => TensorData;
  return new Kind(buffer, byteOffset, length);
}
