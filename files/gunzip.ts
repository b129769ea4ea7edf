import { concatBytes } from "./concat_bytes.ts";
import { DescentError } from "../options/mod.ts";
import { zlib } from "../host/mod.ts";
import { inflateWithin } from "./inflate.ts";

/** Reports bytes that are not valid gzip, or decompress to more than allowed; the message names them. */
export class GzipError extends DescentError {
  /** The name of the class. */
  override readonly name = "GzipError";
}

/** Options of {@linkcode gunzip}. */
export interface GunzipOptions {
  /** The name of the bytes in errors, such as a path. */
  readonly name: string;
  /** How many bytes may come out at most: 0 or more. */
  readonly maxBytes: number;
}

/** Returns whether the bytes begin as gzip's do. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Bits of a header's flags, and bytes of its fixed part. */
const FLAGS = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 };
const HEADER = 10;
/** A checksum of what was compressed, and its size. */
const TRAILER = 8;

/**
 * Returns the bytes that gzip compressed: those of all members, as files that were joined, written in parallel or in blocks
 * (`pigz`, `bgzip`) have several. Zeros after the last member, the padding of tapes and disks, are passed over.
 *
 * A small file that swells never takes more memory than `maxBytes` allows.
 *
 * @throws {GzipError} for damaged or truncated input, bytes after the last member that are not zero, and for more than
 * `maxBytes`.
 *
 * @example
 * ```ts
 * import { gunzip } from "./gunzip.ts";
 * import { assertEquals } from "@std/assert";
 * const zipped = new Blob(["rows"]).stream().pipeThrough(new CompressionStream("gzip"));
 * const bytes = new Uint8Array(await new Response(zipped).arrayBuffer());
 * const plain = await gunzip(bytes, { name: "rows.gz", maxBytes: 100 });
 * assertEquals(new TextDecoder().decode(plain), "rows");
 * ```
 *
 * @see RFC 1952.
 */
export async function gunzip(
  bytes: Uint8Array<ArrayBuffer>,
  { name, maxBytes }: GunzipOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  let at = 0;
  while (at === 0 || isGzip(bytes.subarray(at))) {
    const { data, end } = await member(bytes, at, { name, size, maxBytes });
    pieces.push(data);
    size += data.length;
    at = end;
  }
  const junk = bytes.subarray(at).findIndex((b) => b !== 0);
  if (junk >= 0) {
    throw new GzipError(
      `${name}: ${
        bytes.length - at
      } bytes left over from offset ${at}, neither gzip nor zeros: is the file damaged?`,
    );
  }
  if (pieces.length === 1 && pieces[0]!.buffer.byteLength === size) return pieces[0]!;
  // Copies even a single chunk: a small buffer of zlib shares memory with others.
  return concatBytes(pieces);
}

/** Returns what one member holds, and the offset that it ends at. */
async function member(
  bytes: Uint8Array<ArrayBuffer>,
  at: number,
  { name, size, maxBytes }: GunzipOptions & { size: number },
): Promise<{ data: Uint8Array<ArrayBuffer>; end: number }> {
  const damaged = (cause?: unknown) =>
    new GzipError(`${name}: gzip stream damaged or truncated after ${size} bytes of output`, { cause });
  const start = headerEnd(bytes, at);
  if (start === undefined) throw damaged();
  // At least 1: no output may be allowed, but zlib takes no limit of 0.
  const inflated = await inflateWithin("inflateRaw", bytes.subarray(start), {
    maxBytes: Math.max(1, maxBytes - size),
  });
  if ("fault" in inflated) {
    throw inflated.fault === "too large" ? swollen(name, maxBytes) : damaged(inflated.cause);
  }
  const { output, taken } = inflated;
  const trailer = start + taken;
  if (trailer + TRAILER > bytes.length) throw damaged();
  if (size + output.length > maxBytes) throw swollen(name, maxBytes);
  const { crc32 } = zlib();
  const view = new DataView(bytes.buffer, bytes.byteOffset + trailer, TRAILER);
  const sound = view.getUint32(0, true) === crc32(output) && view.getUint32(4, true) === output.length >>> 0;
  if (!sound) throw damaged();
  return { data: output, end: trailer + TRAILER };
}

function swollen(name: string, maxBytes: number): GzipError {
  return new GzipError(`${name}: holds more than the ${maxBytes} bytes that are allowed`);
}

/** Returns the end of the header of the member at an offset; `undefined` if the header is malformed. */
function headerEnd(bytes: Uint8Array, at: number): number | undefined {
  const flags = bytes[at + 3] ?? 0;
  // 8 is the only method; a reserved bit may change the format of the rest.
  if (!isGzip(bytes.subarray(at)) || bytes[at + 2] !== 8 || (flags & FLAGS.reserved) !== 0) return undefined;
  let end = at + HEADER;
  if (flags & FLAGS.extra) end += 2 + (bytes[end] ?? 0) + 256 * (bytes[end + 1] ?? 0);
  for (const text of [FLAGS.name, FLAGS.comment]) {
    if (!(flags & text)) continue;
    const zero = bytes.indexOf(0, end);
    if (zero < 0) return undefined;
    end = zero + 1;
  }
  if (flags & FLAGS.headerCrc) end += 2;
  return end <= bytes.length ? end : undefined;
}
