/**
 * SIGINT and SIGTERM: a training finishes its chunk and is saved; anything else ends at once.
 *
 * @module
 */

/** A run was stopped from outside. */
export class Interrupted extends Error {
  override name = "Interrupted";

  constructor(readonly signal: "SIGINT" | "SIGTERM", remedy?: string) {
    super(`stopped by ${signal}${remedy === undefined ? "" : `: ${remedy}`}`);
  }

  /** The exit code that a shell gives to a process ended by the signal. */
  get exitCode(): number {
    return this.signal === "SIGINT" ? 130 : 143;
  }
}

/** What is done on a signal. */
export interface Interrupts {
  /** Runs work that stops by itself, soon, once its signal is aborted; the signal's reason is an {@linkcode Interrupted}. */
  guard<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** Milliseconds within which signals are one: on a terminal, Ctrl-C reaches a process of `deno task` twice at a time. */
const ONE = 500;

/**
 * Listens for signals from now on.
 *
 * @param leave ends the process; told where no work is guarded, and at a second signal, later
 */
export function listenForInterrupts(leave: (why: Interrupted) => void): Interrupts {
  const controller = new AbortController();
  let guarded = 0;
  let first = 0;
  // Windows knows SIGINT alone.
  const signals = Deno.build.os === "windows" ? ["SIGINT"] as const : ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) {
    Deno.addSignalListener(signal, () => {
      const why = new Interrupted(signal);
      if (guarded > 0 && !controller.signal.aborted) {
        first = performance.now();
        controller.abort(why);
      } else if (guarded === 0 || performance.now() - first > ONE) leave(why);
    });
  }
  return {
    async guard(work) {
      guarded++;
      try {
        return await work(controller.signal);
      } finally {
        guarded--;
      }
    },
  };
}
