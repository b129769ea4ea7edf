/**
 * The npm package as a folder.
 *
 * @module
 */
import denoJson from "../../deno.json" with { type: "json" };
import { writeDeclarations } from "./declarations.ts";
import { manifest } from "./manifest.ts";
import { writeScripts } from "./scripts.ts";
import { readProjectFile } from "./shipped_files.ts";
import { stageLibrary, write } from "./stage.ts";

/** The folder of the package in the one that it is built in. */
const OUT = "package";

/** Builds the package in a folder. @returns the folder of the package, which is in that one. */
export async function buildPackage(folder: string): Promise<string> {
  const described = manifest(await readProjectFile("deps.ts"));
  const paths = await stageLibrary(folder, described);
  await writeScripts(folder, { paths, out: OUT });
  const entries = Object.values(denoJson.exports).map((entry) => entry.slice(2));
  await writeDeclarations(folder, { paths, out: OUT, entries });
  for (const name of ["README.md", "CHANGELOG.md", "LICENSE"]) {
    await write(`${folder}/${OUT}/${name}`, await readProjectFile(name));
  }
  await write(`${folder}/${OUT}/package.json`, JSON.stringify(described, null, 2) + "\n");
  return `${folder}/${OUT}`;
}
