/**
 * Runs a subject in its own process.
 *
 * @module
 */
import { spawn } from "node:child_process";
import readline from "node:readline";
import type { Subject } from "./subjects.ts";
import type { Floor } from "./work.ts";

/** The time of some steps, and the loss of the last one. */
export interface Timed {
  readonly ms: number;
  readonly loss: number;
  /** The peak memory of the process so far, in MiB. */
  readonly peakMiB: number;
  /** The time since the previous answer, and the time of processors that the process used in it, both in milliseconds. */
  readonly idle: { readonly ms: number; readonly cpuMs: number };
}

/** What a subject took to be ready for its first step. */
export interface Opening {
  /** Milliseconds from the start of its process. */
  readonly ms: number;
  /** The peak memory of the process, in MiB. */
  readonly peakMiB: number;
}

/** A running subject. */
export interface Running extends AsyncDisposable {
  readonly subject: Subject;
  /** The minimum work of a step, if the subject reports it. */
  readonly floor?: Floor;
  /** From the start of the process until it was ready: libraries loaded, model compiled, session opened, state made. */
  readonly opening: Opening;
  /** Trains for some steps. @throws {Error} with the process's last output when it fails. */
  run(steps: number): Promise<Timed>;
}

/** Starts a subject on a task, and resolves when it is ready. @throws {Error} with its last output when it fails. */
export async function start(subject: Subject, task: string): Promise<Running> {
  const [command, ...args] = subject.command;
  const started = performance.now();
  const env = { ...Deno.env.toObject(), NO_COLOR: "1" };
  const child = spawn(command!, [...args, task, ...subject.args ?? []], { env });
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let words = "";
  child.stderr.on("data", (chunk) => (words = (words + chunk).slice(-2000)));
  child.stdin.on("error", () => {});
  const closed = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const answer = async <T>(): Promise<T> => {
    while (true) {
      const { value, done } = await lines.next();
      if (done) {
        await closed;
        throw new Error(`${subject.name} failed: ${reasonOf(words)}`);
      }
      // Libraries may print a banner on standard output.
      if (value.startsWith("{")) return JSON.parse(value);
    }
  };
  const { floor, peakMiB } = await answer<{ floor?: Floor; peakMiB: number }>();
  return {
    subject,
    ...(floor === undefined ? {} : { floor }),
    opening: { ms: performance.now() - started, peakMiB },
    async run(steps) {
      child.stdin.write(`${steps}\n`);
      return await answer<Timed>();
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await closed;
    },
  };
}

/** Returns the line of an error output that names the error as Deno does, else its last lines. */
function reasonOf(output: string): string {
  const lines = output.trim().split("\n");
  return lines.find((line) => line.startsWith("error")) ?? lines.slice(-5).join(" | ");
}
