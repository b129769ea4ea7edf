/**
 * Follows a page of docs/how_to/ in a copy of the repository.
 *
 * @module
 */
import { assert } from "@std/assert";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Folders and files that a copy leaves out, because they are not sources. */
const SKIPPED = /^(\..*|node_modules|runs|coverage|bench|golden|site)$/;

/** A step of a page: code for a new file, or to insert below a line of a file. */
export interface Step {
  readonly file: string;
  /** The line to insert below; absent for a new file. */
  readonly below?: string;
  readonly code: string;
}

/** Returns the steps of a page: the code blocks that follow a comment with the file's name. */
export async function stepsOf(page: string): Promise<Step[]> {
  const text = await Deno.readTextFile(`${ROOT}docs/how_to/${page}`);
  const pattern = /<!-- (?:new file: (\S+)|in (\S+), below: (.+?)) -->\n\n(`{3,})ts ignore\n(.*?)\n\4/gs;
  return [...text.matchAll(pattern)].map(([, created, file, below, , code]) => ({
    file: created ?? file ?? "",
    ...(below === undefined ? {} : { below }),
    code: code ?? "",
  }));
}

/** Copies the sources of the repository into a folder. */
export async function copyTo(folder: string, path = ""): Promise<void> {
  await Deno.mkdir(`${folder}/${path}`, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(`${ROOT}${path}`)) {
    if (SKIPPED.test(name)) continue;
    if (isDirectory) await copyTo(folder, `${path}${name}/`);
    else await Deno.copyFile(`${ROOT}${path}${name}`, `${folder}/${path}${name}`);
  }
}

/** Takes the steps in a folder. @throws {AssertionError} if a line is missing or not the only one of its kind. */
export async function take(steps: readonly Step[], folder: string): Promise<void> {
  for (const { file, below, code } of steps) {
    const path = `${folder}/${file}`;
    if (below === undefined) {
      await Deno.writeTextFile(path, `${code}\n`, { createNew: true });
      continue;
    }
    const lines = (await Deno.readTextFile(path)).split("\n");
    const places = lines.flatMap((line, i) => (line.trim() === below.trim() ? [i] : []));
    assert(places.length === 1, `${file} has ${places.length} lines "${below}"`);
    await Deno.writeTextFile(path, lines.toSpliced(places[0]! + 1, 0, code).join("\n"));
  }
}

/** Runs deno in a folder: its exit code and everything that it printed. */
export async function deno(folder: string, ...args: string[]): Promise<{ code: number; out: string }> {
  const command = new Deno.Command(Deno.execPath(), {
    args,
    cwd: folder,
    env: { NO_COLOR: "1", DESCENT_THREADS: "1" },
  });
  const { code, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: `${text(stdout)}${text(stderr)}` };
}
