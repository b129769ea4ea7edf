/**
 * Arguments of 0.1.0 as options.
 *
 * @module
 */

/**
 * Returns the options of a function that 0.1.0 gave a single value instead.
 *
 * @param given the options, or the value of the option `name`
 */
export function asOptions<T extends object>(given: T | T[keyof T], name: keyof T): T {
  const isOptions = typeof given === "object" && given !== null && !Array.isArray(given);
  return (isOptions ? given : { [name]: given }) as T;
}
