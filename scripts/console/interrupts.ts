/**
 * Handles SIGINT, SIGTERM and SIGHUP: a training finishes its chunk and is saved; anything else ends at once.
 *
 * @module
 */
import { ignoresHangUp } from "./ignored_signal.ts";

/** Signals that stop a run, with the exit codes that shells give processes ended by them. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** A signal that stops a run. */
export type StopSignal = keyof typeof EXIT_CODES;

/** A signal stopped the run. */
export class Interrupted extends Error {
  override name = "Interrupted";

  constructor(readonly signal: StopSignal, remedy?: string) {
    super(`stopped by ${signal}${remedy === undefined ? "" : `: ${remedy}`}`);
  }

  /** The exit code that a shell gives to a process ended by the signal. */
  get exitCode(): number {
    return EXIT_CODES[this.signal];
  }
}

/** Handles signals. */
export interface Interrupts {
  /** Runs work that ends soon after its abort signal fires; the reason of the abort is an {@linkcode Interrupted}. */
  guard<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** Signals within this many milliseconds count as one: on a terminal, `deno task` passes Ctrl-C on a second time. */
const ONE = 500;

/**
 * Starts to listen for signals.
 *
 * @param leave ends the process; called if no work is guarded, or at a second, later signal
 */
export function listenForInterrupts(leave: (why: Interrupted) => void): Interrupts {
  const controller = new AbortController();
  let guarded = 0;
  let first = 0;
  for (const signal of stopSignals()) {
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

/** Returns the signals to handle on this system: Windows has only SIGINT. */
function stopSignals(): readonly StopSignal[] {
  if (Deno.build.os === "windows") return ["SIGINT"];
  // Ask before any listener is added.
  if (!ignoresHangUp()) return ["SIGINT", "SIGTERM", "SIGHUP"];
  // With the first listener Deno would also end on SIGHUP; an empty listener keeps it ignored.
  Deno.addSignalListener("SIGHUP", () => {});
  return ["SIGINT", "SIGTERM"];
}
