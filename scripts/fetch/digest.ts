/**
 * Digests of files.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** What a file's bytes come to. MD5 finds damage; it is used where the publisher states no other. */
export interface Digest {
  readonly algorithm: "md5" | "sha256";
  /** In small letters. */
  readonly hex: string;
}

/** The digest of a file's bytes, which are never all in memory. */
export async function digestOf(path: string, algorithm: Digest["algorithm"]): Promise<Digest> {
  const hash = createHash(algorithm);
  using file = await Deno.open(path);
  const block = new Uint8Array(2 ** 20);
  for (let n = await file.read(block); n !== null; n = await file.read(block)) {
    hash.update(block.subarray(0, n));
  }
  return { algorithm, hex: hash.digest("hex") };
}

/** Whether there is a file with that size and digest. */
export async function isFile(
  path: string,
  { bytes, digest }: { bytes: number; digest: Digest },
): Promise<boolean> {
  try {
    const { isFile, size } = await Deno.stat(path);
    return isFile && size === bytes && (await digestOf(path, digest.algorithm)).hex === digest.hex;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
