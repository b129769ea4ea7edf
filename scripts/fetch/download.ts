/**
 * Downloads files over HTTP: resumes after a break, and checks the digest before a file gets its final name.
 *
 * @module
 */
import { systemClause } from "../../files/mod.ts";
import { type Digest, digestOf } from "./digest.ts";

/** The extension of a partial file, from which a download resumes. */
export const PART = ".part";

/** The file to download. */
export interface Download {
  /** URLs of the file, tried in order. */
  readonly urls: readonly string[];
  /** The path to write it to. */
  readonly path: string;
  /** Its size in bytes; more bytes are refused. */
  readonly bytes: number;
  readonly digest: Digest;
}

/** The options of a download. */
export interface DownloadOptions {
  /** Milliseconds without a byte after which a connection is closed; 30,000 by default. */
  readonly stall?: number;
  /** Retries of a URL that sends nothing more; 4 by default. */
  readonly retries?: number;
  /** Milliseconds before the first retry, doubled before each later one; 500 by default. */
  readonly pause?: number;
  /** Called with the number of bytes downloaded so far. */
  readonly onBytes?: (done: number) => void;
}

/** The server refuses; retries would not help. */
class Refused extends Error {}

/**
 * Downloads a file, and returns the URL that sent it. After a break the partial file stays, and this call or a later one
 * resumes from it. A file with a wrong digest is deleted and never replaces another.
 *
 * @throws {Error} naming each URL, and why it failed.
 */
export async function download(
  { urls, path, bytes, digest }: Download,
  { stall = 30_000, retries = 4, pause = 500, onBytes = () => {} }: DownloadOptions = {},
): Promise<string> {
  const partial = `${path}${PART}`;
  const file = openPartial(partial);
  let from: string | undefined;
  const troubles: string[] = [];
  try {
    for (const url of urls) {
      const trouble = await tryAddress(file, { url, partial, bytes, digest }, {
        stall,
        retries,
        pause,
        onBytes,
      });
      if (trouble === undefined) {
        from = url;
        break;
      }
      troubles.push(`${url} ${trouble}`);
    }
    if (from !== undefined) file.syncSync();
  } finally {
    removeIfEmpty(file, partial);
  }
  if (from === undefined) throw new Error(`cannot fetch ${path}: ${troubles.join("; ")}`);
  await Deno.rename(partial, path);
  return from;
}

/**
 * Closes a partial file, and removes it if it is empty. Errors here are ignored, so that they do not hide why the
 * download failed.
 */
function removeIfEmpty(file: Deno.FsFile, path: string): void {
  try {
    const { size } = file.statSync();
    file.close();
    if (size === 0) Deno.removeSync(path);
  } catch {
    // The partial file stays; the next attempt continues it.
  }
}

/** Opens and locks the partial file. */
function openPartial(path: string): Deno.FsFile {
  const file = Deno.openSync(path, { read: true, write: true, create: true });
  if (!file.tryLockSync(true)) {
    file.close();
    throw new Error(`${path} is being written by another process`);
  }
  return file;
}

/** Requests the missing part from one URL, with retries. Returns why it failed, or `undefined` on success. */
async function tryAddress(
  file: Deno.FsFile,
  { url, partial, bytes, digest }: Omit<Download, "urls" | "path"> & { url: string; partial: string },
  { stall, retries, pause, onBytes }: Required<DownloadOptions>,
): Promise<string | undefined> {
  let trouble = "";
  let damaged = 0;
  for (let again = 0; again <= retries; again++) {
    if (again > 0) await new Promise((resolve) => setTimeout(resolve, pause * 2 ** (again - 1)));
    const before = file.statSync().size;
    try {
      await receive(file, url, { bytes, stall, onBytes });
    } catch (error) {
      if (error instanceof CannotWrite) throw error;
      trouble = reason(error);
      if (error instanceof Refused || error instanceof Deno.errors.NotCapable) return trouble;
      // Progress resets the number of retries.
      if (file.statSync().size > before) again = 0;
      continue;
    }
    const { hex } = await digestOf(partial, digest.algorithm);
    if (hex === digest.hex) return undefined;
    file.truncateSync(0);
    onBytes(0);
    trouble = `gave a file whose ${digest.algorithm} is ${hex}, not ${digest.hex}`;
    // The error may come from the transfer, or from an earlier partial file.
    if (++damaged === 2) return trouble;
    again = -1;
  }
  return trouble;
}

/** Appends the missing part to the file. */
async function receive(
  file: Deno.FsFile,
  url: string,
  { bytes, stall, onBytes }: { bytes: number; stall: number; onBytes: (done: number) => void },
): Promise<void> {
  let { size } = file.statSync();
  if (size > bytes) file.truncateSync(size = 0);
  if (size === bytes) return;
  const controller = new AbortController();
  const stalled = new Error(`sent nothing for ${stall / 1000} s`);
  let timer = setTimeout(() => controller.abort(stalled), stall);
  let body: ReadableStream<Uint8Array> | null = null;
  try {
    const response = await fetch(url, {
      signal: controller.signal,
      headers: size > 0 ? { range: `bytes=${size}-` } : {},
    });
    body = response.body;
    const { status, statusText, headers } = response;
    if (status === 206) {
      const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "") ?? [];
      if (Number(start) !== size) throw new Refused("answers with another range than requested");
      if (total !== "*" && Number(total) !== bytes) throw wrongSize(total!, bytes);
    } else if (status === 200) {
      // The server ignores ranges, or none was requested.
      file.truncateSync(size = 0);
      const total = headers.get("content-length");
      if (total !== null && !headers.has("content-encoding") && Number(total) !== bytes) {
        throw wrongSize(total, bytes);
      }
    } else {
      if (status === 416) file.truncateSync(0);
      const again = status === 416 || status === 408 || status === 429 || status >= 500;
      const answer = `answered ${status} ${statusText}`.trim();
      throw again ? new Error(answer) : new Refused(answer);
    }
    file.seekSync(size, Deno.SeekMode.Start);
    for await (const chunk of body ?? []) {
      clearTimeout(timer);
      if (size + chunk.length > bytes) {
        file.truncateSync(0);
        throw new Refused(`sends more than the ${bytes} bytes that the file has`);
      }
      for (let done = 0; done < chunk.length;) done += write(file, chunk.subarray(done));
      onBytes(size += chunk.length);
      timer = setTimeout(() => controller.abort(stalled), stall);
    }
    if (size < bytes) throw new Error(`ended after ${size} of ${bytes} bytes`);
  } catch (error) {
    if (controller.signal.aborted) throw stalled;
    throw error;
  } finally {
    clearTimeout(timer);
    await body?.cancel().catch(() => {});
  }
}

/** A write error, such as a full disk: no other URL is tried. */
class CannotWrite extends Error {}

function write(file: Deno.FsFile, bytes: Uint8Array): number {
  try {
    return file.writeSync(bytes);
  } catch (error) {
    throw new CannotWrite(`cannot write it to disk: ${reason(error)}`, { cause: error });
  }
}

function wrongSize(got: string, bytes: number): Refused {
  return new Refused(`offers a file of ${got} bytes, not ${bytes}`);
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) {
    const [, host = "HOST"] = /to "([^"]+)"/.exec(error.message) ?? [];
    return `needs a host that Deno is not allowed to reach: DESCENT_PERMISSIONS=--allow-net=${host} allows it`;
  }
  // Only the cause of fetch's error says why.
  const cause = error instanceof TypeError && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  const text = error instanceof Error ? `${error.message}${cause}` : String(error);
  return systemClause(text);
}
