/**
 * The libraries of CUDA, opened by path before ONNX Runtime's provider asks for them by name.
 *
 * @module
 */
import { host } from "../../host/mod.ts";
import { environmentVariable } from "./environment.ts";
import { buildFolder } from "./foreign_build.ts";
import { keepOpen } from "./native_library.ts";

/** The environment variable with further folders of libraries, separated by colons. */
export const LIBRARY_VARIABLE = "DESCENT_LIBRARY_PATH";

/** A library that the CUDA provider of ONNX Runtime 1.30 uses. */
interface CudaLibrary {
  readonly name: string;
  /** PyPI's package with it; absent for the driver's. */
  readonly package?: string;
  /** Whether some kernels alone need it, none of which a training has. */
  readonly optional?: boolean;
}

/** The libraries in the order in which they need each other. PyPI's build is for CUDA 13 and cuDNN 9. */
const LIBRARIES: readonly CudaLibrary[] = [
  { name: "libcuda.so.1" },
  { name: "libcudart.so.13", package: "nvidia-cuda-runtime" },
  { name: "libcublasLt.so.13", package: "nvidia-cublas" },
  { name: "libcublas.so.13", package: "nvidia-cublas" },
  { name: "libcurand.so.10", package: "nvidia-curand" },
  { name: "libnvJitLink.so.13", package: "nvidia-nvjitlink", optional: true },
  { name: "libcufft.so.12", package: "nvidia-cufft", optional: true },
  { name: "libnvrtc.so.13", package: "nvidia-cuda-nvrtc", optional: true },
  { name: "libcudnn.so.9", package: "nvidia-cudnn-cu13" },
];

/** A library, and where it was found. */
export interface OpenedLibrary extends CudaLibrary {
  /** Its file; its name alone if the system's loader found it; absent if nothing did. */
  readonly path?: string;
  /** Why it cannot be used; absent if it can. */
  readonly fault?: string;
}

let opened: readonly OpenedLibrary[] | undefined;

/**
 * Opens the libraries of CUDA and keeps them open: those beside the build of ONNX Runtime that the environment names, as
 * pip installs them (`site-packages/nvidia`), those in the folders of `DESCENT_LIBRARY_PATH`, and else those that the
 * system's loader finds. The provider is then given these, so no `LD_LIBRARY_PATH` is needed. Done once in a process.
 */
export function cudaLibraries(): readonly OpenedLibrary[] {
  return opened ??= host.os === "linux" ? LIBRARIES.map(openIn(libraryFolders())) : [];
}

/** Returns the folders to look in, the first ones first. */
export function libraryFolders(): string[] {
  const build = buildFolder();
  const given = (environmentVariable(LIBRARY_VARIABLE) ?? "").split(":").filter((folder) => folder !== "");
  return [...(build === undefined ? [] : [...besideOf(build), build]), ...given];
}

/** Returns the folders `lib` of all packages of NVIDIA in the `site-packages` that holds `onnxruntime/capi`. */
function besideOf(build: string): string[] {
  const parts = build.split("/");
  const nvidia = `${parts.length > 2 ? parts.slice(0, -2).join("/") : "."}/nvidia`;
  try {
    return host.files.namesInSync(nvidia).map((name) => `${nvidia}/${name}/lib`).sort();
  } catch {
    return [];
  }
}

function openIn(folders: readonly string[]) {
  return (library: CudaLibrary): OpenedLibrary => {
    const path = folders.map((folder) => `${folder}/${library.name}`).find(host.files.isFileSync) ??
      library.name;
    const fault = keepOpen(path);
    if (fault === undefined) return { ...library, path };
    return path === library.name ? { ...library, fault } : { ...library, path, fault };
  };
}
