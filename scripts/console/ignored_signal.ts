/**
 * Finds whether the parent process set SIGHUP to be ignored.
 *
 * @module
 */

/** The names of the C library by system. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  linux: ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"],
  darwin: ["libSystem.B.dylib"],
};

const SIGHUP = 1;

/** SIG_IGN, the C library's handler of an ignored signal. */
const IGNORE = 1n;

/**
 * Returns whether SIGHUP is ignored, as under `nohup`: then a run continues when its terminal closes. Call it before
 * any signal listener is added, because Deno installs a SIGHUP handler with the first one. Returns `false` if the C
 * library cannot be asked.
 */
export function ignoresHangUp(): boolean {
  for (const path of LIBRARIES[Deno.build.os] ?? []) {
    try {
      using library = new Library(path);
      return library.handlerOf(SIGHUP) === IGNORE;
    } catch {
      // The library has another name here, or cannot be opened.
    }
  }
  return false;
}

class Library implements Disposable {
  readonly #library;

  constructor(path: string) {
    this.#library = Deno.dlopen(
      path,
      { sigaction: { parameters: ["i32", "pointer", "buffer"], result: "i32" } } as const,
    );
  }

  /** Returns the address of a signal's handler, the first field of `struct sigaction`, which is far smaller than 512 bytes. */
  handlerOf(signal: number): bigint {
    const old = new BigUint64Array(64);
    if (this.#library.symbols.sigaction(signal, null, old) !== 0) throw new Error("sigaction failed");
    return old[0]!;
  }

  [Symbol.dispose](): void {
    this.#library.close();
  }
}
