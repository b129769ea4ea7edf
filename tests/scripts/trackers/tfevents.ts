/**
 * Reads event files of TensorBoard.
 *
 * @module
 */
import { BinaryReader, type WireType } from "@bufbuild/protobuf/wire";

/** An event. */
export interface Event {
  readonly wallTime: number;
  readonly step: number;
  readonly version: string;
  readonly scalars: readonly (readonly [tag: string, value: number])[];
}

/** Returns the events of a file. @throws {Error} for a wrong checksum, a truncated record, or an unknown field. */
export function readEvents(bytes: Uint8Array): Event[] {
  const events: Event[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length;) {
    const length = Number(view.getBigUint64(at, true));
    check(bytes.subarray(at, at + 8), view.getUint32(at + 8, true));
    const data = bytes.subarray(at + 12, at + 12 + length);
    check(data, view.getUint32(at + 12 + length, true));
    events.push(readEvent(data));
    at += 16 + length;
  }
  return events;
}

function check(data: Uint8Array, sum: number): void {
  if (maskedSum(data) !== sum) throw new Error("wrong checksum");
}

/**
 * Returns the checksum of TFRecord files by its definition, bit by bit, with big integers and without the library's code.
 * The tests compare it with a file that TensorFlow wrote.
 */
function maskedSum(data: Uint8Array): number {
  let remainder = 0xffffffffn;
  for (const byte of data) {
    remainder ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) {
      const low = remainder % 2n;
      remainder /= 2n;
      if (low === 1n) remainder ^= 0x82f63b78n;
    }
  }
  const crc = 0xffffffffn - remainder;
  const rotated = crc / 2n ** 15n + crc % 2n ** 15n * 2n ** 17n;
  return Number((rotated + 0xa282ead8n) % 2n ** 32n);
}

function readEvent(data: Uint8Array): Event {
  const event = { wallTime: 0, step: 0, version: "", scalars: [] as [string, number][] };
  fields(data, {
    1: (r) => event.wallTime = r.double(),
    2: (r) => event.step = Number(r.int64()),
    3: (r) => event.version = r.string(),
    5: (r) =>
      fields(r.bytes(), {
        1: (r) => {
          const scalar: [string, number] = ["", NaN];
          fields(r.bytes(), { 1: (r) => scalar[0] = r.string(), 2: (r) => scalar[1] = r.float() });
          event.scalars.push(scalar);
        },
      }),
  });
  return event;
}

function fields(
  data: Uint8Array,
  readers: Record<number, (r: BinaryReader, type: WireType) => unknown>,
): void {
  const r = new BinaryReader(data);
  while (r.pos < r.len) {
    const [field, type] = r.tag();
    if (readers[field] === undefined) throw new Error(`unknown field ${field}`);
    readers[field](r, type);
  }
}
