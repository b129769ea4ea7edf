/**
 * The types of the library, as TypeScript reads them without Deno.
 *
 * @module
 */
import { runProgram } from "./run_program.ts";
import { write } from "./stage.ts";

/** The one file that names Deno. TypeScript does not know its types, so its declaration stands for it. */
const DENO_HOST = "host/deno.ts";
const DENO_HOST_TYPES = `import type { Host } from "./host.ts";\nexport declare function denoHost(): Host;\n`;

/**
 * The built-in objects of Node 22: what a library uses beyond them is an error here. `Float16Array` is none of them, and
 * `host/float16.ts` stands for it.
 */
const BUILT_IN = ["ES2024", "ESNext.Iterator", "ESNext.Collection", "ESNext.Array", "ESNext.Disposable"];

/** Those that the declarations name, for users whose settings have older ones. */
const REFERENCES = ["es2024", "esnext.disposable", "esnext.float16"]
  .map((lib) => `/// <reference lib="${lib}" />\n`).join("");

const CHECKED = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  module: "nodenext",
  target: "es2023",
  lib: [...BUILT_IN, "ESNext.Float16", "DOM"],
  types: ["node"],
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  skipLibCheck: true,
} as const;

/**
 * Checks the modules in a folder with the built-in objects of Node 22, and writes their types.
 *
 * @param to.out the folder for the result, in `folder`
 * @param to.entries the entry points
 */
export async function writeDeclarations(
  folder: string,
  { paths, out, entries }: {
    readonly paths: readonly string[];
    readonly out: string;
    readonly entries: readonly string[];
  },
): Promise<void> {
  await write(`${folder}/${DENO_HOST}`, DENO_HOST_TYPES);
  const modules = paths.filter((path) => path.endsWith(".ts"));
  const compilerOptions = {
    ...CHECKED,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: ".",
    outDir: out,
  };
  await write(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, files: modules }));
  await runProgram("tsc", ["-p", "."], { folder });
  for (const path of modules) {
    const name = `${folder}/${out}/${path.replace(/\.ts$/, ".d.ts")}`;
    const types = (await Deno.readTextFile(name)).replace(/(["'])(\.{1,2}\/[^"']+)\.ts\1/g, "$1$2.js$1");
    await write(name, entries.includes(path) ? REFERENCES + types : types);
  }
}
