/**
 * Finds where a file of the user's own exports something.
 *
 * @module
 */
import { readTextFile } from "../../files/mod.ts";

/**
 * Returns where a file exports a name, such as `./mine.ts:3:14`; with a member, where the exported object names it. Returns
 * the path alone if it cannot be found: the export may have another form.
 */
export async function exportPlace(
  path: string,
  { name, member }: { readonly name: string; readonly member?: string },
): Promise<string> {
  const text = await readTextFile(path).catch(() => "");
  const form = name === "default" ? /^[ \t]*(?=export\s+default\b)/m : new RegExp(
    `^[ \\t]*export\\s+(?:const|let|var|async\\s+function|function|class)\\s+(?=${name}\\b)`,
    "m",
  );
  const found = form.exec(text);
  if (found === null) return path;
  const start = found.index + found[0].length;
  const inside = member === undefined
    ? -1
    : text.slice(start).search(new RegExp(`\\b${member}\\b["']?\\s*:`));
  const before = text.slice(0, start + Math.max(0, inside)).split("\n");
  return `${path}:${before.length}:${before.at(-1)!.length + 1}`;
}
