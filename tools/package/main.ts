/**
 * Builds the npm package: `deno task package [FOLDER]`.
 *
 * @module
 */
import denoJson from "../../deno.json" with { type: "json" };
import { buildPackage } from "./build.ts";
import { tarball } from "./tarball.ts";

/** Writes the archive of the package into a folder. @returns its path. */
export async function writePackage(folder: string): Promise<string> {
  const work = await Deno.makeTempDir();
  try {
    const archive = await tarball(await buildPackage(work));
    const path = `${folder}/${denoJson.name.slice(1).replace("/", "-")}-${denoJson.version}.tgz`;
    await Deno.writeFile(path, archive);
    return path;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

if (import.meta.main) console.log(await writePackage(Deno.args[0] ?? "."));
