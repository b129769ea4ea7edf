/**
 * Devices, as ONNX Runtime's execution providers.
 *
 * @module
 */
import { DescentError, messageOf } from "../../options/mod.ts";
import { cudaLibraries } from "./cuda_libraries.ts";
import { firstLine, missingForCuda, missingForWebgpu, type MissingPart } from "./missing_parts.ts";
import { type OnnxRuntime, onnxRuntime } from "./onnx_runtime.ts";
import { CONV_PROBE, CONV_PROBE_SHAPES, PROBE } from "./probe_model.ts";
import { decideTf32, requireTf32On } from "./tf32.ts";
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
  /** The parts that the device lacks, each with its remedy; empty where the device is there and cannot do what it should. */
  readonly missing: readonly MissingPart[] = [];
}

/** Returns the error for a device that the runtime refuses for this reason, in one line. */
function deviceError(device: Device, reason: string): DeviceError {
  const missing = missingFor(device, reason);
  const list = missing.map(({ what, remedy }) => `${what} (remedy: ${remedy})`).join("; ");
  const other = device === "cpu" ? "" : "; or use --device cpu";
  return Object.assign(
    new DeviceError(`device '${device}' is not available here; missing: ${list}${other}`),
    { missing },
  );
}

function missingFor(device: Device, reason: string): MissingPart[] {
  if (device === "cuda") return missingForCuda(reason);
  if (device === "webgpu") return missingForWebgpu(reason);
  return [{ what: `a runtime that runs (${firstLine(reason)})`, remedy: "reinstall onnxruntime-node" }];
}

/** What a device is tried with. */
export interface DeviceOptions {
  /**
   * Whether CUDA may take TF32, as `tf32` of a session says; by default as decided before in this process, or not. It is
   * decided once in a process.
   */
  tf32?: boolean;
}

/**
 * Refuses a device that cannot be used, or as many threads of it as `DESCENT_THREADS` says, before any work is done for it.
 *
 * @throws {RangeError} when `device` is no device's name, `DESCENT_THREADS` is out of its range, or TF32 is
 * asked for on another device than CUDA
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
export async function requireDevice(device: Device, { tf32 }: DeviceOptions = {}): Promise<void> {
  if (!DEVICES.includes(device)) {
    throw new RangeError(`device must be one of ${DEVICES.join(", ")}, got '${device}'`);
  }
  requireTf32On(device, tf32);
  threadsOf(undefined);
  if (device === "cpu") return;
  prepareDevice(device, tf32);
  const ort = await onnxRuntime();
  try {
    const session = await ort.InferenceSession.create(device === "cuda" ? CONV_PROBE : PROBE, {
      executionProviders: [executionProvider(device)],
      logSeverityLevel: 4,
    });
    // cuDNN is opened by the first convolution that runs.
    if (device === "cuda") await session.run(convolved(ort));
    await session.release();
  } catch (error) {
    throw deviceError(device, messageOf(error));
  }
}

/** Returns what to run the convolution with. */
function convolved(ort: OnnxRuntime) {
  const zeros = (shape: readonly number[]) =>
    new ort.Tensor("float32", new Float32Array(shape.reduce((a, b) => a * b)), shape);
  return { x: zeros(CONV_PROBE_SHAPES.x), w: zeros(CONV_PROBE_SHAPES.w) };
}

/** Prepares the process for the first session on a device: it must come before that. */
export function prepareDevice(device: Device, tf32: boolean | undefined): void {
  if (device !== "cuda") return;
  decideTf32(tf32);
  cudaLibraries();
}
