import { DataError } from "./data_error.ts";

/** What {@linkcode gunzip} is told besides the bytes. */
export interface GunzipOptions {
  /** What the bytes are called in errors, such as a path. */
  readonly name: string;
  /** How many bytes may come out at most. */
  readonly maxBytes: number;
}

/** Whether the bytes begin as gzip's do. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The bytes that gzip compressed. What has come out is counted as it comes, so a small file that swells beyond the limit
 * never fills the memory.
 *
 * @throws {DataError} for damaged or truncated input, and for more than `maxBytes`.
 */
export async function gunzip(
  bytes: Uint8Array<ArrayBuffer>,
  options: GunzipOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { name, maxBytes } = options;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      size += chunk.length;
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw new DataError(`${name}: gzip stream damaged or truncated after ${size} bytes of output`, {
      cause: error,
    });
  }
  if (size > maxBytes) {
    throw new DataError(`${name}: holds more than the ${maxBytes} bytes that maxBytes allows`);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
