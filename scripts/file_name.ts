/**
 * Names as names of files.
 *
 * @module
 */

/**
 * Returns a name in a form that every file system takes as the name of one file or folder, another one for each name: letters,
 * digits and `_ .,=+@()-` of ASCII stay, all else is written as `%` and two hexadecimal digits for each byte of UTF-8. So is a
 * first character other than a letter, a digit or `_`, as of `..`, and a last one that is a dot or a space, which Windows drops.
 *
 * @throws {RangeError} for the empty name, which no file has.
 */
export function fileName(name: string): string {
  if (name === "") throw new RangeError("the name of a file must have a character or more");
  return name.replace(
    /^\W|[^\w .,=+@()-]+|[. ]$/gu,
    (text) =>
      Array.from(
        new TextEncoder().encode(text),
        (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
      ).join(""),
  );
}
