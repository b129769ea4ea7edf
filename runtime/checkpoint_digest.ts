/**
 * A digest within the file that it is of.
 *
 * The metadata hold `"digest": "sha256:<64 digits>"`: the SHA-256 of the whole file with 64 zeros in place of those digits.
 * So one changed byte is noticed wherever it is, in a tensor, in the header, or in the digest itself.
 *
 * @module
 */
import { sha256 } from "../deps.ts";

/** The value of the metadata `digest` in a file that is yet to be sealed. */
export const UNSEALED = `sha256:${"0".repeat(64)}`;

/** What stands before the digits, in a header of JSON as `safetensorsChunks` writes it. */
const BEFORE = new TextEncoder().encode('"digest":"sha256:');
const DIGITS = 64;

/**
 * Puts the digest of a file into its header.
 *
 * @param chunks the file in pieces, of which the first is the header, with {@linkcode UNSEALED} in its metadata; it is changed
 */
export async function seal(chunks: readonly Uint8Array[]): Promise<void> {
  const digest = await digestOf(chunks);
  chunks[0]!.set(new TextEncoder().encode(digest), digitsAt(chunks[0]!));
}

/**
 * Compares a file with the digest in it.
 *
 * @param bytes the whole file, whose metadata has a `digest`
 * @returns the digest of the bytes and the one that they hold, where these differ or there is none to read; else `null`
 */
export async function brokenSeal(bytes: Uint8Array): Promise<{ is: string; was: string } | null> {
  const at = digitsAt(bytes);
  if (at < 0) return { is: await digestOf([bytes]), was: "in no readable place" };
  const was = new TextDecoder("latin1").decode(bytes.subarray(at, at + DIGITS));
  const zeros = new Uint8Array(DIGITS).fill(0x30);
  const is = await digestOf([bytes.subarray(0, at), zeros, bytes.subarray(at + DIGITS)]);
  return is === was ? null : { is, was };
}

/** Returns where the digits begin; -1 where they are not found. A quote within a text of JSON has a backslash before it. */
function digitsAt(bytes: Uint8Array): number {
  const last = bytes.length - BEFORE.length - DIGITS;
  for (let at = bytes.indexOf(BEFORE[0]!); at >= 0 && at <= last; at = bytes.indexOf(BEFORE[0]!, at + 1)) {
    if (BEFORE.every((b, i) => bytes[at + i] === b)) return at + BEFORE.length;
  }
  return -1;
}

async function digestOf(chunks: readonly Uint8Array[]): Promise<string> {
  const hash = await sha256();
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}
