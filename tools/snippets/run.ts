/**
 * Runs programs of pages as a reader would, in a process of their own, and returns what they show.
 *
 * @module
 */
import type { Shown } from "./shown.ts";

const ROOT = new URL("../../", import.meta.url);

/** Options of {@linkcode run}. */
export interface RunOptions {
  /** The ending of the programs' files; types are checked for `"ts"`, which is the default. */
  readonly extension?: "ts" | "js";
}

/**
 * Runs programs one after another, in a folder that holds `tests` of the repository and is removed afterwards.
 *
 * @returns the values that each program shows
 * @throws {Error} with the output of the process, if a type is wrong or a program fails.
 */
export async function run(
  programs: readonly string[],
  { extension = "ts" }: RunOptions = {},
): Promise<Shown[][]> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.symlink(new URL("tests", ROOT), `${folder}/tests`);
    // Of PyTorch's snippet, which is not run here.
    await Deno.symlink(new URL("tests/golden/from/mlp.onnx", ROOT), `${folder}/mlp.onnx`);
    const files = await Promise.all(programs.map(async (program, i) => {
      const file = `program_${i}.${extension}`;
      await Deno.writeTextFile(`${folder}/${file}`, withConsole(program));
      return file;
    }));
    await Deno.writeTextFile(`${folder}/main.ts`, mainOf(files));
    return JSON.parse(await output(folder, { check: extension === "ts" }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function withConsole(program: string): string {
  const shown = new URL("shown.ts", import.meta.url);
  return `import { console } from "${shown}";\n${
    program.replaceAll('"./mod.ts"', `"${new URL("mod.ts", ROOT)}"`)
  }`;
}

/** Returns a program that runs those of the files in turn. Each is named as text, so that its types are checked. */
function mainOf(files: readonly string[]): string {
  const shown = new URL("shown.ts", import.meta.url);
  const runs = files.map((file) => `await import("./${file}");\nall.push(take());`);
  return [`import { take } from "${shown}";`, "const all = [];", ...runs, "console.log(JSON.stringify(all));"]
    .join("\n");
}

async function output(folder: string, { check }: { check: boolean }): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      ...(check ? ["--check"] : []),
      "--allow-all",
      "--frozen",
      `--config=${new URL("deno.json", ROOT).pathname}`,
      `--lock=${new URL("dev.lock", ROOT).pathname}`,
      "main.ts",
    ],
    cwd: folder,
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) throw new Error(`the programs of the page failed:\n${err}`);
  return out!;
}
