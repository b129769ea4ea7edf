/**
 * The interface of the program that runs the library.
 *
 * @module
 */
import type { ForeignFunctions, ForeignPointer, ForeignSignatures } from "./foreign.ts";

/** The programs that run the library. */
export type HostName = "deno" | "node" | "bun" | "browser";

/** The program that runs the library: the files, the environment and the native code that it gives access to. */
export interface Host {
  /** The name of the program. */
  readonly name: HostName;
  /** The operating system, such as `linux`, `darwin` or `windows`; `undefined` in a browser. */
  readonly os: string | undefined;
  /** The number of this process; 0 in a browser. */
  readonly pid: number;
  /** Access to files. */
  readonly files: Files;
  /** The environment variables. */
  readonly environment: Environment;
  /** Access to native libraries by path or name; absent where the program has none that is built in. */
  readonly native?: NativeLibraries;
  /** The number of processors that this process may use; 1 in a page that has no threads. */
  processors(): number;
  /** The number of threads that all sessions share, which is final from then on; absent where each has its own. */
  readonly sharedThreads?: () => number;
  /** The load average of the last minute; 0 where the system does not tell it or the process may not ask. */
  loadAverage(): number;
  /** Whether the process may read the times of the processors. */
  mayReadProcessors(): boolean;
  /** Starts a module in a thread of its own. */
  startThread(module: URL, handlers: ThreadHandlers): Thread;
  /** Answers the messages of the thread that started this one; called in a module that {@linkcode startThread} starts. */
  answer<Message>(handle: (message: Message, reply: Reply) => void): void;
}

/** Access to files. All paths are texts; errors are those of the program. */
export interface Files {
  /** Describes a file, following links. */
  stat(path: string): Promise<FileFacts>;
  /** Returns whether a path names a regular file that can be looked at. */
  isFileSync(path: string): boolean;
  /** Returns the names in a folder. */
  namesInSync(folder: string): string[];
  /** Reads a whole file. */
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Opens a file to read it, or to write it anew. */
  open(path: string, mode: "read" | "write"): Promise<OpenedFile>;
  /** Opens a file to read it, in a thread that may wait. */
  openSync(path: string): OpenedFileSync;
  /** Writes what the system holds of a folder's entries to the disk. @throws where a folder cannot be synced. */
  syncFolder(path: string): Promise<void>;
  /** Returns the absolute path, with all links followed. */
  realPath(path: string): Promise<string>;
  /** Gives a file another name, replacing a file of that name. */
  rename(from: string, to: string): Promise<void>;
  /** Gives a file a second name. */
  link(from: string, to: string): Promise<void>;
  /** Copies a file. */
  copyFile(from: string, to: string): Promise<void>;
  /** Removes a file. */
  remove(path: string): Promise<void>;
  /** Returns whether an error says that there is no such file. */
  isMissing(error: unknown): boolean;
  /** Returns whether an error says that a part of a path is a file instead of a folder. */
  isPathThroughFile(error: unknown): boolean;
}

/** A file as the system describes it: of the kinds, one is true; `null` where the system has no such kind. */
export interface FileFacts {
  /** Its bytes. */
  readonly size: number;
  /** Whether it is a regular file. */
  readonly isFile: boolean;
  /** Whether it is a folder. */
  readonly isDirectory: boolean;
  /** Whether it is a link, looked at itself. */
  readonly isSymlink: boolean;
  /** Whether it is a pipe. */
  readonly isFifo: boolean | null;
  /** Whether it is a device of characters, such as a terminal. */
  readonly isCharDevice: boolean | null;
  /** Whether it is a device of blocks, such as a disk. */
  readonly isBlockDevice: boolean | null;
  /** Whether it is a socket. */
  readonly isSocket: boolean | null;
}

/** A file that was opened. */
export interface OpenedFile {
  /** Reads from an offset on. @returns the number of bytes, which may be fewer than asked for; 0 at the end. */
  read(into: Uint8Array, at: number): Promise<number>;
  /** Writes bytes behind those written before. @returns the number of bytes, which may be fewer than given. */
  write(bytes: Uint8Array): Promise<number>;
  /** Writes what the system holds of the file to the disk. */
  sync(): Promise<void>;
  /** Closes the file. */
  close(): Promise<void>;
}

/** A file that was opened to be read while the thread waits. */
export interface OpenedFileSync {
  /** Reads from an offset on. @returns the number of bytes, which may be fewer than asked for; 0 at the end. */
  read(into: Uint8Array, at: number): number;
  /** Closes the file. */
  close(): void;
}

/** The environment variables. */
export interface Environment {
  /** Returns the value of a variable; `undefined` if it is not set or may not be read. */
  get(name: string): string | undefined;
  /** Returns whether {@linkcode set} reaches native code and is allowed for a variable. */
  canSet(name: string): boolean;
  /** Sets a variable, for native code as well. */
  set(name: string, value: string): void;
}

/** Access to native libraries. */
export interface NativeLibraries {
  /** Opens functions of a library; with none, only the library. It stays open as long as the process. @throws on failure. */
  open<const S extends ForeignSignatures>(library: string, functions: S): ForeignFunctions<S>;
  /** Returns the pointer with an address. */
  pointer(address: bigint): ForeignPointer;
}

/** The handlers of a thread's messages and errors. */
export interface ThreadHandlers {
  /** Takes a message. */
  readonly message: (message: unknown) => void;
  /** Takes the message of an error that ended the thread. */
  readonly error: (message: string) => void;
}

/** A thread. */
export interface Thread {
  /** Sends a message. */
  post(message: unknown): void;
  /** Ends the thread. */
  end(): void;
}

/** Sends an answer; the buffers in `transfer` are handed over instead of copied. */
export type Reply = (answer: unknown, transfer: ArrayBuffer[]) => void;
