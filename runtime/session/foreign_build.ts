/**
 * A build of ONNX Runtime other than the npm package's, such as one with CUDA.
 *
 * @module
 */
import { host } from "../../host/mod.ts";
import { environmentVariable } from "./environment.ts";
import { keepOpen, NO_NATIVE } from "./native_library.ts";
import { ONNX_RUNTIME_VERSION } from "../../deps.ts";

/** The environment variable with the folder of such a build. */
export const BUILD_VARIABLE = "DESCENT_ONNX_RUNTIME_DIR";

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
  if (host.native === undefined) {
    throw new Error(`${BUILD_VARIABLE}: ${folder} cannot be used in ${host.name}: ${NO_NATIVE}; unset it`);
  }
  const library = findLibrary(folder);
  const fault = keepOpen(`${folder}/${library}`);
  if (fault !== undefined) {
    throw new Error(`${BUILD_VARIABLE}: ${folder}/${library} cannot be loaded: ${fault}`);
  }
}

function findLibrary(folder: string): string {
  let names: string[];
  try {
    names = host.files.namesInSync(folder);
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
