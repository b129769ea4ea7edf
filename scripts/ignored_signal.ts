/**
 * Signals that whoever started the process wants ignored.
 *
 * @module
 */

/** The C library by system. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  linux: ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"],
  darwin: ["libSystem.B.dylib"],
};

const SIGHUP = 1;

/** The handler of a signal that is ignored, SIG_IGN of the C library. */
const IGNORE = 1n;

/**
 * Returns whether SIGHUP is ignored, as `nohup` has it: then a run goes on when its terminal is closed. Only to be asked before
 * there is a listener of any signal, as Deno handles SIGHUP with the first one. `false` where the C library cannot be asked.
 */
export function ignoresHangUp(): boolean {
  for (const path of LIBRARIES[Deno.build.os] ?? []) {
    try {
      using library = new Library(path);
      return library.handlerOf(SIGHUP) === IGNORE;
    } catch {
      // The library has another name here, or may not be opened.
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

  /** Returns the address of a signal's handler, the first field of `struct sigaction`, which has far less than 512 bytes. */
  handlerOf(signal: number): bigint {
    const old = new BigUint64Array(64);
    if (this.#library.symbols.sigaction(signal, null, old) !== 0) throw new Error("sigaction failed");
    return old[0]!;
  }

  [Symbol.dispose](): void {
    this.#library.close();
  }
}
