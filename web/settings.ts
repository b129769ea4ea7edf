/**
 * Settings of ONNX Runtime in a page.
 *
 * @module
 */
import { choosePageThreads } from "../host/page_threads.ts";
import { checkOptions, type OptionNames } from "../options/mod.ts";

/** Settings of the runtime in a page. */
export interface WebRuntimeOptions {
  /**
   * The address of the folder with the runtime's `.wasm` files, relative to the page or worker; by default the folder of
   * the script that holds the runtime.
   */
  files?: string | URL;
  /**
   * The number of threads, which all sessions share; by default 1, and in a page that is isolated from others half as many
   * as there are processors, at most 4.
   */
  threads?: number;
}

const OPTIONS = { files: false, threads: false } satisfies OptionNames<WebRuntimeOptions>;

let folder: URL | undefined;

/**
 * Sets where the runtime's files are, and how many threads it takes. In each worker, call it before the first session.
 *
 * @throws {RangeError} when an option is unknown, or the page cannot have so many threads
 * @throws {TypeError} when `files` is no address
 * @throws {Error} when the page already uses another number of threads.
 */
export function setWebRuntime(options: WebRuntimeOptions): void {
  checkOptions("setWebRuntime", options, OPTIONS);
  const { files, threads } = options;
  if (threads !== undefined) choosePageThreads(threads);
  if (files !== undefined) folder = asFolder(new URL(files, location.href));
}

/** Returns the address of the folder with the runtime's files; `undefined` if it was not set. */
export function webFiles(): URL | undefined {
  return folder;
}

function asFolder(url: URL): URL {
  return url.pathname.endsWith("/") ? url : new URL(`${url.pathname}/`, url);
}
