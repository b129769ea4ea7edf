/**
 * Runs zlib's decompression within a limit.
 *
 * @module
 */
import { zlib } from "../host/mod.ts";

/** The result of a decompression: its output and the bytes of input that it took, or why there is none. */
export type Inflated =
  | { readonly output: Uint8Array<ArrayBuffer>; readonly taken: number }
  | { readonly fault: "too large" | "damaged"; readonly cause: unknown };

/**
 * Decompresses the stream at the beginning of some bytes: zlib's (`"inflate"`), or bare deflate (`"inflateRaw"`).
 *
 * @param options.maxBytes how many bytes may come out: at least 1
 */
export async function inflateWithin(
  format: "inflate" | "inflateRaw",
  bytes: Uint8Array,
  { maxBytes }: { readonly maxBytes: number },
): Promise<Inflated> {
  const { promise, resolve, reject } = Promise.withResolvers<WithInfo>();
  zlib()[format](bytes, { info: true, maxOutputLength: maxBytes }, (error, result) => {
    if (error) reject(error);
    else resolve(result as WithInfo);
  });
  try {
    const { buffer: { buffer, byteOffset, length }, engine } = await promise;
    return { output: new Uint8Array(buffer, byteOffset, length), taken: engine.bytesWritten };
  } catch (cause) {
    const large = (cause as { code?: string }).code === "ERR_BUFFER_TOO_LARGE";
    return { fault: large ? "too large" : "damaged", cause };
  }
}

/** The result of zlib with `info`. */
interface WithInfo {
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly engine: { readonly bytesWritten: number };
}
