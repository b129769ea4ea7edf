/**
 * Files as modules.
 *
 * @module
 */
import { fileURLToPath, pathToFileURL } from "node:url";

/** The URL of a file, relative to the working directory. */
export function toFileUrl(path: string): string {
  return pathToFileURL(path).href;
}

/** Returns the path of a file's URL. */
export function fromFileUrl(url: string): string {
  return fileURLToPath(url);
}
