/**
 * The folder of a run. It is in its place from the start, so that a run that is killed can be gone on with; each file in it
 * is whole at any moment, and `summary.json`, the last one written, says that the run is finished.
 *
 * @module
 */
import { normalize } from "node:path/posix";
import { replaceFile } from "../../mod.ts";
import { reason, UsageError } from "../console/mod.ts";

/** A folder being written, by this process alone for as long as it lives. */
export interface RunFolder {
  /** Where it is. */
  readonly path: string;
  /** Writes a file, whole or not at all; folders within the run's are made as needed. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  /** Removes a file or a folder of the run, where it is there. */
  remove(name: string): Promise<void>;
  /** Removes the folder and the parent folders that were created for it, as far as possible. It never throws. */
  discard(): Promise<void>;
}

/** The file whose presence makes a folder that of a run. */
export const CONFIG = "config.json";

/** The file whose presence makes a run finished. */
export const SUMMARY = "summary.json";

/**
 * Makes the folder of a new run: `out` itself where it is given, else a new one in `runs/<experiment>/` named by the time.
 *
 * @throws {UsageError} when `out` holds something already, or cannot be written
 * @throws {FolderHeld} when another process is about to write to it.
 */
export async function newRunFolder(experiment: string, out: string | undefined): Promise<RunFolder> {
  const given = (out ?? `runs/${experiment}/${runId(new Date())}`).replace(/(?<=.)\/+$/, "");
  // Normalize `new/../old` to `old`, as Deno does, so that `new` is neither made nor removed.
  const path = given.split("/").includes("..") ? normalize(given) : given;
  if (out !== undefined) await requireEmpty(path);
  const made = await firstMissing(path);
  try {
    await Deno.mkdir(path, { recursive: true });
    const probe = await Deno.makeTempFile({ dir: path, prefix: `${CONFIG}.`, suffix: ".tmp" });
    await Deno.remove(probe);
  } catch (error) {
    if (made !== null) await removeEmpty(path, made);
    throw new UsageError(`cannot write to ${path}: ${reason(error)}. Name another folder with --out`);
  }
  lock(path);
  return runFolder(path, made);
}

/**
 * The folder of a run to go on with.
 *
 * @throws {UsageError} when there is none
 * @throws {FolderHeld} when another process is at it.
 */
export async function existingRunFolder(path: string): Promise<RunFolder> {
  const folder = path.replace(/(?<=.)\/+$/, "");
  try {
    await Deno.stat(`${folder}/${CONFIG}`);
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? `no ${CONFIG} in it` : reason(error);
    throw new UsageError(`--resume ${path} holds no run (${why}): start one with --out`);
  }
  lock(folder);
  return runFolder(folder, null);
}

/** Another process writes to the folder of a run. */
export class FolderHeld extends Error {
  /** An error that is told by its message alone. */
  override readonly name = "Error";
}

/** Locks that are held until this process ends, however it does. */
const LOCKS: Deno.FsFile[] = [];

/**
 * Keeps other processes out, before anything in the folder is looked at: they would take what is half-written for left over.
 *
 * @throws {FolderHeld}
 */
function lock(path: string): void {
  let free: boolean;
  try {
    const folder = Deno.openSync(path);
    LOCKS.push(folder);
    free = folder.tryLockSync(true);
  } catch {
    // Windows opens no folders, and some network file systems lock none.
    return;
  }
  if (!free) throw new FolderHeld(`${path} is being written by another process`);
}

function runFolder(path: string, made: string | null): RunFolder {
  return {
    path,
    async write(name, content) {
      const folder = name.lastIndexOf("/");
      if (folder > 0) await Deno.mkdir(`${path}/${name.slice(0, folder)}`, { recursive: true });
      await replaceFile(`${path}/${name}`, [
        typeof content === "string" ? new TextEncoder().encode(content) : content,
      ]);
    },
    async remove(name) {
      await Deno.remove(`${path}/${name}`, { recursive: true }).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
    },
    async discard() {
      // The caller reports an error of its own: a folder that is gone or unreadable must not hide it.
      const entries = await Array.fromAsync(Deno.readDir(path)).catch(() => []);
      for (const { name } of entries) {
        await Deno.remove(`${path}/${name}`, { recursive: true }).catch(() => {});
      }
      if (made !== null) await removeEmpty(path, made);
    },
  };
}

/** `20260131-235959-4f1c`: the time in UTC, and a few random digits against collisions. */
function runId(now: Date): string {
  const time = now.toISOString().replace(/[-:]|\..*$/g, "").replace("T", "-");
  return `${time}-${crypto.randomUUID().slice(0, 4)}`;
}

/** A run that was killed before its first file was whole may have left a part of it. */
const LEFT_OVER = new RegExp(`^${CONFIG}\\..*tmp$`);

async function requireEmpty(path: string): Promise<void> {
  try {
    const names = (await Array.fromAsync(Deno.readDir(path))).map((e) => e.name);
    if (names.includes(CONFIG)) {
      throw new UsageError(`--out ${path} holds a run already: go on with it by --resume ${path}`);
    }
    for (const name of names) {
      if (LEFT_OVER.test(name)) await Deno.remove(`${path}/${name}`);
      else throw new UsageError(`--out ${path} is not empty: name a new folder, or empty it first`);
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot write to ${path}: ${reason(error)}. Name another folder with --out`);
  }
}

/** The outermost folder of `path` that does not exist; `null` where all do. */
async function firstMissing(path: string): Promise<string | null> {
  const parts = path.split("/");
  for (let i = 1; i <= parts.length; i++) {
    const part = parts.slice(0, i).join("/") || "/";
    const exists = await Deno.stat(part).then(() => true, () => false);
    if (!exists) return part;
  }
  return null;
}

/** Removes `path` and the folders around it up to `top`, as long as they are empty. */
async function removeEmpty(path: string, top: string): Promise<void> {
  for (let p = path; p.length >= top.length; p = p.slice(0, p.lastIndexOf("/"))) {
    try {
      await Deno.remove(p);
    } catch {
      return;
    }
  }
}
