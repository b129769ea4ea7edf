/**
 * The library as modules that a browser can import as they are.
 *
 * @module
 */
import { IN_BROWSER } from "./manifest.ts";
import { runProgram } from "./run_program.ts";
import { write } from "./stage.ts";

/** The bundles, by name, with the module that each stands for. */
export const BUNDLES: Readonly<Record<string, string>> = {
  descent: "mod.ts",
  optim: "optim/mod.ts",
  web: "web/mod.ts",
};

/** Browsers of the year 2024, from which on all have the built-in objects that the library uses. */
const TARGET = "es2022";

/**
 * Bundles modules with their packages for browsers. The bundles share chunks, so that they share what a module remembers.
 *
 * @param folder where the modules are, as {@linkcode stageLibrary} writes them
 * @param to.modules the modules, by the name of the bundle
 * @param to.out the folder for the result, in `folder` or an absolute path
 */
export async function bundle(
  folder: string,
  { modules, out }: { readonly modules: Readonly<Record<string, string>>; readonly out: string },
): Promise<void> {
  await runProgram("esbuild", [
    ...Object.entries(modules).map(([name, module]) => `${name}=${module}`),
    ...["--bundle", "--splitting", "--minify", "--format=esm", "--platform=browser", `--target=${TARGET}`],
    ...Object.entries(IN_BROWSER).map(([name, other]) => `--alias:${name}=${other.replace(/\.js$/, ".ts")}`),
    ...["--legal-comments=eof", `--outdir=${out}`, "--log-level=warning"],
  ], { folder });
}

/** Bundles the library, with its types. */
export async function writeBundles(folder: string, { out }: { readonly out: string }): Promise<void> {
  await bundle(folder, { modules: BUNDLES, out });
  for (const [name, module] of Object.entries(BUNDLES)) {
    await write(`${folder}/${out}/${name}.d.ts`, `export * from "../${module.replace(/\.ts$/, ".js")}";\n`);
  }
}
