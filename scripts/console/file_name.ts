/**
 * Writes names in a form that is safe for files.
 *
 * @module
 */

/**
 * Returns a name for a file or folder that is valid on every file system; different names give different results. ASCII
 * letters, digits and `_ .,=+@()-` stay; everything else becomes `%` and two hexadecimal digits per byte of UTF-8. So
 * does a first character other than a letter, a digit or `_` (as in `..`), and a last dot or space, which Windows
 * drops.
 *
 * @throws {RangeError} for the empty name, which no file has.
 */
export function fileName(name: string): string {
  if (name === "") throw new RangeError("the name of a file must not be empty");
  return name.replace(
    /^\W|[^\w .,=+@()-]+|[. ]$/gu,
    (text) =>
      Array.from(
        new TextEncoder().encode(text),
        (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
      ).join(""),
  );
}
