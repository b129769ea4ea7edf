/**
 * Finds the files that make up the user's own code.
 *
 * @module
 */
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { requireFile } from "../../files/mod.ts";
import { toFileUrl } from "../console/mod.ts";

/** The library, whose version identifies it. */
const LIBRARY = new URL("../../mod.ts", import.meta.url).href;

/** Matches imports, static or by a text in the source, and files opened by a URL relative to the code. */
const IMPORT =
  /\b(?:from|import|URL|import\.meta\.resolve)\s*\(?\s*(["'`])((?:\.{0,2}\/|file:)[^"'`\n$]*)\1/g;

/**
 * Returns a module and what it imports from files, directly or not, or opens by `new URL("../name", import.meta.url)`, each
 * once, found by their texts: one whose specifier is computed is not found. The library's `mod.ts` and packages have
 * versions, and are left out. A missing file is listed like the others: the import itself reports it.
 *
 * @returns paths: the module's as given, the others starting with its folder.
 */
export async function codeFiles(path: string): Promise<string[]> {
  const home = dirname(fileURLToPath(toFileUrl(path)));
  const found = new Map<string, string>([[toFileUrl(path), path]]);
  for (const [url, file] of found) {
    // Data have no imports, and may be large.
    if (!/\.[mc]?[jt]sx?$/.test(file)) continue;
    const text = await requireFile(file).then(() => Deno.readTextFile(file)).catch(() => "");
    for (const [, , specifier] of text.matchAll(IMPORT)) {
      const imported = URL.canParse(specifier!, url) ? new URL(specifier!, url) : undefined;
      if (imported?.protocol !== "file:" || imported.href === LIBRARY || found.has(imported.href)) continue;
      found.set(imported.href, join(dirname(path), relative(home, fileURLToPath(imported))));
    }
  }
  return [...found.values()];
}
