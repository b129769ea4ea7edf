/**
 * The files of the library that a package holds.
 *
 * @module
 */
import denoJson from "../../deno.json" with { type: "json" };

const ROOT = new URL("../../", import.meta.url);

/** The room for browsers, which JSR does not get: no bundler puts it in the place of ONNX Runtime for Node there. */
const FOR_BROWSERS = "web";

/** Returns the paths that `publish.include` of `deno.json` lists, and those for browsers, each file by itself; sorted. */
export function shippedFiles(): Promise<string[]> {
  return filesIn([...denoJson.publish.include, FOR_BROWSERS]);
}

/** Returns the files of the project that are listed or in a listed folder; sorted. */
export async function filesIn(places: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const walk = async (path: string): Promise<void> => {
    if (!(await Deno.stat(new URL(path, ROOT))).isDirectory) {
      found.push(path);
      return;
    }
    for await (const { name } of Deno.readDir(new URL(`${path}/`, ROOT))) await walk(`${path}/${name}`);
  };
  for (const place of places) await walk(place);
  return found.sort();
}

/** Reads a file of the project. */
export function readProjectFile(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, ROOT));
}
