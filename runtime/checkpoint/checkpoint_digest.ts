/**
 * Writes and checks a digest inside the file that it covers.
 *
 * The metadata hold `"digest": "sha256:<64 digits>"`: the SHA-256 of the whole file with 64 zeros instead of those
 * digits. It detects a changed byte anywhere: in a tensor, in the header, or in the digest itself.
 *
 * @module
 */
import { sha256 } from "../../host/mod.ts";

/** The value of the metadata `digest` before {@linkcode seal} fills it in. */
export const UNSEALED = `sha256:${"0".repeat(64)}`;

/** The bytes before the digits in the JSON header, as `safetensorsChunks` writes it. */
const BEFORE = new TextEncoder().encode('"digest":"sha256:');
const DIGITS = 64;

/**
 * Writes the digest of a file into its header.
 *
 * @param chunks the file in pieces; the first is the header, with {@linkcode UNSEALED} in its metadata, and is changed
 */
export function seal(chunks: readonly Uint8Array[]): void {
  const digest = digestOf(chunks);
  chunks[0]!.set(new TextEncoder().encode(digest), digitsAt(chunks[0]!));
}

/**
 * Compares a file with the digest in it.
 *
 * @param bytes the whole file, whose metadata has a `digest`
 * @returns `null` if the digest matches; else the digest of the bytes and the one that they hold
 */
export function brokenSeal(bytes: Uint8Array): { is: string; was: string } | null {
  const at = digitsAt(bytes);
  if (at < 0) return { is: digestOf([bytes]), was: "in no readable place" };
  const was = new TextDecoder("latin1").decode(bytes.subarray(at, at + DIGITS));
  const zeros = new Uint8Array(DIGITS).fill(0x30);
  const is = digestOf([bytes.subarray(0, at), zeros, bytes.subarray(at + DIGITS)]);
  return is === was ? null : { is, was };
}

/** Returns the offset of the digits; -1 if they are not found. The search is safe: quotes inside JSON strings are escaped. */
function digitsAt(bytes: Uint8Array): number {
  const last = bytes.length - BEFORE.length - DIGITS;
  for (let at = bytes.indexOf(BEFORE[0]!); at >= 0 && at <= last; at = bytes.indexOf(BEFORE[0]!, at + 1)) {
    if (BEFORE.every((b, i) => bytes[at + i] === b)) return at + BEFORE.length;
  }
  return -1;
}

function digestOf(chunks: readonly Uint8Array[]): string {
  const hash = sha256();
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}
