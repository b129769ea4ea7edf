/**
 * Facts about this machine, as far as the permissions of this process show them.
 *
 * @module
 */
import { cpus, totalmem } from "node:os";

/** The machine of a run. */
export interface Machine {
  /** The name of the processor; absent without the permission `--allow-sys=cpus`, or if the system names none. */
  readonly processor?: string;
  /** Processors that this process may use. */
  readonly cores: number;
  /** Threads of ONNX Runtime within an operator: `DESCENT_THREADS`, else one per core. */
  readonly threads: number;
  /** Bytes of memory; absent without the permission `--allow-sys=systemMemoryInfo`. */
  readonly memory?: number;
  /** Operating system and architecture, such as `linux-x86_64`. */
  readonly os: string;
}

/** Returns the facts about this machine. Missing permissions are not asked for. */
export function machine(): Machine {
  const cores = navigator.hardwareConcurrency;
  const processor = mayRead("cpus") ? cpus()[0]?.model.trim() : undefined;
  return {
    ...(processor ? { processor } : {}),
    cores,
    threads: Number(threadsVariable() || cores),
    ...(mayRead("systemMemoryInfo") ? { memory: totalmem() } : {}),
    os: `${Deno.build.os}-${Deno.build.arch}`,
  };
}

function mayRead(kind: "cpus" | "systemMemoryInfo"): boolean {
  return Deno.permissions.querySync({ name: "sys", kind }).state === "granted";
}

function threadsVariable(): string | undefined {
  const variable = "DESCENT_THREADS";
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) : undefined;
}
