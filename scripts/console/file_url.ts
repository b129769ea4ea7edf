/**
 * Converts between paths and file URLs.
 *
 * @module
 */
import { fileURLToPath, pathToFileURL } from "node:url";

/** Returns the URL of a file whose path may be relative to the working directory. */
export function toFileUrl(path: string): string {
  return pathToFileURL(path).href;
}

/** Returns the path of a file's URL. */
export function fromFileUrl(url: string): string {
  return fileURLToPath(url);
}
