/**
 * Loads the user's own code that a command line names, and finds where in it an error came from.
 *
 * @module
 */
import { NotAFile, requireFile } from "../../files/mod.ts";
import { fromFileUrl, toFileUrl } from "./file_url.ts";

/** The loaded files: URL to the path on the command line. */
const loaded = new Map<string, string>();

/** The user's own rules: name to the place that an error of the rule names if it comes from nowhere in the file. */
const rules = new Map<string, string>();

/** Notes the name of the user's own rule, which begins messages about it, and the place of its function. */
export function noteOwnRule(name: string, place: string): void {
  rules.set(name, place);
}

/** The folder of this project: files in it are the user's own only if the command line names them. */
const PROJECT = new URL("../../", import.meta.url).href;

/** Loads a module by its path. @throws {NotAFile} for a pipe, a device or a folder; any error of its code. */
export async function importOwn(path: string): Promise<Record<string, unknown>> {
  // Importing a pipe would block without a way to interrupt it. The import itself reports a missing file.
  await requireFile(path).catch((error) => {
    if (error instanceof NotAFile) throw error;
  });
  const url = toFileUrl(path);
  loaded.set(url, path);
  return await import(url);
}

/**
 * Returns where in the user's own code an error came from, such as `./mine.ts:3:23`: the innermost place that its
 * message or stack names, else the function of the own rule that its message is about. Returns `undefined` if there is
 * neither.
 */
export function placeIn(error: unknown): string | undefined {
  return placeInStack(error) ?? placeOfRule(error);
}

function placeOfRule(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const found = [...rules].find(([name]) => error.message.startsWith(`${name}: `));
  return found?.[1] ?? placeOfRule(error.cause);
}

function placeInStack(error: unknown): string | undefined {
  if (!(error instanceof Error) || loaded.size === 0) return undefined;
  const inner = placeInStack(error.cause);
  if (inner !== undefined) return inner;
  for (const [, url, line, column] of `${error.message}\n${error.stack}`.matchAll(PLACE)) {
    const given = loaded.get(url!);
    if (given !== undefined) return `${given}:${line}:${column}`;
    if (!url!.startsWith(PROJECT) && !url!.includes("/npm/")) return `${fromFileUrl(url!)}:${line}:${column}`;
  }
  return undefined;
}

const PLACE = /(file:\/\/[^\s()"']+?):(\d+):(\d+)/g;
