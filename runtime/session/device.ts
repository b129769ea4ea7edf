/**
 * Devices, as ONNX Runtime's execution providers.
 *
 * @module
 */
import { DescentError, messageOf } from "../../options/mod.ts";
import { ONNX_RUNTIME_VERSION } from "../../deps.ts";
import { BUILD_VARIABLE, buildFolder, missingForCuda } from "./foreign_build.ts";
import { type OnnxRuntime, onnxRuntime } from "./onnx_runtime.ts";
import { PROBE } from "./probe_model.ts";
import { threadsOf } from "./threads.ts";

/**
 * The device on which a program runs. `"webgpu"` and `"cuda"` compute the arithmetic on floats. ONNX Runtime runs
 * operators without kernels there, such as int64 indices, loops and shapes, on its CPU kernels, and copies between.
 */
export type Device = "cpu" | "webgpu" | "cuda";

/** All devices, the default first. */
export const DEVICES: readonly Device[] = ["cpu", "webgpu", "cuda"];

/** The form in which ONNX Runtime takes an execution provider: a name, or a name with options. */
type ExecutionProvider = NonNullable<
  NonNullable<Parameters<OnnxRuntime["InferenceSession"]["create"]>[1]>["executionProviders"]
>[number];

/**
 * Returns the execution provider of a device, with which every session must be opened.
 *
 * On `"webgpu"` tensors keep the layout that ONNX has. By default ONNX Runtime puts channels last, and there the convolution
 * of 1.30 is wrong, without an error, where the input channels are a multiple of 3 but not of 4 and above 3, the output
 * channels a multiple of 4, and the kernel larger than 1x1: LeNet's second one, and weight gradients of batches of 6 or 9.
 */
export function executionProvider(device: Device): ExecutionProvider {
  return device === "webgpu" ? { name: "webgpu", preferredLayout: "NCHW" } : device;
}

/** Reports a device that this machine or this build of ONNX Runtime does not offer. */
export class DeviceError extends DescentError {
  /** The name of the class. */
  override name = "DeviceError";
}

const REMEDIES: Readonly<Record<Device, string>> = {
  cpu: "reinstall onnxruntime-node",
  webgpu: "install a Vulkan, Metal or Direct3D 12 driver, or use --device cpu " +
    "(on Linux a software driver is enough: point VK_DRIVER_FILES to the vk_swiftshader_icd.json of Chromium)",
  cuda: "a machine with an NVIDIA driver, CUDA and cuDNN 9 needs ONNX Runtime's CUDA libraries: run " +
    `deno install --allow-scripts=npm:onnxruntime-node, or set ${BUILD_VARIABLE} to the folder onnxruntime/capi of ` +
    `PyPI's onnxruntime-gpu ${ONNX_RUNTIME_VERSION}; or use --device cpu`,
};

function deviceError(device: Device, reason: string): DeviceError {
  // The runtime's checks print the failed condition and its source line before the message itself.
  const first = reason.split("\n")[0]!.replace(/^.* was false\. /, "").trim().replace(/\.$/, "");
  const folder = buildFolder();
  const missing = device === "cuda" && folder !== undefined ? missingForCuda(folder) : undefined;
  return new DeviceError(
    `device '${device}' is not available here (${missing ?? first}): ${REMEDIES[device]}`,
  );
}

/**
 * Refuses a device that cannot be used, or as many threads of it as `DESCENT_THREADS` says, before any work is done for it.
 *
 * @throws {RangeError} when `device` is no device's name, or `DESCENT_THREADS` is out of its range
 * @throws {DeviceError} when this build of ONNX Runtime lacks its provider, or the machine lacks the device.
 *
 * @example
 * ```ts
 * import { requireDevice } from "./device.ts";
 * import { assertRejects } from "@std/assert";
 * await requireDevice("cpu");
 * await assertRejects(() => requireDevice("tpu" as "cpu"), RangeError, "must be one of cpu, webgpu, cuda");
 * ```
 */
export async function requireDevice(device: Device): Promise<void> {
  if (!DEVICES.includes(device)) {
    throw new RangeError(`device must be one of ${DEVICES.join(", ")}, got '${device}'`);
  }
  threadsOf(undefined);
  if (device === "cpu") return;
  const ort = await onnxRuntime();
  try {
    const session = await ort.InferenceSession.create(PROBE, {
      executionProviders: [executionProvider(device)],
      logSeverityLevel: 4,
    });
    await session.release();
  } catch (error) {
    throw deviceError(device, messageOf(error));
  }
}
