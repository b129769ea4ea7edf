/**
 * Stand-ins of CUDA's libraries, in folders as pip makes them, and processes that use them: a library stays open in a
 * process, so each test has its own.
 *
 * @module
 */
import { ONNX_RUNTIME_VERSION } from "../../../deps.ts";
import { elf, naming, returning, subtracting, writing } from "./elf.ts";

/** The libraries that the stand-in of the CUDA provider needs, and the package of each below `nvidia`. */
const NEEDED: Readonly<Record<string, string>> = {
  "libcudart.so.13": "cu13",
  "libcublasLt.so.13": "cu13",
  "libcublas.so.13": "cu13",
  "libcurand.so.10": "cu13",
};

/** What the stand-in of the driver says. */
export interface StandInDriver {
  /** The version of CUDA, such as 13000. */
  readonly version?: number;
  /** What `cuInit` returns. */
  readonly init?: number;
  readonly gpus?: number;
}

/** Folders with stand-ins. */
export interface StandIns {
  /** The folder for `DESCENT_ONNX_RUNTIME_DIR`. */
  readonly build: string;
  /** The folder of the driver, for `DESCENT_LIBRARY_PATH`. */
  readonly driver: string;
  /** Returns the file of a library of CUDA. */
  file(name: string): string;
}

/** Runs a test with stand-ins of all libraries, without the runtime itself unless `runtime` names its file. */
export async function withStandIns(
  { driver, runtime }: { driver?: StandInDriver; runtime?: string },
  test: (standIns: StandIns) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const build = `${folder}/site-packages/onnxruntime/capi`;
  const file = (name: string) => `${folder}/site-packages/nvidia/${NEEDED[name] ?? "cudnn"}/lib/${name}`;
  try {
    for (const path of [build, `${folder}/driver`]) await Deno.mkdir(path, { recursive: true });
    for (const name of [...Object.keys(NEEDED), "libcudnn.so.9"]) {
      await Deno.mkdir(file(name).replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeFile(file(name), elf({ soname: name }));
    }
    const needed = [...Object.keys(NEEDED), "libcuda.so.1"];
    const soname = "libonnxruntime_providers_cuda.so";
    await Deno.writeFile(`${build}/${soname}`, elf({ soname, needed }));
    if (runtime !== undefined) {
      await Deno.symlink(runtime, `${build}/libonnxruntime.so.${ONNX_RUNTIME_VERSION}`);
    }
    if (driver !== undefined) await Deno.writeFile(`${folder}/driver/libcuda.so.1`, driverOf(driver));
    await test({ build, driver: `${folder}/driver`, file });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function driverOf({ version = 13000, init = 0, gpus = 1 }: StandInDriver): Uint8Array<ArrayBuffer> {
  return elf({
    soname: "libcuda.so.1",
    functions: {
      cuDriverGetVersion: writing(version),
      cuInit: returning(init),
      cuDeviceGetCount: writing(gpus),
      cuDeviceGet: writing(0),
      cuDeviceGetName: naming("StandIn"),
      // The numbers of the attributes are 75 and 76.
      cuDeviceGetAttribute: subtracting(66),
    },
  });
}

/** Runs code that may use `session`, the folder of the sessions' sources, in a process. @returns what it prints. */
export async function inProcess(
  code: string,
  { env = {}, permissions = ["-A"] }: {
    env?: Readonly<Record<string, string>>;
    permissions?: readonly string[];
  } = {},
): Promise<string> {
  const folder = new URL("../../../runtime/session/", import.meta.url).href;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, `const session = ${JSON.stringify(folder)};\n${code}`);
    const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "--no-lock", ...permissions, file],
      // Another test of this process may have set the last one.
      env: { NO_COLOR: "1", NVIDIA_TF32_OVERRIDE: "", ...env },
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout).trim();
  } finally {
    await Deno.remove(file);
  }
}

/** Returns whether the system's loader finds a library by its name: then it cannot be missing. */
export async function systemHas(name: string): Promise<boolean> {
  const code = `const { keepOpen } = await import(session + "native_library.ts");
    console.log(keepOpen(${JSON.stringify(name)}) === undefined);`;
  return await inProcess(code) === "true";
}

/** Returns the file of the npm package's ONNX Runtime. */
export async function ownRuntime(): Promise<string> {
  const code = `const { onnxRuntime } = await import(session + "onnx_runtime.ts");
    await onnxRuntime();
    const { stdout } = await new Deno.Command("cat", { args: ["/proc/" + Deno.pid + "/maps"] }).output();
    console.log(/\\S+libonnxruntime\\.so\\S*/.exec(new TextDecoder().decode(stdout))[0]);`;
  return await inProcess(code);
}
