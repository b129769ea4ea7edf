/**
 * The modules built into Deno, Node and Bun, as far as the library uses them. They are loaded when first used, because
 * they are slow to load, and declared here, so that who uses the library's types needs no types of Node.
 *
 * @module
 */
import { NotInBrowser } from "./browser.ts";
import { nodeProcess } from "./node_process.ts";

/** A digest of bytes that come in pieces. */
export interface Digest {
  /** Adds bytes. */
  update(bytes: Uint8Array): unknown;
  /** Returns the digest of all bytes, in hexadecimal digits. */
  digest(encoding: "hex"): string;
}

/** The part of zlib that is used; it reports where compressed data ends. */
export interface Zlib {
  /** Decompresses a stream of zlib's. */
  inflate: Inflate;
  /** Decompresses a stream of bare deflate. */
  inflateRaw: Inflate;
  /** Returns the checksum that gzip stores. */
  crc32(bytes: Uint8Array): number;
  /** Decompresses gzip. */
  gunzipSync(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
  /** Decompresses zstd. */
  zstdDecompressSync(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
  /** Decompresses Brotli. */
  brotliDecompressSync(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
}

/** Decompresses bytes within a limit, and reports with `info` how many of them it took. */
type Inflate = (
  bytes: Uint8Array,
  options: { info: boolean; maxOutputLength: number },
  done: (error: Error | null, result: unknown) => void,
) => void;

/** The part of the operating system's module that is used. */
export interface System {
  /** Returns the times that each processor has spent in each way. */
  cpus(): readonly { readonly times: Readonly<Record<string, number>> }[];
}

/** Starts a SHA-256. @throws {NotInBrowser} in a page. */
export function sha256(): Digest {
  return builtin<{ createHash(name: string): Digest }>("node:crypto", "digests of files").createHash(
    "sha256",
  );
}

/** Returns zlib. @throws {NotInBrowser} in a page. */
export function zlib(): Zlib {
  return builtin("node:zlib", "compressed data");
}

/** Returns what the system says of its processors. @throws {NotInBrowser} in a page. */
export function system(): System {
  return builtin("node:os", "times of the processors");
}

/** The module is asked for by its name, not imported: a bundle for a page then holds no such import. */
function builtin<Module>(name: string, what: string): Module {
  const process = nodeProcess();
  if (process === undefined) throw new NotInBrowser(`${what}: not available in a page`);
  return process.getBuiltinModule(name) as Module;
}
