/**
 * Required values.
 *
 * @module
 */

/**
 * Returns the value of a record under a name, or of a list at an index. Takes the place of a non-null assertion where
 * a value is missing only through a mistake: the error then names what is missing.
 *
 * @param record the record or the list
 * @param name the name, or the index from 0
 * @param what what the record holds, for the message; `"entry"` by default
 * @throws {RangeError} when there is none, with the names that there are.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { required } from "./required.ts";
 * assertEquals(required({ sgd: 0.1 }, "sgd"), 0.1);
 * assertThrows(() => required({ sgd: 0.1 }, "adam", "rate"), RangeError, "no rate 'adam'; there are: sgd");
 * ```
 */
export function required<T>(
  record: Readonly<Record<string, T | undefined>> | readonly (T | undefined)[],
  name: string | number,
  what = "entry",
): T {
  const value = Object.hasOwn(record, name)
    ? (record as Readonly<Record<string | number, T | undefined>>)[name]
    : undefined;
  if (value !== undefined) return value;
  if (Array.isArray(record)) throw new RangeError(`no ${what} ${name}; there are ${record.length}`);
  throw new RangeError(`no ${what} '${name}'; there are: ${Object.keys(record).join(", ") || "none"}`);
}
