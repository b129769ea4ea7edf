/**
 * Sessions of ONNX Runtime, devices, threads, and tensors that stay on a device.
 *
 * @module
 */
export { cpuBlock } from "./cpu_block.ts";
export type { CudaGpu } from "./cuda_driver.ts";
export { type Device, DeviceError, type DeviceOptions, DEVICES, requireDevice } from "./device.ts";
export { DeviceTensor } from "./device_tensor.ts";
export { freeTensors, isTaken, ownMemory, takeTensors } from "./host_memory.ts";
export { type DeviceDetails, type DeviceInspection, inspectDevice } from "./inspect_device.ts";
export type { MissingPart } from "./missing_parts.ts";
export { NAMES } from "./names.ts";
export { openPassThrough } from "./pass_through.ts";
export { openSession, type ResidentOptions, type Session } from "./session.ts";
export {
  SESSION_OPTIONS,
  type SessionOptions,
  sessionOptionsIn,
  type TrainingSessionOptions,
} from "./session_options.ts";
export { spinningOf } from "./spinning.ts";
export { allThreads, processors, programThreads, type Threads } from "./threads.ts";
