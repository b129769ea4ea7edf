/**
 * The host Deno: the one file of the library that names it.
 *
 * @module
 */
import type { Environment, Files, Host, NativeLibraries, OpenedFile, OpenedFileSync, Reply } from "./host.ts";

/** Returns the host. It is a function because only Deno has what it reads. */
export function denoHost(): Host {
  return {
    name: "deno",
    os: Deno.build.os,
    pid: Deno.pid,
    files: FILES,
    environment: ENVIRONMENT,
    native: NATIVE,
    processors: () => navigator.hardwareConcurrency,
    loadAverage: () => mayReadSystem("loadavg") ? Deno.loadavg()[0]! : 0,
    mayReadProcessors: () => mayReadSystem("cpus"),
    startThread(module, { message, error }) {
      const worker = new Worker(module, { type: "module" });
      worker.onmessage = ({ data }: MessageEvent<unknown>) => message(data);
      worker.onerror = (event) => {
        event.preventDefault();
        error(event.message);
      };
      return { post: (m) => worker.postMessage(m), end: () => worker.terminate() };
    },
    answer<Message>(handle: (message: Message, reply: Reply) => void) {
      const thread = self as unknown as {
        onmessage: (event: MessageEvent<Message>) => void;
        postMessage: Reply;
      };
      thread.onmessage = ({ data }) =>
        handle(data, (answer, transfer) => thread.postMessage(answer, transfer));
    },
  };
}

const FILES: Files = {
  stat: (path) => Deno.stat(path),
  isFileSync(path) {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  },
  namesInSync: (folder) => [...Deno.readDirSync(folder)].map(({ name }) => name),
  readFile: (path) => Deno.readFile(path),
  async open(path, mode) {
    const file =
      await (mode === "read"
        ? Deno.open(path)
        : Deno.open(path, { write: true, create: true, truncate: true }));
    return {
      async read(into, at) {
        await file.seek(at, Deno.SeekMode.Start);
        return await file.read(into) ?? 0;
      },
      write: (bytes) => file.write(bytes),
      sync: () => file.sync(),
      close: () => Promise.resolve(file.close()),
    } satisfies OpenedFile;
  },
  openSync(path) {
    const file = Deno.openSync(path);
    return {
      read(into, at) {
        file.seekSync(at, Deno.SeekMode.Start);
        return file.readSync(into) ?? 0;
      },
      close: () => file.close(),
    } satisfies OpenedFileSync;
  },
  async syncFolder(path) {
    using folder = await Deno.open(path);
    await folder.sync();
  },
  realPath: (path) => Deno.realPath(path),
  rename: (from, to) => Deno.rename(from, to),
  link: (from, to) => Deno.link(from, to),
  copyFile: (from, to) => Deno.copyFile(from, to),
  remove: (path) => Deno.remove(path),
  isMissing: (error) => error instanceof Deno.errors.NotFound,
  isPathThroughFile: (error) => error instanceof Deno.errors.NotADirectory,
};

const ENVIRONMENT: Environment = {
  get: (name) => mayUse(name) ? Deno.env.get(name) : undefined,
  canSet: mayUse,
  set: (name, value) => Deno.env.set(name, value),
};

const NATIVE: NativeLibraries = {
  open: (library, functions) => Deno.dlopen(library, functions).symbols as never,
  pointer: (address) => Deno.UnsafePointer.create(address) as never,
};

function mayUse(variable: string): boolean {
  return Deno.permissions.querySync({ name: "env", variable }).state === "granted";
}

function mayReadSystem(kind: "loadavg" | "cpus"): boolean {
  return Deno.permissions.querySync({ name: "sys", kind }).state === "granted";
}
