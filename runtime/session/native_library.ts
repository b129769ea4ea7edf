/**
 * Native libraries, opened by path or by name.
 *
 * @module
 */

/**
 * Opens a library and keeps it open as long as the process lives: a library that needs one of its name (`SONAME`) is then
 * given this one, wherever the file is.
 *
 * @param library a path, or a name that the system's loader searches for
 * @returns why it cannot be opened; `undefined` on success
 */
export function keepOpen(library: string): string | undefined {
  try {
    Deno.dlopen(library, {});
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Opens functions of a library by name. @returns `undefined` if the library or one of the functions is absent. */
export function openFunctions<const S extends Deno.ForeignLibraryInterface>(
  library: string,
  functions: S,
): Deno.DynamicLibrary<S>["symbols"] | undefined {
  try {
    return Deno.dlopen(library, functions).symbols;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  return (error as Error).message.replace(/^(Could not open library: )+/, "");
}
