import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { LOADABLE } from "./elf.ts";
import { inProcess, withStandIns } from "./stand_ins.ts";

const test = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name: `${name}${LOADABLE ? "" : " (skipped: no Linux on x86-64)"}`, ignore: !LOADABLE, fn });

/** Opens the provider before and after the libraries of CUDA. */
const PROVIDER = `const { keepOpen } = await import(session + "native_library.ts");
  const { cudaLibraries } = await import(session + "cuda_libraries.ts");
  const provider = Deno.env.get("DESCENT_ONNX_RUNTIME_DIR") + "/libonnxruntime_providers_cuda.so";
  const before = keepOpen(provider);
  const libraries = cudaLibraries();
  console.log(JSON.stringify({ before, after: keepOpen(provider) ?? "opened", libraries }));`;

test("cudaLibraries() opens pip's libraries by path, which the provider then finds by name", () =>
  withStandIns({ driver: {} }, async ({ build, driver, file }) => {
    const env = { DESCENT_ONNX_RUNTIME_DIR: build, DESCENT_LIBRARY_PATH: `/nowhere:${driver}` };
    const { before, after, libraries } = JSON.parse(await inProcess(PROVIDER, { env }));
    assertStringIncludes(before, "cannot open shared object file");
    assertEquals(after, "opened");
    const path = (name: string) => libraries.find((l: { name: string }) => l.name === name).path;
    assertEquals(path("libcublas.so.13"), file("libcublas.so.13"));
    assertEquals(path("libcudnn.so.9"), file("libcudnn.so.9"));
    assertEquals(path("libcuda.so.1"), `${driver}/libcuda.so.1`);
  }));

test("cudaLibraries() says why a library cannot be opened", () =>
  withStandIns({ driver: {} }, async ({ build, driver, file }) => {
    await Deno.writeTextFile(file("libcublas.so.13"), "");
    const env = { DESCENT_ONNX_RUNTIME_DIR: build, DESCENT_LIBRARY_PATH: driver };
    const { after, libraries } = JSON.parse(await inProcess(PROVIDER, { env }));
    const found = libraries.find((l: { name: string }) => l.name === "libcublas.so.13");
    assertEquals(found.path, file("libcublas.so.13"));
    assertStringIncludes(found.fault, "file too short");
    assert(after !== "opened");
  }));

test("cudaDriver() tells the driver's CUDA and the GPUs", () =>
  withStandIns({ driver: { version: 13010 } }, async ({ driver }) => {
    const code = `const { cudaDriver } = await import(session + "cuda_driver.ts");
      console.log(JSON.stringify([cudaDriver(${
      JSON.stringify(`${driver}/libcuda.so.1`)
    }), cudaDriver("/nowhere")]));`;
    assertEquals(JSON.parse(await inProcess(code)), [
      { cuda: "13.1", gpus: [{ name: "StandIn", computeCapability: "9.10" }] },
      null,
    ]);
  }));

test("cudaDriver() tells the code with which a driver refuses to start", () =>
  withStandIns({ driver: { init: 100 } }, async ({ driver }) => {
    const code = `const { cudaDriver } = await import(session + "cuda_driver.ts");
      console.log(JSON.stringify(cudaDriver(${JSON.stringify(`${driver}/libcuda.so.1`)})));`;
    assertEquals(JSON.parse(await inProcess(code)), { cuda: "13.0", gpus: [], refusal: 100 });
  }));
