/**
 * A build of ONNX Runtime other than the npm package's, such as one with CUDA.
 *
 * @module
 */
import { environmentVariable } from "./environment.ts";
import { ONNX_RUNTIME_VERSION } from "../../deps.ts";

/** The environment variable with the folder of such a build. */
export const BUILD_VARIABLE = "DESCENT_ONNX_RUNTIME_DIR";

/** The libraries that the CUDA provider needs, by the beginning of their names, with the source of each. */
const CUDA_LIBRARIES: Readonly<Record<string, string>> = {
  "libcuda.so": "the NVIDIA driver",
  libcudnn: "cuDNN 9",
  libcu: "CUDA's run-time libraries",
  libnv: "CUDA's run-time libraries",
  libonnxruntime: "a build of ONNX Runtime with CUDA",
};

/** Returns the folder in the environment variable; `undefined` if it is not set. */
export function buildFolder(): string | undefined {
  const folder = environmentVariable(BUILD_VARIABLE);
  return folder === undefined || folder === "" ? undefined : folder.replace(/(?<=.)\/+$/, "");
}

/**
 * Loads the build that the environment names, if any. Later requests for ONNX Runtime find it by its name, and
 * the build finds its providers in its own folder; so this must run before the npm package is loaded.
 *
 * @throws {Error} when the folder holds no ONNX Runtime, one of another version, or one that cannot be loaded.
 */
export function loadForeignBuild(): void {
  const folder = buildFolder();
  if (folder === undefined) return;
  const library = findLibrary(folder);
  try {
    // Never closed: the runtime stays loaded as long as the process lives.
    Deno.dlopen(`${folder}/${library}`, {});
  } catch (error) {
    throw new Error(`${BUILD_VARIABLE}: ${folder}/${library} cannot be loaded: ${reasonOf(error)}`);
  }
}

function findLibrary(folder: string): string {
  let names: string[];
  try {
    names = [...Deno.readDirSync(folder)].map((entry) => entry.name);
  } catch (error) {
    throw new Error(`${BUILD_VARIABLE}: ${folder} cannot be read: ${(error as Error).message}`);
  }
  const wanted = `libonnxruntime.so.${ONNX_RUNTIME_VERSION}`;
  if (names.includes(wanted)) return wanted;
  const found = names.filter((name) => /^libonnxruntime\.so/.test(name));
  throw new Error(
    `${BUILD_VARIABLE}: ${folder} holds ${found.length === 0 ? "no libonnxruntime.so" : found.join(", ")}, ` +
      `where ${wanted} is needed: install onnxruntime-gpu ${ONNX_RUNTIME_VERSION} and name its folder onnxruntime/capi`,
  );
}

/** Returns why the CUDA provider of a build cannot be loaded; `undefined` if nothing prevents it. */
export function missingForCuda(folder: string): string | undefined {
  try {
    Deno.dlopen(`${folder}/libonnxruntime_providers_cuda.so`, {}).close();
    return undefined;
  } catch (error) {
    const reason = reasonOf(error);
    const library = /([^\s/]+\.so[.\d]*): cannot open/.exec(reason)?.[1];
    const source = Object.entries(CUDA_LIBRARIES).find(([start]) => library?.startsWith(start))?.[1];
    return source === undefined ? reason : `${library} is missing, which belongs to ${source}`;
  }
}

function reasonOf(error: unknown): string {
  return (error as Error).message.replace(/^(Could not open library: )+/, "");
}
