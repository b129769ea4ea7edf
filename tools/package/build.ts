/**
 * The npm package as a folder.
 *
 * @module
 */
import denoJson from "../../deno.json" with { type: "json" };
import { writeBundles } from "./bundle.ts";
import { writeDeclarations } from "./declarations.ts";
import { readManifest } from "./manifest.ts";
import { writeScripts } from "./scripts.ts";
import { readProjectFile } from "./shipped_files.ts";
import { stageLibrary, write } from "./stage.ts";

/** The folder of the package in the one that it is built in. */
const OUT = "package";

/** Builds the package in a folder. @returns the folder of the package, which is in that one. */
export async function buildPackage(folder: string): Promise<string> {
  const described = await readManifest();
  const paths = await stageLibrary(folder, described);
  await writeScripts(folder, { paths, out: OUT });
  await writeBundles(folder, { out: `${OUT}/browser` });
  const entries = [...Object.values(denoJson.exports).map((entry) => entry.slice(2)), "web/mod.ts"];
  await writeDeclarations(folder, { paths, out: OUT, entries });
  for (const name of ["README.md", "CHANGELOG.md", "LICENSE"]) {
    await write(`${folder}/${OUT}/${name}`, await readProjectFile(name));
  }
  await write(`${folder}/${OUT}/package.json`, JSON.stringify(described, null, 2) + "\n");
  return `${folder}/${OUT}`;
}
