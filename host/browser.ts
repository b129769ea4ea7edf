/**
 * The host browser: no files, no environment, no native code.
 *
 * @module
 */
import { DescentError } from "../options/mod.ts";
import type { Files, Host } from "./host.ts";
import { mostPageThreads, pageThreads } from "./page_threads.ts";

/** Reports what a browser does not offer; the message says what to do instead. */
export class NotInBrowser extends DescentError {
  /** The name of the class. */
  override readonly name = "NotInBrowser";
}

/** Returns the host. */
export function browserHost(): Host {
  return {
    name: "browser",
    os: undefined,
    pid: 0,
    files: FILES,
    environment: {
      get: () => undefined,
      canSet: () => false,
      set: (name) => refuse(`environment variable ${name}: a page has none`),
    },
    processors: mostPageThreads,
    sharedThreads: pageThreads,
    loadAverage: () => 0,
    mayReadProcessors: () => false,
    startThread: () => refuse("a page reads no rows of files while it trains: pass the data as a tensor"),
    answer: () => refuse("a page reads no rows of files while it trains: pass the data as a tensor"),
  };
}

function refuse(why: string): never {
  throw new NotInBrowser(why);
}

const noFile = (path: string) =>
  refuse(
    `${path}: a page reads and writes no files by path: pass bytes, as parseModel and encodeModel take and return`,
  );

/** As an `async` function would, rejects instead of throwing. */
// deno-lint-ignore require-await
const noFileLater = async (path: string) => noFile(path);

const FILES: Files = {
  stat: noFileLater,
  isFileSync: () => false,
  namesInSync: noFile,
  readFile: noFileLater,
  open: noFileLater,
  openSync: noFile,
  syncFolder: noFileLater,
  realPath: noFileLater,
  rename: noFileLater,
  link: noFileLater,
  copyFile: noFileLater,
  remove: noFileLater,
  isMissing: () => false,
  isPathThroughFile: () => false,
};
