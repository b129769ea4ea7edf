/**
 * Digests files.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** The digest of a file. MD5 detects damage; it is used if the publisher states no other. */
export interface Digest {
  readonly algorithm: "md5" | "sha256";
  /** Lower-case hexadecimal digits. */
  readonly hex: string;
}

/** Returns the digest of a file, read piece by piece. */
export async function digestOf(path: string, algorithm: Digest["algorithm"]): Promise<Digest> {
  const hash = createHash(algorithm);
  using file = await Deno.open(path);
  const block = new Uint8Array(2 ** 20);
  for (let n = await file.read(block); n !== null; n = await file.read(block)) {
    hash.update(block.subarray(0, n));
  }
  return { algorithm, hex: hash.digest("hex") };
}

/** Returns whether there is a file with this size and digest. */
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
