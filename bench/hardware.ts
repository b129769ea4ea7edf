/**
 * The hardware that a bench is told to measure.
 *
 * @module
 */
import { DEVICES, PRECISIONS } from "../mod.ts";
import { CPU, type Hardware } from "./work.ts";

/**
 * Returns the hardware that the values of a command's options name; the CPU in float32 by default.
 *
 * @throws {RangeError} naming a value that there is not, or one that does not suit the device.
 */
export function hardwareOf(
  { device, precision, tf32 = false }: { device?: unknown; precision?: unknown; tf32?: boolean },
): Hardware {
  const one = <T>(name: string, { given, all, usual }: { given: unknown; all: readonly T[]; usual: T }) => {
    if (given === undefined) return usual;
    if (all.includes(given as T)) return given as T;
    throw new RangeError(`--${name} must be one of ${all.join(", ")}, got ${given}`);
  };
  const hardware = {
    device: one("device", { given: device, all: DEVICES, usual: CPU.device }),
    precision: one("precision", { given: precision, all: PRECISIONS, usual: CPU.precision }),
    tf32,
  };
  if (tf32 && hardware.device !== "cuda") {
    throw new RangeError(`--tf32 is for --device cuda, got ${hardware.device}`);
  }
  if (hardware.precision === "float16" && hardware.device === "cpu") {
    throw new RangeError("--precision float16 is for --device webgpu or cuda, got cpu");
  }
  return hardware;
}

/** Describes hardware in a line. */
export function hardwareText({ device, precision, tf32 }: Hardware): string {
  return [device, precision, ...(tf32 ? ["with TF32"] : [])].join(", ");
}
