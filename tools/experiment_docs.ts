/**
 * Writes README's table of experiments from the registry: `deno task docs`.
 *
 * @module
 */
import { allCommands, GROUPS } from "../scripts/experiments/registry.ts";

/** The comments around the table. */
const BEGIN = "<!-- experiments: written by deno task -q docs from scripts/experiments/registry.ts -->\n";
const END = "<!-- end of experiments -->";

const LOADED = await allCommands();

/** Returns the table: a row for each group. */
function table(): string {
  const rows = GROUPS.map(({ about, commands }) => {
    const names = Object.keys(commands).map((name) => {
      const operands = LOADED[name]?.operands;
      return `\`${operands === undefined ? name : `${name} ${operands}`}\``;
    });
    return `| ${names.join(", ")} | ${about} |\n`;
  });
  return ["| | |\n", "| --- | --- |\n", ...rows].join("");
}

/** Returns README with a new table. @throws {Error} if README lacks the comments around it. */
export function withExperiments(readme: string): string {
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md must have ${BEGIN.trim()} before ${END}`);
  return `${readme.slice(0, from + BEGIN.length)}\n${table()}\n${readme.slice(to)}`;
}

if (import.meta.main) {
  const path = new URL("../README.md", import.meta.url);
  await Deno.writeTextFile(path, withExperiments(await Deno.readTextFile(path)));
}
