/**
 * The folder of a run. It exists from the start, so that a killed run can be resumed. Every file in it is complete at any
 * moment; `summary.json` is written last and marks the run as finished.
 *
 * @module
 */
import { normalize } from "node:path/posix";
import { DescentError, replaceFile } from "../../mod.ts";
import { reason, UsageError } from "../console/mod.ts";

/** A run folder that this process has locked until it ends. */
export interface RunFolder {
  /** Its path. */
  readonly path: string;
  /** Writes a file completely or not at all, and creates its parent folders. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  /** Removes a file or folder of the run if it exists. */
  remove(name: string): Promise<void>;
  /** Removes the folder and the parent folders that were created for it, as far as possible. It never throws. */
  discard(): Promise<void>;
}

/** The file whose presence makes a folder that of a run. */
export const CONFIG = "config.json";

/** The file whose presence makes a run finished. */
export const SUMMARY = "summary.json";

/**
 * Creates the folder of a new run: `out` if it is given, else a folder in `runs/<experiment>/` named after the time.
 *
 * @throws {UsageError} when `out` is not empty, or cannot be written
 * @throws {FolderHeld} when another process has locked it.
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
 * Opens the folder of a run to resume.
 *
 * @throws {UsageError} when it holds no run
 * @throws {FolderHeld} when another process has locked it.
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

/** Returns whether a folder can be resumed: it has its configuration. */
export function holdsRun(path: string): boolean {
  try {
    return Deno.statSync(`${path}/${CONFIG}`).isFile;
  } catch {
    return false;
  }
}

/** Another process has locked the run folder. */
export class FolderHeld extends DescentError {
  override readonly name = "FolderHeld";
}

/** Locks, held until this process ends in whatever way. */
const LOCKS: Deno.FsFile[] = [];

/**
 * Locks the folder first, so that no other process mistakes files in progress for leftovers.
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
    // Windows cannot open folders, and some network file systems cannot lock them.
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
      // The caller reports its own error, which a missing or unreadable folder must not hide.
      const entries = await Array.fromAsync(Deno.readDir(path)).catch(() => []);
      for (const { name } of entries) {
        await Deno.remove(`${path}/${name}`, { recursive: true }).catch(() => {});
      }
      if (made !== null) await removeEmpty(path, made);
    },
  };
}

/** Returns an id such as `20260131-235959-4f1c`: the time in UTC, and random digits against collisions. */
function runId(now: Date): string {
  const time = now.toISOString().replace(/[-:]|\..*$/g, "").replace("T", "-");
  return `${time}-${crypto.randomUUID().slice(0, 4)}`;
}

/** Matches temporary files of a run that was killed while it wrote its first file. */
const LEFT_OVER = new RegExp(`^${CONFIG}\\..*tmp$`);

async function requireEmpty(path: string): Promise<void> {
  try {
    const names = (await Array.fromAsync(Deno.readDir(path))).map((e) => e.name);
    if (names.includes(CONFIG)) {
      throw new UsageError(
        `--out ${path} already holds a run: resume it with --resume ${path}, or name another folder`,
      );
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

/** Returns the outermost folder of `path` that does not exist; `null` if all exist. */
async function firstMissing(path: string): Promise<string | null> {
  const parts = path.split("/");
  for (let i = 1; i <= parts.length; i++) {
    const part = parts.slice(0, i).join("/") || "/";
    const exists = await Deno.stat(part).then(() => true, () => false);
    if (!exists) return part;
  }
  return null;
}

/** Removes `path` and its parent folders up to `top`, as long as they are empty. */
async function removeEmpty(path: string, top: string): Promise<void> {
  for (let p = path; p.length >= top.length; p = p.slice(0, p.lastIndexOf("/"))) {
    try {
      await Deno.remove(p);
    } catch {
      return;
    }
  }
}
