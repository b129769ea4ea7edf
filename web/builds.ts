/**
 * The builds of ONNX Runtime for browsers: one for processors, and a larger one with WebGPU. Each is loaded when a session
 * first needs it.
 *
 * @module
 */
import { pageThreads } from "../host/page_threads.ts";
import { importWasmBuild, importWebgpuBuild, type WebRuntime } from "./packages.ts";
import { webFiles } from "./settings.ts";

/** A build that is loaded. */
export interface Build {
  /** Its exports. */
  readonly runtime: WebRuntime;
  /** Does some work once all earlier work is done: a build does one thing at a time. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** The name of a build. */
export type BuildName = "wasm" | "webgpu";

const BUILDS = {
  wasm: { load: importWasmBuild, file: "ort-wasm-simd-threaded.wasm" },
  webgpu: { load: importWebgpuBuild, file: "ort-wasm-simd-threaded.asyncify.wasm" },
} as const;

const loaded = new Map<BuildName, Promise<Build>>();

/** Returns a build; loads it the first time. */
export function buildNamed(name: BuildName): Promise<Build> {
  const found = loaded.get(name) ?? load(name);
  loaded.set(name, found);
  return found;
}

async function load(name: BuildName): Promise<Build> {
  const { load, file } = BUILDS[name];
  const runtime = await load();
  runtime.env.logLevel = "fatal";
  runtime.env.wasm.numThreads = pageThreads();
  const folder = webFiles();
  if (folder !== undefined) runtime.env.wasm.wasmPaths = { wasm: new URL(file, folder).href };
  let last: Promise<unknown> = Promise.resolve();
  return {
    runtime,
    inTurn<T>(work: () => Promise<T>): Promise<T> {
      const done = last.then(work);
      last = done.catch(() => {});
      return done;
    },
  };
}
