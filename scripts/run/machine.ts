/**
 * Facts about this machine, as far as the permissions of this process show them.
 *
 * @module
 */
import { cpus, totalmem } from "node:os";
import type { ProgramBlock, SessionPlan, Threads } from "../../mod.ts";
import { countOf } from "../statistics/mod.ts";

/** The machine of a run. */
export interface Machine {
  /** The name of the processor; absent without the permission `--allow-sys=cpus`, or if the system names none. */
  readonly processor?: string;
  /** Processors that this process may use. */
  readonly cores: number;
  /** Threads of ONNX Runtime within an operator; `"auto"` until the first training has chosen their number. */
  readonly threads: Threads;
  /** The channels of a block in which the CPU convolves; absent for runs on a GPU and of earlier versions. */
  readonly block?: ProgramBlock;
  /** Bytes of memory; absent without the permission `--allow-sys=systemMemoryInfo`. */
  readonly memory?: number;
  /** Operating system and architecture, such as `linux-x86_64`. */
  readonly os: string;
}

/**
 * Returns the facts about this machine. Missing permissions are not asked for.
 *
 * @param session that of the trainings
 */
export function machine(device: string, session: Pick<SessionPlan, "threads" | "block">): Machine {
  const processor = processorName();
  return {
    ...(processor === undefined ? {} : { processor }),
    cores: navigator.hardwareConcurrency,
    threads: session.threads,
    ...(device === "cpu" ? { block: session.block } : {}),
    ...(mayRead("systemMemoryInfo") ? { memory: totalmem() } : {}),
    os: SYSTEM,
  };
}

/** Returns this machine in a few words, such as `AMD EPYC 7B13, 2 cores, linux-x86_64, cpu`. */
export function machineText(device: string): string {
  const cores = countOf(navigator.hardwareConcurrency, "core");
  return `${processorName() ?? "unknown processor"}, ${cores}, ${SYSTEM}, ${device}`;
}

/** Operating system and architecture. */
const SYSTEM = `${Deno.build.os}-${Deno.build.arch}`;

/** Returns the name of the processor; `undefined` if it may not be read, or the system names none. */
function processorName(): string | undefined {
  return mayRead("cpus") ? cpus()[0]?.model.trim() || undefined : undefined;
}

function mayRead(kind: "cpus" | "systemMemoryInfo"): boolean {
  return Deno.permissions.querySync({ name: "sys", kind }).state === "granted";
}

/** Returns the value of `DESCENT_THREADS`; `undefined` if it is not set or may not be read. */
export function threadsVariable(): string | undefined {
  const variable = "DESCENT_THREADS";
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) || undefined : undefined;
}
