/**
 * The block in which a program convolves.
 *
 * @module
 */
import { cpuBlock, DeviceError } from "../session/mod.ts";
import type { ProgramOptions } from "./program_types.ts";

/**
 * Returns the block of a program; `undefined` if it has none.
 *
 * @throws {RangeError} when `block` is none of its values, or the program is for another device
 * @throws {DeviceError} when the processor has other blocks.
 */
export async function blockOf(
  { block = "auto", device = "cpu", target = "cpu", precision = "float32" }: Pick<
    ProgramOptions,
    "block" | "device" | "target" | "precision"
  >,
): Promise<8 | 16 | undefined> {
  if (!["auto", "none", 8, 16].includes(block)) {
    throw new RangeError(`block must be "auto", "none", 8 or 16, got ${String(block)}`);
  }
  if (block === "none") return undefined;
  const suits = device === "cpu" && target === "cpu" && precision === "float32";
  if (block === "auto") return suits ? await cpuBlock() : undefined;
  if (!suits) {
    throw new RangeError(
      `block ${block} is for device 'cpu' and precision 'float32', got '${device}' and '${precision}': ` +
        "leave block out",
    );
  }
  const own = await cpuBlock();
  if (own === block) return block;
  throw new DeviceError(
    `block ${block} is not available: this processor ${
      own === undefined ? "has no blocks" : `has blocks of ${own}`
    }` +
      ' for ONNX Runtime; take block "auto", which computes the same up to rounding',
  );
}
