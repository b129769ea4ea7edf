/**
 * Tests of the package in Chromium.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as descent from "../../mod.ts";
import type { WebRuntimeOptions } from "../../web/mod.ts";
import { runProgram } from "../../tools/package/run_program.ts";
import { findChromium } from "../scripts/browser.ts";
import { test } from "./app.ts";
import type { Installed } from "./installed.ts";
import { fiftySteps } from "./page/fifty_steps.mjs";
import { serveFolders } from "../file_server.ts";
import { askWorkers } from "./pages.ts";

const chromium = findChromium();
const skipped = chromium === undefined ? "no Chromium; set CHROMIUM_PATH" : undefined;

/** The answer of the worker. */
interface Trained {
  readonly losses?: number[];
  readonly threads?: number;
  readonly error?: string;
}

/** The requests to the worker. */
interface Asked {
  /** Settings of the runtime. */
  readonly settings?: WebRuntimeOptions;
  /** Options of `fit`. */
  readonly options?: { readonly device?: "webgpu"; readonly threads?: number };
}

/** Trains in workers of a page. */
async function trained(app: Installed, isolated: boolean, ...messages: readonly Asked[]): Promise<Trained[]> {
  const folders = {
    "/browser/": [`${app.package}/browser`, `${app.webRuntime}/dist`],
    "/runtime/": [`${app.webRuntime}/dist`],
    "/page/": [new URL("./page", import.meta.url).pathname],
  };
  await using server = serveFolders({ folders, isolated });
  return await askWorkers(server.address, { chromium: chromium!, worker: "/page/worker.mjs", messages });
}

let onCpu: Promise<number[]> | undefined;

/** Compares losses with those of Deno on the CPU: rounding of other kernels may differ, a wrong step is 1e-3 off. */
async function assertSameLosses(found: Trained): Promise<void> {
  assertEquals(found.error, undefined);
  const expected =
    await (onCpu ??= fiftySteps(descent, { threads: 1 }).then(({ losses }) => losses as number[]));
  assertEquals([expected.length, found.losses!.length], [50, 50]);
  const worst = Math.max(...expected.map((loss, i) => Math.abs(loss - found.losses![i]!)));
  assert(worst < 1e-5, `the losses differ by ${worst}`);
  assert(expected.at(-1)! < 0.5, `the last loss is ${expected.at(-1)}`);
}

test(
  "Chromium: 50 steps of the digits on Wasm have the CPU's losses; a page refuses threads",
  async (app) => {
    const [refused, found] = await trained(app, false, { settings: { threads: 2 } }, {
      settings: { files: "/runtime" },
    });
    assert(
      refused!.error?.startsWith("RangeError: threads must be an integer from 1 to 1, got 2"),
      refused!.error,
    );
    await assertSameLosses(found!);
    assertEquals(found!.threads, 1);
  },
  skipped,
);

const one = navigator.hardwareConcurrency < 2 ? "one processor" : undefined;

test("Chromium: two threads of an isolated page compute the CPU's losses", async (app) => {
  const [found, refused] = await trained(app, true, { settings: { threads: 2 } }, {
    settings: { threads: 2 },
    options: { threads: 1 },
  });
  await assertSameLosses(found!);
  assertEquals(found!.threads, 2);
  const why = "RangeError: threads: all sessions of this page share 2 threads, got 1: leave it out, or call ";
  assert(refused!.error?.startsWith(why), refused!.error);
}, skipped ?? one);

test("Chromium: 50 steps of the digits on WebGPU have the CPU's losses", async (app) => {
  const [found] = await trained(app, false, { options: { device: "webgpu" } });
  await assertSameLosses(found!);
}, skipped);

/** A text in the code by which `onnxruntime-node` loads its native part. */
const NATIVE = "onnxruntime_binding";

async function sourcesIn(folder: string): Promise<string> {
  const texts: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".js")) texts.push(await Deno.readTextFile(`${folder}/${name}`));
  }
  return texts.join("\n");
}

test("the bundles hold ONNX Runtime for browsers alone, and so does what another bundler makes", async (app) => {
  const native = await sourcesIn(`${app.nodeRuntime}/dist`);
  assert(native.includes(NATIVE), "the text no longer tells the runtimes apart");
  const own = await sourcesIn(`${app.package}/browser`);
  assert(own.includes("ort-wasm-simd-threaded.wasm") && !own.includes(NATIVE));
  await Deno.writeTextFile(`${app.folder}/entry.mjs`, `export { fit } from "@descent/descent";\n`);
  const args = [
    "entry.mjs",
    "--bundle",
    "--splitting",
    "--format=esm",
    "--platform=browser",
    "--outdir=bundled",
  ];
  await runProgram("esbuild", [...args, "--log-level=warning"], { folder: app.folder });
  const other = await sourcesIn(`${app.folder}/bundled`);
  assert(other.includes("ort-wasm-simd-threaded.wasm") && !other.includes(NATIVE));
});
