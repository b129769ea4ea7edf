/**
 * The commit that this copy of Descent is checked out at.
 *
 * @module
 */
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Returns the commit of a checkout, read from its `.git` without running Git; `undefined` for a copy without one, such
 * as an import by URL. Files of the checkout may differ from the commit.
 *
 * @param root the URL of the checkout's folder; that of this copy by default
 */
export async function commit(root: URL = new URL("../../", import.meta.url)): Promise<string | undefined> {
  if (root.protocol !== "file:") return undefined;
  try {
    const git = await gitFolder(fileURLToPath(root));
    const head = (await Deno.readTextFile(join(git, "HEAD"))).trim();
    const reference = /^ref: (.+)$/.exec(head)?.[1];
    const found = reference === undefined ? head : await resolved(git, reference);
    return found !== undefined && /^[0-9a-f]{40,64}$/.test(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the folder of Git's files. In a linked working tree `.git` is a file that names it. */
async function gitFolder(root: string): Promise<string> {
  const path = join(root, ".git");
  if ((await Deno.stat(path)).isDirectory) return path;
  const named = /^gitdir: (.+)$/m.exec(await Deno.readTextFile(path))?.[1] ?? "";
  return from(root, named.trim());
}

// cspell:ignore commondir
/** Returns the commit of a reference, which may stand in the shared folder of working trees, or in a list. */
async function resolved(git: string, reference: string): Promise<string | undefined> {
  const common = await Deno.readTextFile(join(git, "commondir")).then((text) => from(git, text.trim()))
    .catch(() => git);
  for (const folder of [git, common]) {
    const found = await Deno.readTextFile(join(folder, reference)).catch(() => undefined);
    if (found !== undefined) return found.trim();
  }
  const packed = await Deno.readTextFile(join(common, "packed-refs")).catch(() => "");
  return packed.split("\n").find((line) => line.endsWith(` ${reference}`))?.split(" ")[0];
}

function from(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}
