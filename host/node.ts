/**
 * The hosts Node and Bun, by the modules that are built into both.
 *
 * @module
 */
import type { Stats } from "node:fs";
import type { NodeProcess } from "./node_process.ts";
import type { Environment, FileFacts, Files, Host, OpenedFile, OpenedFileSync, Reply } from "./host.ts";

/** Returns the host that a process belongs to. */
export function nodeHost(process: NodeProcess): Host {
  const threads = () =>
    process.getBuiltinModule("node:worker_threads") as typeof import("node:worker_threads");
  return {
    name: process.versions["bun"] === undefined ? "node" : "bun",
    os: process.platform === "win32" ? "windows" : process.platform,
    pid: process.pid,
    files: filesOf(process),
    environment: environmentOf(process),
    processors: () => navigator.hardwareConcurrency,
    loadAverage: () => (process.getBuiltinModule("node:os") as typeof import("node:os")).loadavg()[0] ?? 0,
    mayReadProcessors: () => true,
    startThread(module, { message, error }) {
      const worker = new (threads().Worker)(module);
      worker.on("message", message);
      worker.on("error", (e: unknown) => error(e instanceof Error ? e.message : String(e)));
      return { post: (m) => worker.postMessage(m), end: () => void worker.terminate() };
    },
    answer<Message>(handle: (message: Message, reply: Reply) => void) {
      const port = threads().parentPort!;
      port.on("message", (m: Message) => handle(m, (answer, transfer) => port.postMessage(answer, transfer)));
    },
  };
}

function filesOf(process: NodeProcess): Files {
  const fs = process.getBuiltinModule("node:fs") as typeof import("node:fs");
  const { promises } = fs;
  return {
    stat: async (path) => factsOf(await promises.stat(path)),
    isFileSync: (path) => fs.statSync(path, { throwIfNoEntry: false })?.isFile() ?? false,
    namesInSync: (folder) => fs.readdirSync(folder),
    async readFile(path) {
      const { buffer, byteOffset, length } = await promises.readFile(path);
      const bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, length);
      // A small file may be in memory that other buffers share.
      return buffer.byteLength === length ? bytes : bytes.slice();
    },
    async open(path, mode) {
      const file = await promises.open(path, mode === "read" ? "r" : "w");
      return {
        read: async (into, at) => (await file.read(into, 0, into.length, at)).bytesRead,
        write: async (bytes) => (await file.write(bytes)).bytesWritten,
        sync: () => file.sync(),
        close: () => file.close(),
      } satisfies OpenedFile;
    },
    openSync(path) {
      const file = fs.openSync(path, "r");
      return {
        read: (into, at) => fs.readSync(file, into, 0, into.length, at),
        close: () => fs.closeSync(file),
      } satisfies OpenedFileSync;
    },
    async syncFolder(path) {
      const folder = await promises.open(path, "r");
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    },
    realPath: (path) => promises.realpath(path),
    rename: (from, to) => promises.rename(from, to),
    link: (from, to) => promises.link(from, to),
    copyFile: (from, to) => promises.copyFile(from, to),
    remove: (path) => promises.unlink(path),
    isMissing: (error) => codeOf(error) === "ENOENT",
    isPathThroughFile: (error) => codeOf(error) === "ENOTDIR",
  };
}

function factsOf(stats: Stats): FileFacts {
  return {
    size: stats.size,
    isFile: stats.isFile(),
    isDirectory: stats.isDirectory(),
    isSymlink: stats.isSymbolicLink(),
    isFifo: stats.isFIFO(),
    isCharDevice: stats.isCharacterDevice(),
    isBlockDevice: stats.isBlockDevice(),
    isSocket: stats.isSocket(),
  };
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string } | undefined)?.code;
}

function environmentOf({ env }: NodeProcess): Environment {
  return {
    get: (name) => env[name],
    // Neither promises that native code sees what a script sets.
    canSet: () => false,
    set(name) {
      throw new Error(`${name} must be set before the process starts`);
    },
  };
}
