/**
 * Files as modules.
 *
 * @module
 */
import { pathToFileURL } from "node:url";

/** The URL of a file, relative to the working directory. */
export function toFileUrl(path: string): string {
  return pathToFileURL(path).href;
}
