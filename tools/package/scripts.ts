/**
 * The library as JavaScript.
 *
 * @module
 */
import { runProgram } from "./run_program.ts";
import { write } from "./stage.ts";

/** The language that is written: Node 22 parses no `using`. */
const TARGET = "node22";

/**
 * Writes each module as JavaScript, and each table as a module: Node 22 warns of imports of JSON.
 *
 * @param folder where the modules are
 * @param to.out the folder for the result, in `folder`
 */
export async function writeScripts(
  folder: string,
  { paths, out }: { readonly paths: readonly string[]; readonly out: string },
): Promise<void> {
  const modules = paths.filter((path) => path.endsWith(".ts"));
  await runProgram("esbuild", [
    ...modules,
    ...["--format=esm", "--platform=neutral", `--target=${TARGET}`, "--legal-comments=none"],
    ...["--outbase=.", `--outdir=${out}`, "--log-level=warning"],
  ], { folder });
  for (const path of modules) {
    const name = `${folder}/${out}/${path.replace(/\.ts$/, ".js")}`;
    await write(name, withImportsOfScripts(await Deno.readTextFile(name)));
  }
  for (const path of paths.filter((path) => path.endsWith(".json"))) {
    const table = JSON.stringify(JSON.parse(await Deno.readTextFile(`${folder}/${path}`)));
    // JSON.parse() of a text is faster than a literal of this size.
    await write(`${folder}/${out}/${path}.js`, `export default JSON.parse(${JSON.stringify(table)});\n`);
  }
}

/** Returns a module that imports `.js` where it imported `.ts`, and modules where it imported tables. */
function withImportsOfScripts(script: string): string {
  return script
    .replace(/"(\.{1,2}\/[^"]+)\.ts"/g, '"$1.js"')
    .replace(/"(\.{1,2}\/[^"]+\.json)" with \{ type: "json" \}/g, '"$1.js"');
}
