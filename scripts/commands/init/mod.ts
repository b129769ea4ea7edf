/**
 * `init`: writes a folder of one's own to begin with.
 *
 * @module
 */
import { optimizerFiles } from "../../cli/mod.ts";
import { reason, shellLine, UsageError } from "../../console/mod.ts";
import type { Query } from "../../run/mod.ts";
import { type Command, filesOf, RULE, SCRIPT, SWEEP } from "./files.ts";
import { libraryFrom } from "./library.ts";

/** Writes an optimizer, a sweep and a script, and prints the commands that run them. */
export const initCommand: Query = {
  summary: "write a folder of your own: an optimizer, a sweep and a script that run",
  defaults: "writes four files and prints the commands that run them; overwrites nothing",
  examples: [["mine", "an optimizer, a sweep and a script in the folder mine"]],
  common: [],
  operands: "DIR",
  async run({ operands }) {
    const [given, ...more] = operands;
    if (given === undefined || more.length > 0) throw new UsageError("init needs one folder: init DIR");
    const folder = given.replace(/(?<=.)\/+$/, "");
    requireUsable(folder);
    await makeFolder(folder);
    const commands = commandsOf(folder);
    const files = await filesOf({ folder, library: libraryFrom(await Deno.realPath(folder)), commands });
    for (const [name, content] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, content, { createNew: true }).catch((error) => {
        throw new Error(`cannot write ${folder}/${name}: ${reason(error)}`, { cause: error });
      });
    }
    const lines = commands.flatMap(({ line, does }) => [`  # ${does}`, `  ${line}`]);
    return {
      document: { folder, files: Object.keys(files), commands: commands.map((c) => c.line) },
      tables: [],
      text: [`Written to ${folder}: ${Object.keys(files).join(", ")}`, "", "Next:", ...lines].join("\n"),
    };
  },
};

/** Returns the commands that run the files. */
function commandsOf(folder: string): Command[] {
  const task = ["deno", "task", "-q", "experiment"];
  const script = ["deno", "run", "--allow-ffi", "--allow-read", `${folder}/${SCRIPT}`];
  return [
    {
      line: shellLine([...task, "digits", "--epochs", "10", "--optimizer", `adam,${folder}/${RULE}`]),
      does: "your rule beside Adam",
    },
    { line: shellLine([...task, "sweep", `${folder}/${SWEEP}`]), does: "which rate and which beta" },
    { line: shellLine(script), does: "without the command line" },
  ];
}

/** @throws {UsageError} for a folder whose files `--optimizer` cannot name. */
function requireUsable(folder: string): void {
  const path = `${folder}/${RULE}`;
  // deno-lint-ignore no-control-regex -- a terminal cannot show them
  if (!/[\u0000-\u001f]/.test(path) && isNamed(path)) return;
  throw new UsageError(
    `init cannot name files in ${
      JSON.stringify(folder)
    } on the command line: choose a name without commas and brackets`,
  );
}

function isNamed(path: string): boolean {
  try {
    const [file, ...more] = optimizerFiles([`${path}(beta=0.8)`]);
    return file === path && more.length === 0;
  } catch {
    return false;
  }
}

/** Makes the folder, or accepts an empty one. @throws {UsageError} if it holds anything, or cannot be made. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`cannot write to ${folder}: ${reason(error)}. Name another folder`);
  }
  for await (const { name } of Deno.readDir(folder)) {
    throw new UsageError(
      `${folder} is not empty, it has ${name}: init overwrites nothing. Name a new folder`,
    );
  }
}
