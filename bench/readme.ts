/**
 * The parts of `bench/README.md` that are written by a task.
 *
 * @module
 */

const END = "<!-- End of the written part. -->";
const README = new URL("README.md", import.meta.url);

/** Returns the text between a mark and its end mark. */
export async function writtenPart(begin: string): Promise<string> {
  const { text, start, end } = await marked(begin);
  return text.slice(start + begin.length, end);
}

/** Replaces the text in `bench/README.md` between a mark and its end mark. @throws {Error} when a mark is missing. */
export async function writeSection(begin: string, text: string): Promise<void> {
  const { text: before, start, end } = await marked(begin);
  await Deno.writeTextFile(README, `${before.slice(0, start)}${begin}\n\n${text}\n\n${before.slice(end)}`);
  await format(README);
}

/** Returns the text of `bench/README.md` and where a mark and its end mark stand. @throws {Error} when one is missing. */
async function marked(begin: string): Promise<{ text: string; start: number; end: number }> {
  const text = await Deno.readTextFile(README);
  const start = text.indexOf(begin);
  const end = text.indexOf(END, start);
  if (start < 0 || end < 0) throw new Error(`bench/README.md lacks the line ${start < 0 ? begin : END}`);
  return { text, start, end };
}

/** Formats a file with `deno fmt`. @throws {Error} with the formatter's message when it fails. */
export async function format(path: URL): Promise<void> {
  const command = new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", path.pathname] });
  const { success, stderr } = await command.output();
  if (!success) throw new Error(`deno fmt fails on ${path.pathname}: ${new TextDecoder().decode(stderr)}`);
}
