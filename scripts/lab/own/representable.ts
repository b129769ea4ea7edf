/**
 * Checks that a file's numbers fit the element type of a model's input.
 *
 * @module
 */
import { type DataTensor, type DType, isFloat } from "../../../mod.ts";

/** Rounds a number to a float type; a number that is too large becomes infinite. */
const ROUND: Partial<Record<DType, (value: number) => number>> = {
  float16: Math.f16round,
  // Its largest number is almost that of float32.
  bfloat16: Math.fround,
  float32: Math.fround,
  float64: (value) => value,
};

/** The bits of integer types, and whether they are signed. */
const INTEGERS: Partial<Record<DType, readonly [bits: bigint, signed: boolean]>> = {
  int8: [8n, true],
  uint8: [8n, false],
  int16: [16n, true],
  uint16: [16n, false],
  int32: [32n, true],
  uint32: [32n, false],
  int64: [64n, true],
  uint64: [64n, false],
};

/** Returns the index of the first number that is not finite or does not fit the type `as`; -1 if there is none. */
export function firstOutside({ dtype, data }: Pick<DataTensor, "dtype" | "data">, as: DType): number {
  // The same type, or one that contains every number of the other.
  const round = ROUND[as];
  if (round !== undefined) {
    if (!isFloat(dtype as DType) && as !== "float16") return -1;
    return (data as Float64Array).findIndex((v) => !Number.isFinite(round(Number(v))));
  }
  const integer = INTEGERS[as];
  if (integer === undefined || dtype === as) return -1;
  const [bits, signed] = integer;
  const [low, high] = signed ? [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n] : [0n, 2n ** bits - 1n];
  return (data as Float64Array).findIndex((v) => v < low || v > high);
}

/** Returns what numbers must be to fit, in words. */
export function withinText(as: DType): string {
  if (as === "float16") return "finite and at most 65504 in size, because the model takes float16";
  return ROUND[as] === undefined ? `within ${as}, the model's type` : "finite and within float32";
}
