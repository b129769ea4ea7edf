/**
 * The blocks of code in a page.
 *
 * @module
 */

/** A command of a page, with what the page says that it prints. */
export interface Command {
  readonly command: string;
  /** `null` if the page shows no output. */
  readonly output: string | null;
}

/** A file that the page tells the reader to save. */
export interface SavedFile {
  readonly file: string;
  readonly code: string;
}

const FENCED = /^```(\w*)\n([^]*?)^```$/gm;

/**
 * Returns the steps of a page in their order: a block `sh`, with the block `text` right below it as its output, and a
 * block `ts` below a line that says "Save this as `NAME`:".
 */
export function stepsOf(page: string): (Command | SavedFile)[] {
  const blocks = [...page.matchAll(FENCED)].map((m) => ({
    language: m[1]!,
    code: m[2]!,
    from: m.index,
    to: m.index + m[0].length,
  }));
  return blocks.flatMap((block, i): (Command | SavedFile)[] => {
    if (block.language === "ts") {
      const [, file] = /`([\w.]+)`:\s*$/.exec(page.slice(0, block.from)) ?? [];
      return file === undefined ? [] : [{ file, code: block.code }];
    }
    if (block.language !== "sh") return [];
    const next = blocks[i + 1];
    const shown = next?.language === "text" && page.slice(block.to, next.from).trim() === "";
    return [{ command: block.code.trim(), output: shown ? next.code : null }];
  });
}

/** Returns a page with another output of one of its commands. */
export function withOutput(page: string, { command, output }: { command: string; output: string }): string {
  const head = "```sh\n" + command + "\n```\n\n```text\n";
  const from = page.indexOf(head);
  if (from < 0) throw new Error(`the page shows no output of ${command}`);
  const start = from + head.length;
  return `${page.slice(0, start)}${output}${page.slice(page.indexOf("```", start))}`;
}
