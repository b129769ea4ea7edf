/**
 * Values in few letters.
 *
 * @module
 */

/**
 * Returns a number in at most five digits.
 *
 * @example
 * ```ts
 * import { shortNumber } from "./short.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals([1 / 3, 1e-8, 12345678, NaN].map(shortNumber), ["0.33333", "1e-8", "12346000", "NaN"]);
 * ```
 */
export function shortNumber(value: number): string {
  return String(Number.isInteger(value) && Math.abs(value) < 1e7 ? value : Number(value.toPrecision(5)));
}

/** The most elements of an array that are written out. */
const MOST_ELEMENTS = 8;

/**
 * Returns a value as it stands in a summary: numbers in few digits, functions as `schedule` or by their name, long arrays by
 * their beginning, records by their fields.
 *
 * @example
 * ```ts
 * import { shortValue } from "./short.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(shortValue({ rate: 0.1, nesterov: false, betas: [0.9, 0.999] }), "{ rate: 0.1, nesterov: false, betas: [0.9, 0.999] }");
 * ```
 */
export function shortValue(value: unknown): string {
  if (typeof value === "number") return shortNumber(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return value.name === "" ? "function" : `function ${value.name}`;
  if (Array.isArray(value) || ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const values = Array.from(value as ArrayLike<unknown>);
    const shown = values.slice(0, MOST_ELEMENTS).map(shortValue);
    return `[${[...shown, ...(values.length > MOST_ELEMENTS ? [`… ${values.length}`] : [])].join(", ")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).filter(([, v]) => v !== undefined);
    return fields.length === 0 ? "{}" : `{ ${fields.map(([k, v]) => `${k}: ${shortValue(v)}`).join(", ")} }`;
  }
  return String(value);
}
