/**
 * The `package.json` of the npm package.
 *
 * @module
 */
import denoJson from "../../deno.json" with { type: "json" };
import { readProjectFile } from "./shipped_files.ts";

/** The files or packages that a bundler for browsers takes in the place of a package for Node. */
export const IN_BROWSER: Readonly<Record<string, string>> = {
  "onnxruntime-node": "./web/onnx_runtime.js",
  "csv-parse/sync": "csv-parse/browser/esm/sync",
};

/** The first Node with all that the library uses: `zstdDecompressSync` came with it. */
const NODE = ">=22.15";

/** A `package.json`. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly browser: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** Returns the manifest, with the packages that the library names. */
export async function readManifest(): Promise<Manifest> {
  return manifest({ deps: await readProjectFile("deps.ts"), web: await readProjectFile("web/packages.ts") });
}

/**
 * Returns the manifest.
 *
 * @param deps the source of `deps.ts`, whose packages become the dependencies, with their exact versions
 * @param web the source of `web/packages.ts`, whose packages only pages need
 */
function manifest({ deps, web }: { readonly deps: string; readonly web: string }): Manifest {
  const peerDependencies = dependenciesIn(web);
  return {
    name: denoJson.name,
    version: denoJson.version,
    description: "Gradient-based optimization on ONNX graphs: optimizers, training, derivatives",
    license: denoJson.license,
    type: "module",
    sideEffects: false,
    engines: { node: NODE },
    exports: {
      ...Object.fromEntries(Object.entries(denoJson.exports).map(([name, file]) => [name, entry(file)])),
      "./web": entry("./web/mod.ts"),
      "./browser/*.js": { types: "./browser/*.d.ts", default: "./browser/*.js" },
      "./package.json": "./package.json",
    },
    browser: IN_BROWSER,
    dependencies: dependenciesIn(deps),
    peerDependencies,
    peerDependenciesMeta: Object.fromEntries(
      Object.keys(peerDependencies).map((name) => [name, { optional: true }]),
    ),
  };
}

function entry(file: string): { readonly types: string; readonly default: string } {
  return { types: file.replace(/\.ts$/, ".d.ts"), default: file.replace(/\.ts$/, ".js") };
}

/** Returns the packages that a source names as `npm:NAME@VERSION`, with their versions. */
function dependenciesIn(source: string): Record<string, string> {
  const found = [...source.matchAll(/"npm:((?:@[^/"]+\/)?[^@/"]+)@([\d.]+)/g)];
  const versions = new Map<string, string>();
  for (const [, name, version] of found) {
    if ((versions.get(name!) ?? version) !== version) {
      throw new Error(`deps.ts names two versions of ${name}`);
    }
    versions.set(name!, version!);
  }
  return Object.fromEntries([...versions].sort(([a], [b]) => (a < b ? -1 : 1)));
}
