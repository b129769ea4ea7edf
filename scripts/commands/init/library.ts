/**
 * Finds the library from a folder.
 *
 * @module
 */
import { relative } from "node:path";

/** The library's entry point. */
const LIBRARY = new URL("../../../mod.ts", import.meta.url);

/**
 * Returns how a file in a folder imports the library: by a relative path within this project, which may move, and by a
 * URL elsewhere.
 */
export function libraryFrom(folder: string): string {
  const path = relative(folder, decodeURIComponent(LIBRARY.pathname)).replaceAll("\\", "/");
  const up = path.replace(/mod\.ts$/, "");
  return /^(\.\.\/)+$/.test(up) ? path : LIBRARY.href;
}
