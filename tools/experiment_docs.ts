/**
 * Writes the table of experiments in docs/experiments.md from the registry: `deno task docs`.
 *
 * @module
 */
import { formatted } from "./formatted.ts";
import { allCommands, GROUPS } from "../scripts/experiments/registry.ts";

/** The comments around the table. */
const BEGIN = "<!-- experiments: written by deno task -q docs from scripts/experiments/registry.ts -->\n";
const END = "<!-- end of experiments -->";

const LOADED = await allCommands();

/** Returns the table: a row for each purpose. */
function table(): string {
  const rows = GROUPS.map(({ title, about, commands }) => {
    const names = Object.keys(commands).map((name) => {
      const operands = LOADED[name]?.operands;
      return `\`${operands === undefined ? name : `${name} ${operands}`}\``;
    });
    return `| ${title} | ${names.join(", ")} | ${about.replaceAll("docs/", "")} |\n`;
  });
  return ["| for | commands | what they do |\n", "| --- | --- | --- |\n", ...rows].join("");
}

/** Returns the page with a new table, formatted. @throws {Error} if the page lacks the comments around it. */
export async function withExperiments(page: string): Promise<string> {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`docs/experiments.md must have ${BEGIN.trim()} before ${END}`);
  return await formatted(`${page.slice(0, from + BEGIN.length)}\n${table()}\n${page.slice(to)}`);
}

if (import.meta.main) {
  const path = new URL("../docs/experiments.md", import.meta.url);
  await Deno.writeTextFile(path, await withExperiments(await Deno.readTextFile(path)));
}
