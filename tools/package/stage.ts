/**
 * A folder with the library as other compilers read it: with the packages that it imports, under their plain names.
 *
 * @module
 */
import type { Manifest } from "./manifest.ts";
import { readProjectFile, shippedFiles } from "./shipped_files.ts";

/** The version of `@types/node` by which the declarations are made; it is no dependency of the package. */
const NODE_TYPES = "22.19.3";

/** The files that are staged beside the library. */
export interface Beside {
  /** Modules of the project. */
  readonly modules: readonly string[];
  /** The packages that they import, with their versions. */
  readonly packages: Readonly<Record<string, string>>;
}

/** Writes the library's modules into a folder, and installs the packages that they import. @returns their paths. */
export async function stageLibrary(
  folder: string,
  { dependencies, peerDependencies }: Manifest,
  { modules, packages }: Beside = { modules: [], packages: {} },
): Promise<string[]> {
  const paths = [...await shippedFiles(), ...modules].filter((path) => /\.(ts|json)$/.test(path));
  for (const path of paths) await write(`${folder}/${path}`, withPlainNames(await readProjectFile(path)));
  const needed = {
    dependencies: { ...dependencies, ...peerDependencies, ...packages },
    devDependencies: { "@types/node": NODE_TYPES },
    ...{ type: "module", sideEffects: false },
  };
  await write(`${folder}/package.json`, JSON.stringify(needed));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["install", "-q"],
    cwd: folder,
  })
    .output();
  if (!success) throw new Error(`deno install: ${new TextDecoder().decode(stderr)}`);
  return paths;
}

/** Returns a module whose packages have neither `npm:` nor a version. */
function withPlainNames(source: string): string {
  return source.replace(/"npm:((?:@[^/"]+\/)?[^@/"]+)@[\d.]+/g, '"$1');
}

/** Writes a file, with the folders to it. */
export async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(path, text);
}
