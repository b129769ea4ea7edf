/**
 * Digests that identify the content of the files that a run reads.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { openNpyRows } from "../../mod.ts";

/** The role of a file in a run: data, the model, or code. */
export type InputKind = "data" | "model" | "code";

/** The digest of a file as it was read. */
export interface InputDigest {
  readonly kind: InputKind;
  /** Its size; absent for a pipe, a device or a folder, which reading it refuses by name. */
  readonly bytes?: number;
  /** The digest of the whole file, in hexadecimal digits. */
  readonly sha256?: string;
  /** For files above 256 MiB instead: the digest of {@linkcode BLOCKS} blocks, which may miss a change. */
  readonly sha256Of64Blocks?: string;
  /** The element type and shape of an array in such a large file. */
  readonly dtype?: string;
  readonly shape?: readonly number[];
}

/** The largest file to read as a whole. */
export const MOST_BYTES = 256 * 2 ** 20;

/** The number of blocks to read of a larger file, evenly spaced from its first byte to its last, and their length. */
export const BLOCKS = 64;
export const BLOCK_BYTES = 2 ** 16;

/** The bytes to read at a time. */
const PIECE = 4 * 2 ** 20;

/** Digests a file. @throws the file system's error. */
export async function digestFile(path: string, kind: InputKind): Promise<InputDigest> {
  const { isFile, size } = await Deno.stat(path);
  if (!isFile) return { kind };
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  if (size <= MOST_BYTES) {
    const piece = new Uint8Array(Math.min(PIECE, Math.max(1, size)));
    let bytes = 0;
    for (let n = await file.read(piece); n !== null; n = await file.read(piece)) {
      hash.update(piece.subarray(0, n));
      bytes += n;
    }
    return { kind, bytes, sha256: hash.digest("hex") };
  }
  const block = new Uint8Array(BLOCK_BYTES);
  for (let i = 0; i < BLOCKS; i++) {
    await file.seek(Math.floor(i * (size - BLOCK_BYTES) / (BLOCKS - 1)), Deno.SeekMode.Start);
    for (let done = 0; done < block.length;) {
      const n = await file.read(block.subarray(done));
      if (n === null) throw new Error(`${path} became shorter while it was read`);
      done += n;
    }
    hash.update(block);
  }
  return { kind, bytes: size, sha256Of64Blocks: hash.digest("hex"), ...await arrayOf(path) };
}

/** Returns the element type and shape of a `.npy` file whose rows can be read one by one; nothing for other files. */
async function arrayOf(path: string): Promise<Pick<InputDigest, "dtype" | "shape">> {
  if (!path.endsWith(".npy")) return {};
  try {
    await using rows = await openNpyRows(path);
    return { dtype: rows.dtype, shape: rows.shape };
  } catch {
    // Reading its content will report what is wrong with it.
    return {};
  }
}

/** Returns a digest as text for an error. */
export function digestText({ bytes, sha256, sha256Of64Blocks, dtype, shape }: InputDigest): string {
  if (bytes === undefined) return "no regular file";
  const array = dtype === undefined ? "" : `, ${dtype} [${shape?.join(", ")}]`;
  const digest = sha256 === undefined ? `SHA-256 of 64 blocks ${sha256Of64Blocks}` : `SHA-256 ${sha256}`;
  return `${bytes} bytes${array}, ${digest}`;
}

/** Returns whether two digests show the same content. Only regular files have digests. */
export function sameContent(a: InputDigest, b: InputDigest): boolean {
  return a.bytes !== undefined && digestText(a) === digestText(b);
}
