/**
 * The folder of a run: written beside its place, and moved there when it is whole.
 *
 * @module
 */
import { UsageError } from "./errors.ts";

/** A folder being written. */
export interface RunFolder {
  /** Where the folder will be. */
  readonly path: string;
  /** Writes a file; folders within the run's are made as needed. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  /** Puts the folder in its place. */
  commit(): Promise<void>;
  /** Removes what was written. */
  discard(): Promise<void>;
}

/**
 * Opens the folder of a run: `out` itself where it is given, else a new one in `runs/<experiment>/` named by the time.
 *
 * @throws {UsageError} when `out` holds something already, or cannot be written.
 */
export async function openRunFolder(experiment: string, out: string | undefined): Promise<RunFolder> {
  const path = (out ?? `runs/${experiment}/${runId(new Date())}`).replace(/(?<=.)\/+$/, "");
  if (out !== undefined) await requireEmpty(path);
  const cut = path.lastIndexOf("/");
  const parent = cut < 0 ? "." : path.slice(0, cut) || "/";
  const partial = `${parent}/.${path.slice(cut + 1)}.${Deno.pid}.partial`;
  const made = await firstMissing(parent);
  try {
    await Deno.mkdir(partial, { recursive: true });
  } catch (error) {
    throw new UsageError(`cannot write to ${path}: ${reason(error)}. Name another folder with --out`);
  }
  return {
    path,
    async write(name, content) {
      const folder = name.lastIndexOf("/");
      if (folder > 0) await Deno.mkdir(`${partial}/${name.slice(0, folder)}`, { recursive: true });
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(`${partial}/${name}`, bytes, { createNew: true });
    },
    async commit() {
      // An empty folder may stand where the new one goes.
      await Deno.remove(path).catch(() => {});
      await Deno.rename(partial, path);
    },
    async discard() {
      await Deno.remove(partial, { recursive: true }).catch(() => {});
      if (made !== null) await removeEmpty(parent, made);
    },
  };
}

/** `20260131-235959-4f1c`: the time in UTC, and a few random digits against collisions. */
function runId(now: Date): string {
  const time = now.toISOString().replace(/[-:]|\..*$/g, "").replace("T", "-");
  return `${time}-${crypto.randomUUID().slice(0, 4)}`;
}

async function requireEmpty(path: string): Promise<void> {
  try {
    for await (const _ of Deno.readDir(path)) {
      throw new UsageError(`--out ${path} is not empty: name a new folder, or empty it first`);
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

function reason(error: unknown): string {
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.NotADirectory) return "a part of the path is a file";
  if (error instanceof Deno.errors.AlreadyExists) return "a file is in the way";
  return error instanceof Error ? error.message.replace(/\s*\(os error.*$/, "") : String(error);
}
