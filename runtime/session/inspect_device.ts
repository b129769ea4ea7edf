/**
 * Looks at a device without training on it.
 *
 * @module
 */
import { messageOf } from "../../options/mod.ts";
import { cudaDriver, type CudaGpu } from "./cuda_driver.ts";
import { cudaLibraries } from "./cuda_libraries.ts";
import { type Device, DeviceError, requireDevice } from "./device.ts";
import { BUILD_VARIABLE, buildFolder } from "./foreign_build.ts";
import type { MissingPart } from "./missing_parts.ts";
import { onnxRuntime } from "./onnx_runtime.ts";
import { vulkanAdapters } from "./vulkan_adapters.ts";

/** What there is to know of a device; what cannot be found out is absent. */
export interface DeviceDetails {
  /** The folder of the build of ONNX Runtime, where the environment names one. */
  readonly runtime?: string;
  /** `"webgpu"` on Linux: the names of Vulkan's adapters, of which ONNX Runtime takes one. */
  readonly adapters?: readonly string[];
  /** `"cuda"`: the newest CUDA that the NVIDIA driver runs, such as `13.0`. */
  readonly driver?: string;
  /** `"cuda"`: the GPUs that the driver shows. */
  readonly gpus?: readonly CudaGpu[];
  /** `"cuda"`: the libraries that were found, with their files; with their names where the system's loader found them. */
  readonly libraries?: readonly { readonly name: string; readonly path: string }[];
}

/** A device as it is on this machine. */
export interface DeviceInspection {
  /** Whether programs can run on it. */
  readonly available: boolean;
  /** What it lacks, each with its remedy; empty if it is available. */
  readonly missing: readonly MissingPart[];
  /** What is known of it. */
  readonly details: DeviceDetails;
}

/**
 * Returns whether a device can be used, what it lacks if not, and what is known of it.
 *
 * @throws {RangeError} when `device` is no device's name, or `DESCENT_THREADS` is out of its range.
 *
 * @example
 * ```ts
 * import { inspectDevice } from "./inspect_device.ts";
 * import { assertEquals } from "@std/assert";
 * const { available, missing } = await inspectDevice("cpu");
 * assertEquals([available, missing], [true, []]);
 * ```
 */
export async function inspectDevice(device: Device): Promise<DeviceInspection> {
  const missing = await missingOf(device);
  return { available: missing.length === 0, missing, details: detailsOf(device) };
}

async function missingOf(device: Device): Promise<readonly MissingPart[]> {
  try {
    await onnxRuntime();
    await requireDevice(device);
    return [];
  } catch (error) {
    if (error instanceof RangeError) throw error;
    if (error instanceof DeviceError && error.missing.length > 0) return error.missing;
    const what = `a runtime that can be loaded (${messageOf(error)})`;
    const remedy = buildFolder() === undefined
      ? "allow what the message names, or reinstall onnxruntime-node"
      : `correct ${BUILD_VARIABLE}, or unset it`;
    return [{ what, remedy }];
  }
}

function detailsOf(device: Device): DeviceDetails {
  const folder = buildFolder();
  const runtime = folder === undefined ? {} : { runtime: folder };
  if (device === "cpu") return runtime;
  if (device === "webgpu") {
    const adapters = vulkanAdapters();
    return { ...runtime, ...(adapters === undefined ? {} : { adapters }) };
  }
  const libraries = cudaLibraries().flatMap(({ name, path, fault }) =>
    path === undefined || fault !== undefined ? [] : [{ name, path }]
  );
  const driver = cudaDriver();
  return {
    ...runtime,
    ...(driver === undefined ? {} : { driver: driver.cuda, gpus: driver.gpus }),
    libraries,
  };
}
