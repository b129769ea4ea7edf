import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { LOADABLE } from "./elf.ts";
import {
  inProcess,
  ownRuntime,
  type StandInDriver,
  type StandIns,
  systemHas,
  withStandIns,
} from "./stand_ins.ts";

const test = (name: string, fn: () => Promise<void>, ignore = !LOADABLE) =>
  Deno.test({
    name: `${name}${ignore ? " (skipped: no Linux on x86-64, or the library is there)" : ""}`,
    ignore,
    fn,
  });

/** Returns the message with which a device is refused, and what it lacks. */
async function refusal(device: string, { build, driver }: Pick<StandIns, "build" | "driver">) {
  const code = `const { requireDevice } = await import(session + "device.ts");
    try { await requireDevice("${device}"); console.log("{}"); }
    catch (e) { console.log(JSON.stringify({ message: String(e), missing: e.missing })); }`;
  const env = { DESCENT_ONNX_RUNTIME_DIR: build, DESCENT_LIBRARY_PATH: driver };
  return JSON.parse(await inProcess(code, { env })) as {
    message: string;
    missing: { what: string; remedy: string }[];
  };
}

/** Breaks the stand-ins, and compares what is missing then with what is expected. */
async function lacks(
  driver: StandInDriver | undefined,
  breaks: (standIns: StandIns) => Promise<void>,
  expected: [what: string, remedy: string][],
): Promise<void> {
  // The npm package's own library passes for a build with CUDA, until it opens the provider.
  await withStandIns(
    { runtime: await ownRuntime(), ...(driver === undefined ? {} : { driver }) },
    async (standIns) => {
      await breaks(standIns);
      const { message, missing } = await refusal("cuda", standIns);
      assertEquals(missing.length, expected.length, message);
      assertStringIncludes(message, "DeviceError: device 'cuda' is not available here; missing: ");
      assertStringIncludes(message, "; or use --device cpu");
      assert(!message.includes("\n"), message);
      expected.forEach(([what, remedy], i) => {
        assertStringIncludes(missing[i]!.what, what);
        assertStringIncludes(missing[i]!.remedy, remedy);
        assertStringIncludes(message, missing[i]!.what);
        assertStringIncludes(message, missing[i]!.remedy);
      });
    },
  );
}

const nothing = () => Promise.resolve();
const remove = (...names: string[]) => async ({ file }: StandIns) => {
  for (const name of names) await Deno.remove(file(name));
};
const absent = async (name: string) => LOADABLE && !await systemHas(name);
const noDriver = await absent("libcuda.so.1");
const noCudnn = await absent("libcudnn.so.9");
const noCurand = await absent("libcurand.so.10");

test("a driver that is too old for the build is told in one line", () =>
  lacks({ version: 12020 }, nothing, [[
    "a newer NVIDIA driver: this one runs CUDA up to 12.2, where 13.0 is needed",
    "install the NVIDIA driver 580 or newer",
  ]]));

test("a driver without a GPU is told with its answer", async () => {
  await lacks({ init: 100 }, nothing, [["a GPU: the NVIDIA driver answers 100", "nvidia-smi"]]);
  await lacks({ gpus: 0 }, nothing, [["a GPU: the NVIDIA driver shows none", "CUDA_VISIBLE_DEVICES"]]);
});

test(
  "a missing driver is told",
  () => lacks(undefined, nothing, [["libcuda.so.1, the NVIDIA driver", "580"]]),
  !noDriver,
);

test(
  "cuDNN is missed before any training, though the provider opens without it",
  () => lacks({}, remove("libcudnn.so.9"), [["libcudnn.so.9", "pip install nvidia-cudnn-cu13"]]),
  !noCudnn,
);

test(
  "every missing library is told at once, each with its package",
  () =>
    lacks({}, remove("libcurand.so.10", "libcudnn.so.9"), [
      ["libcurand.so.10", "pip install nvidia-curand"],
      ["libcudnn.so.9", "pip install nvidia-cudnn-cu13"],
    ]),
  !(noCurand && noCudnn),
);

test("a library that cannot be loaded is told with its file and the reason", () =>
  lacks({}, ({ file }) => Deno.writeTextFile(file("libcublas.so.13"), "not a library"), [
    ["nvidia/cu13/lib/libcublas.so.13 cannot be loaded", "pip install --force-reinstall nvidia-cublas"],
  ]));

test("a build without CUDA's provider, or with one that cannot be loaded, is told with the way to one that has it", async () => {
  const install = "pip install 'onnxruntime-gpu[cuda,cudnn]==1.30.0'";
  const provider = (build: string) => `${build}/libonnxruntime_providers_cuda.so`;
  await lacks({}, ({ build }) => Deno.remove(provider(build)), [[
    "has no libonnxruntime_providers_cuda.so",
    install,
  ]]);
  await lacks({}, ({ build }) => Deno.writeTextFile(provider(build), ""), [["file too short", install]]);
});

Deno.test("a build without WebGPU is told with the variable that names it", async () => {
  const code = `const { missingForWebgpu } = await import(session + "missing_parts.ts");
    console.log(JSON.stringify(missingForWebgpu("WebGPU execution provider is not supported in this build. ")));`;
  const env = { DESCENT_ONNX_RUNTIME_DIR: "/opt/build" };
  assertEquals(JSON.parse(await inProcess(code, { env })), [{
    what:
      "a build of ONNX Runtime with WebGPU: that in /opt/build, which DESCENT_ONNX_RUNTIME_DIR names, has none",
    remedy: "unset DESCENT_ONNX_RUNTIME_DIR: onnxruntime-node has it",
  }]);
});

Deno.test("firstLine() finds the message within the runtime's", async () => {
  const { firstLine } = await import("../../../runtime/session/missing_parts.ts");
  assertEquals(
    firstLine(
      "/src/cuda_call.cc:154 void CudaCall() CUDA failure 35: driver is insufficient ; GPU=-1 ; \n\n",
    ),
    "CUDA failure 35: driver is insufficient",
  );
  assertEquals(
    firstLine("Non-zero status code: cuDNN is unavailable or disabled: dlopen failed for libcudnn.so\n"),
    "cuDNN is unavailable or disabled: dlopen failed for libcudnn.so",
  );
  assertEquals(firstLine("file.cc:1 x != 0 was false. No adapter."), "No adapter");
});
