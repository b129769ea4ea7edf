/**
 * Code of one's own that a command line names: where in it an error came from.
 *
 * @module
 */
import { NotAFile, requireFile } from "../files/read_file.ts";
import { fromFileUrl, toFileUrl } from "./file_url.ts";

/** The files that were loaded, by URL, as they were given. */
const loaded = new Map<string, string>();

/** The folder of this project: what is in it is not one's own, unless it was given. */
const PROJECT = new URL("../", import.meta.url).href;

/** Loads a module by its path. @throws {NotAFile} for a pipe, a device or a folder; whatever its code throws. */
export async function importOwn(path: string): Promise<Record<string, unknown>> {
  // A pipe would be waited for, and nothing could interrupt that. What is missing the import itself tells.
  await requireFile(path).catch((error) => {
    if (error instanceof NotAFile) throw error;
  });
  const url = toFileUrl(path);
  loaded.set(url, path);
  return await import(url);
}

/**
 * Returns where in code of one's own an error came from, `./mine.ts:3:23`: the innermost such place that its message or its
 * stack names. `undefined` where they name none.
 */
export function placeIn(error: unknown): string | undefined {
  if (!(error instanceof Error) || loaded.size === 0) return undefined;
  const inner = placeIn(error.cause);
  if (inner !== undefined) return inner;
  for (const [, url, line, column] of `${error.message}\n${error.stack}`.matchAll(PLACE)) {
    const given = loaded.get(url!);
    if (given !== undefined) return `${given}:${line}:${column}`;
    if (!url!.startsWith(PROJECT) && !url!.includes("/npm/")) return `${fromFileUrl(url!)}:${line}:${column}`;
  }
  return undefined;
}

const PLACE = /(file:\/\/[^\s()"']+?):(\d+):(\d+)/g;
