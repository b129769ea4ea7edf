/**
 * Native libraries, opened by path or by name.
 *
 * @module
 */
import { type ForeignFunctions, type ForeignSignatures, host } from "../../host/mod.ts";

/** The reason that no library can be opened where the host has no access to native code. */
export const NO_NATIVE = "only Deno can open native libraries by path";

/**
 * Opens a library and keeps it open as long as the process lives: a library that needs one of its name (`SONAME`) is then
 * given this one, wherever the file is.
 *
 * @param library a path, or a name that the system's loader searches for
 * @returns why it cannot be opened; `undefined` on success
 */
export function keepOpen(library: string): string | undefined {
  if (host.native === undefined) return NO_NATIVE;
  try {
    host.native.open(library, {});
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Opens functions of a library by name. @returns `undefined` if it cannot be opened, or one of them is absent. */
export function openFunctions<const S extends ForeignSignatures>(
  library: string,
  functions: S,
): ForeignFunctions<S> | undefined {
  try {
    return host.native?.open(library, functions);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  return (error as Error).message.replace(/^(Could not open library: )+/, "");
}
