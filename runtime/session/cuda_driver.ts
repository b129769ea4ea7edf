/**
 * What the NVIDIA driver says of itself and of its GPUs.
 *
 * @module
 */
import type { ForeignSignatures } from "../../host/mod.ts";
import { openFunctions } from "./native_library.ts";

/** The driver's library, which comes with the driver alone. */
export const DRIVER = "libcuda.so.1";

/** A GPU. */
export interface CudaGpu {
  /** Its model. */
  readonly name: string;
  /** Such as `9.0`. */
  readonly computeCapability: string;
}

/** What the driver says. */
export interface CudaDriver {
  /** The newest CUDA that it runs, such as `13.0`. */
  readonly cuda: string;
  /** The GPUs that this process may use. */
  readonly gpus: readonly CudaGpu[];
  /** The code with which it refuses to start; absent if it starts. */
  readonly refusal?: number;
}

/** The functions of the driver's library, as CUDA's `cuda.h` declares them. Each returns 0 on success. */
const FUNCTIONS = {
  cuDriverGetVersion: { parameters: ["buffer"], result: "i32" },
  cuInit: { parameters: ["u32"], result: "i32" },
  cuDeviceGetCount: { parameters: ["buffer"], result: "i32" },
  cuDeviceGet: { parameters: ["buffer", "i32"], result: "i32" },
  cuDeviceGetName: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  cuDeviceGetAttribute: { parameters: ["buffer", "i32", "i32"], result: "i32" },
} as const satisfies ForeignSignatures;

/** Attributes of a device: the two parts of its compute capability. */
const [MAJOR, MINOR] = [75, 76];

/** Asks the driver. @param library its path or name @returns `undefined` if there is none. */
export function cudaDriver(library: string = DRIVER): CudaDriver | undefined {
  const driver = openFunctions(library, FUNCTIONS);
  if (driver === undefined) return undefined;
  const number = (ask: (into: Int32Array<ArrayBuffer>) => number) => {
    const into = new Int32Array(1);
    return ask(into) === 0 ? into[0]! : 0;
  };
  const version = number((into) => driver.cuDriverGetVersion(into));
  const cuda = `${Math.floor(version / 1000)}.${Math.floor(version % 1000 / 10)}`;
  const refusal = driver.cuInit(0);
  if (refusal !== 0) return { cuda, gpus: [], refusal };
  const gpus = Array.from({ length: number((into) => driver.cuDeviceGetCount(into)) }, (_, i) => {
    const device = number((into) => driver.cuDeviceGet(into, i));
    const name = new Uint8Array(256);
    driver.cuDeviceGetName(name, name.length - 1, device);
    const [major, minor] = [MAJOR, MINOR].map((a) =>
      number((into) => driver.cuDeviceGetAttribute(into, a, device))
    );
    return { name: textOf(name), computeCapability: `${major}.${minor}` };
  });
  return { cuda, gpus };
}

/** Returns a text that ends at its first zero. */
export function textOf(bytes: Uint8Array<ArrayBuffer>): string {
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}
