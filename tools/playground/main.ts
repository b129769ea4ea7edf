/**
 * Builds the playground as a static folder: `deno task playground FOLDER`.
 *
 * @module
 */
import denoJson from "../../deno.json" with { type: "json" };
import { bundle } from "../package/bundle.ts";
import { readManifest } from "../package/manifest.ts";
import { filesIn } from "../package/shipped_files.ts";
import { stageLibrary } from "../package/stage.ts";

const SOURCES = new URL("../../playground/", import.meta.url);

/** The modules that the playground imports beside the library. */
const MODULES = ["playground", "scripts/lab/problems"];

/** The package that draws contour lines, with its version. */
const CONTOURS = /^npm:d3-contour@(.*)$/.exec(denoJson.imports["d3-contour"])![1]!;

/** The files of ONNX Runtime: for processors, and with WebGPU. */
const RUNTIME = ["ort-wasm-simd-threaded.wasm", "ort-wasm-simd-threaded.asyncify.wasm"];

/** Writes the page into a folder, with all that it loads. */
export async function buildPlayground(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const out = await Deno.realPath(folder);
  const work = await Deno.makeTempDir();
  try {
    const modules = await filesIn(MODULES);
    await stageLibrary(work, await readManifest(), { modules, packages: { "d3-contour": CONTOURS } });
    const bundles = { page: "playground/page.ts", worker: "playground/worker.ts" };
    await bundle(work, { modules: bundles, out });
    for (const name of ["index.html", "style.css"]) {
      await Deno.copyFile(new URL(name, SOURCES), `${out}/${name}`);
    }
    for (const name of RUNTIME) {
      await Deno.copyFile(`${work}/node_modules/onnxruntime-web/dist/${name}`, `${out}/${name}`);
    }
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

if (import.meta.main) {
  const [folder] = Deno.args;
  if (folder === undefined) {
    console.error("usage: deno task playground FOLDER");
    Deno.exit(2);
  }
  await buildPlayground(folder);
  console.log(`wrote ${folder}/index.html: serve the folder, for pages from files have no workers`);
}
