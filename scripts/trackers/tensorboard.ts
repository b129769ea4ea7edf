/**
 * Writes event files for TensorBoard.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { maskedCrc32c } from "./crc32c.ts";
import { fileTracker } from "./files.ts";
import type { TrackedRow, Tracker } from "./tracker.ts";

/** The folder of the files in the run folder. */
export const TENSORBOARD = "tensorboard";

/** Returns the tracker that writes `tensorboard/<training>/events.out.tfevents.<time>.descent`: one TensorBoard run per training. */
export function tensorboardTracker(run: string): Tracker {
  const now = () => Date.now() / 1000;
  const created = Math.floor(now());
  return fileTracker({
    name: "tensorboard",
    folder: `${run}/${TENSORBOARD}`,
    path: (training) => `${training}/events.out.tfevents.${created}.descent`,
    head: () => tfRecord(event({ time: now(), version: "brain.Event:2" })),
    encode: (rows) => Buffer.concat(rows.map((row) => tfRecord(event({ time: now(), row })))),
  });
}

/** The fields of tensorflow.Event, tensorflow.Summary and tensorflow.Summary.Value that are written. */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 };
const SUMMARY = { value: 1 };
const VALUE = { tag: 1, simpleValue: 2 };

function event({ time, version, row }: { time: number; version?: string; row?: TrackedRow }): Uint8Array {
  const w = new BinaryWriter().tag(EVENT.wallTime, WireType.Bit64).double(time);
  if (version !== undefined) w.tag(EVENT.fileVersion, WireType.LengthDelimited).string(version);
  if (row !== undefined) {
    w.tag(EVENT.step, WireType.Varint).int64(row.step);
    w.tag(EVENT.summary, WireType.LengthDelimited).fork();
    for (const [tag, value] of Object.entries(row.values)) {
      w.tag(SUMMARY.value, WireType.LengthDelimited).fork();
      w.tag(VALUE.tag, WireType.LengthDelimited).string(tag);
      // TensorBoard stores single precision: larger values become infinite.
      w.tag(VALUE.simpleValue, WireType.Bit32).fixed32(bitsOf(value));
      w.join();
    }
    w.join();
  }
  return w.finish();
}

function bitsOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}

/** Returns a record: length, checksum of the length, bytes, checksum of the bytes; all little-endian. */
export function tfRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}
