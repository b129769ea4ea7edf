/**
 * What a device lacks on this machine, and what to do about it.
 *
 * @module
 */
import { ONNX_RUNTIME_VERSION } from "../../deps.ts";
import { host } from "../../host/mod.ts";
import { type CudaDriver, cudaDriver, DRIVER } from "./cuda_driver.ts";
import { cudaLibraries, type OpenedLibrary } from "./cuda_libraries.ts";
import { BUILD_VARIABLE, buildFolder } from "./foreign_build.ts";
import { keepOpen } from "./native_library.ts";

/** A part that a device lacks. */
export interface MissingPart {
  /** The part, or what is wrong with it. */
  readonly what: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** The way to a build of ONNX Runtime with CUDA. */
const INSTALL = `pip install 'onnxruntime-gpu[cuda,cudnn]==${ONNX_RUNTIME_VERSION}' (Linux), and set ` +
  `${BUILD_VARIABLE} to its folder onnxruntime/capi`;

/** The first driver that runs CUDA 13, for which that build is made. */
const NEEDED_DRIVER = { cuda: 13, version: "580" };

/** The way to a driver. */
const INSTALL_DRIVER = `install the NVIDIA driver ${NEEDED_DRIVER.version} or newer`;

/** Returns what `"webgpu"` lacks, if the runtime refuses it for this reason. */
export function missingForWebgpu(reason: string): MissingPart[] {
  if (host.name === "browser") {
    return [{
      what: `a WebGPU adapter (${firstLine(reason)})`,
      remedy: "take a browser with WebGPU, and serve the page over HTTPS or from localhost",
    }];
  }
  const folder = buildFolder();
  if (folder !== undefined && reason.includes("not supported in this build")) {
    return [{
      what: `a build of ONNX Runtime with WebGPU: that in ${folder}, which ${BUILD_VARIABLE} names, has none`,
      remedy: `unset ${BUILD_VARIABLE}: onnxruntime-node has it`,
    }];
  }
  return [{
    what: `a WebGPU adapter (${firstLine(reason)})`,
    remedy: "install a Vulkan, Metal or Direct3D 12 driver (on Linux a software driver is enough: point " +
      "VK_DRIVER_FILES to the vk_swiftshader_icd.json of Chromium)",
  }];
}

/** Returns what `"cuda"` lacks, if the runtime refuses it for this reason. */
export function missingForCuda(reason: string): MissingPart[] {
  // Without native code nobody can ask the driver or open the libraries by path.
  if (host.native === undefined) {
    return [{ what: `a CUDA that runs (${firstLine(reason)})`, remedy: "run the script in Deno" }];
  }
  const folder = buildFolder();
  const driver = cudaDriver();
  const lacking = folder === undefined
    ? [
      { what: "a build of ONNX Runtime with CUDA", remedy: INSTALL },
      ...(driver === undefined ? [{ what: `${DRIVER}, the NVIDIA driver`, remedy: INSTALL_DRIVER }] : []),
    ]
    : missingInBuild(folder);
  const found = [...lacking, ...(driver === undefined ? [] : missingOfDriver(driver))];
  if (found.length > 0) return found;
  return [{
    what: `a CUDA that runs (${firstLine(reason)})`,
    remedy: "check the driver with nvidia-smi, and cuDNN 9 and CUDA 13 by their files",
  }];
}

/** Returns what a build with CUDA cannot load. */
function missingInBuild(folder: string): MissingPart[] {
  const provider = "libonnxruntime_providers_cuda.so";
  const libraries = cudaLibraries();
  const fault = keepOpen(`${folder}/${provider}`);
  if (fault?.includes(`${provider}: cannot open`)) {
    return [{ what: `a build of ONNX Runtime with CUDA: ${folder} has no ${provider}`, remedy: INSTALL }];
  }
  const lacking = libraries.filter((library) => library.fault !== undefined && !library.optional);
  const listed = lacking.map(partOf);
  const other = lacking.some(({ name }) => fault?.includes(name));
  if (fault === undefined || other) return listed;
  return [...listed, { what: `a build of ONNX Runtime that can be loaded (${fault})`, remedy: INSTALL }];
}

function partOf({ name, path, fault, package: from }: OpenedLibrary): MissingPart {
  const what = path === undefined ? name : `${name} (${path} cannot be loaded: ${fault})`;
  if (from === undefined) return { what: `${what}, the NVIDIA driver`, remedy: INSTALL_DRIVER };
  return { what, remedy: `pip install ${path === undefined ? "" : "--force-reinstall "}${from}` };
}

/** Returns why a driver cannot run the build. */
function missingOfDriver({ cuda, gpus, refusal }: CudaDriver): MissingPart[] {
  if (Number.parseInt(cuda) < NEEDED_DRIVER.cuda) {
    return [{
      what:
        `a newer NVIDIA driver: this one runs CUDA up to ${cuda}, where ${NEEDED_DRIVER.cuda}.0 is needed`,
      remedy: INSTALL_DRIVER,
    }];
  }
  if (gpus.length > 0) return [];
  return [{
    what: refusal === undefined
      ? "a GPU: the NVIDIA driver shows none"
      : `a GPU: the NVIDIA driver answers ${refusal}`,
    remedy:
      "look for it with nvidia-smi, and let CUDA_VISIBLE_DEVICES or the container show it to this process",
  }];
}

/** Returns the message itself: checks of the runtime print the failed condition and its source line before it. */
export function firstLine(reason: string): string {
  const line = reason.split("\n")[0]!;
  const told = /CUDA failure \d+: [^;]*|cuDNN is unavailable.*/.exec(line)?.[0] ??
    line.replace(/^.* was false\. /, "");
  return told.trim().replace(/\.$/, "");
}
