/**
 * The files that `init` writes.
 *
 * @module
 */

/** The names that the files refer to. */
export interface Place {
  /** The folder as the commands name it. */
  readonly folder: string;
  /** The library, as an import names it. */
  readonly library: string;
  /** The commands to run, in the order of the README. */
  readonly commands: readonly Command[];
}

/** A command of the README. */
export interface Command {
  readonly line: string;
  readonly does: string;
}

/** The name of the optimizer's file. */
export const RULE = "my_rule.ts";

/** The name of the sweep's file. */
export const SWEEP = "sweep.json";

/** The name of the script. */
export const SCRIPT = "train.ts";

/** The library, as the files in `template` import it. */
const LIBRARY = '"../../../../mod.ts"';

/** Returns the content of each file by its name. */
export async function filesOf(place: Place): Promise<Readonly<Record<string, string>>> {
  return {
    [RULE]: await fromTemplate(RULE, place),
    [SWEEP]: sweep(place),
    [SCRIPT]: await fromTemplate(SCRIPT, place),
    "README.md": readme(place),
  };
}

/** Returns a file of `template`, whose types are checked there, with the library as the place imports it. */
async function fromTemplate(name: string, { library }: Place): Promise<string> {
  const text = await Deno.readTextFile(new URL(`template/${name}`, import.meta.url));
  return text.replace(LIBRARY, () => JSON.stringify(library));
}

function sweep({ folder }: Place): string {
  const file = { experiment: "digits", options: { epochs: 5 } };
  const optimizer = [0.8, 0.95].map((beta) => `${folder}/${RULE}(beta=${beta})`);
  const space = { optimizer, "learning-rate": [0.002, 0.01] };
  return `${JSON.stringify({ ...file, space }, null, 2)}\n`;
}

function readme({ commands }: Place): string {
  return [
    "# My optimizer",
    "",
    `\`${RULE}\` is an update rule of your own, \`${SWEEP}\` settings to try, \`${SCRIPT}\` a script. In Descent's folder:`,
    "",
    "```sh",
    ...commands.map(({ line, does }) => `${line}  # ${does}`),
    "```",
    "",
  ].join("\n");
}
