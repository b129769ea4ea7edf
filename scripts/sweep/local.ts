/**
 * Runs trials as processes on this machine.
 *
 * @module
 */
import { childEnvironment } from "./child_environment.ts";
import { endClaimOf } from "./claim.ts";
import type { Executor } from "./drive.ts";
import { trialCommand } from "./process.ts";
import { HELD, type TrialCall } from "./trial_call.ts";

/** Milliseconds between looks for the results of other machines. */
const POLL = 1000;

/** The options of local trials. */
export interface LocalOptions {
  /** Trials at a time. */
  readonly jobs: number;
  /** Threads of each operator in a trial. */
  readonly threads: number;
  readonly lease: number;
}

/** Returns an executor that runs `jobs` processes at a time. */
export async function localExecutor({ jobs, threads, lease }: LocalOptions): Promise<Executor> {
  const [deno, ...before] = await trialCommand();
  const running = new Map<string, { child: Deno.ChildProcess; over: Promise<void> }>();
  let stopping = false;
  const run = async (child: Deno.ChildProcess, call: TrialCall) => {
    const { code, signal, stderr } = await child.output();
    const said = new TextDecoder().decode(stderr).trim().split("\n").at(-1)!.slice(0, 1000);
    if (code !== HELD) {
      const why = signal === null ? `exit code ${code}${said && `: ${said}`}` : `killed by ${signal}`;
      await endClaimOf(call, { how: stopping ? "stopped" : "failed", error: why });
    }
    running.delete(call.folder);
  };
  return {
    room: () => jobs - running.size,
    has: (folder) => running.has(folder),
    start(calls) {
      for (const call of calls) {
        const child = new Deno.Command(deno!, {
          args: [...before, JSON.stringify(call), String(lease)],
          env: { ...childEnvironment(), DESCENT_THREADS: String(threads), NO_COLOR: "1" },
          stdin: "null",
          stdout: "null",
          stderr: "piped",
          // Ctrl-C must reach only this process, which stops its trials itself.
          detached: true,
        }).spawn();
        running.set(call.folder, { child, over: run(child, call) });
      }
      return Promise.resolve();
    },
    async news(signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, POLL);
      signal.addEventListener("abort", () => resolve());
      await Promise.race([promise, ...[...running.values()].map((r) => r.over)]);
      clearTimeout(timer);
    },
    async stop(signal) {
      stopping = true;
      for (const { child } of running.values()) {
        try {
          child.kill(signal);
        } catch {
          // The process has just ended.
        }
      }
      await Promise.all([...running.values()].map((r) => r.over));
      return "";
    },
  };
}
