/**
 * Decides how many threads a session uses.
 *
 * @module
 */
import { host } from "../../host/mod.ts";
import { environmentVariable } from "./environment.ts";
import { onnxRuntime } from "./onnx_runtime.ts";
import { PROBE } from "./probe_model.ts";

/** A number of threads, or `"auto"`: the faster of one thread and all, which a training program finds out. */
export type Threads = number | "auto";

/** The environment variable with the number of threads. */
const VARIABLE = "DESCENT_THREADS";

/**
 * Returns the number of threads of a session within an operator: `given`, else the environment variable
 * `DESCENT_THREADS`; `undefined` if neither is set, or the variable is `auto`, which only training programs decide.
 * ONNX Runtime starts any number of threads, so a number above that of the available processors is refused: more threads
 * could only wait, and tens of thousands take gigabytes.
 *
 * @throws {RangeError} naming the option or variable, its range and its value.
 */
export function threadsOf(given: number | undefined): number | undefined {
  if (given !== undefined) return checked(given, { name: "threads", shown: String(given), auto: false });
  const asked = threadsVariable();
  return asked === "auto" ? undefined : asked;
}

/**
 * Returns the threads that a training program is asked for: `given`, else the environment variable `DESCENT_THREADS`;
 * `undefined` if neither is set.
 *
 * @throws {RangeError} naming the option or variable, its range and its value.
 */
export function programThreads(given: Threads | undefined): Threads | undefined {
  if (given === undefined) return threadsVariable();
  // Sessions of one and of all threads cannot be compared where all share theirs.
  if (given === "auto") return host.sharedThreads?.() ?? given;
  return checked(given, { name: "threads", shown: String(given), auto: true });
}

function threadsVariable(): Threads | undefined {
  const text = environmentVariable(VARIABLE);
  if (text === undefined || text === "") return undefined;
  if (text === "auto") return text;
  return checked(/^\d+$/.test(text) ? Number(text) : NaN, { name: VARIABLE, shown: text, auto: true });
}

function checked(
  threads: number,
  { name, shown, auto }: { name: string; shown: string; auto: boolean },
): number {
  const shared = host.sharedThreads?.();
  if (shared !== undefined && threads !== shared) {
    throw new RangeError(
      `${name}: all sessions of this page share ${shared} threads, got ${shown}: leave it out, or call ` +
        "setWebRuntime({ threads }) before the first session",
    );
  }
  const most = processors();
  if (Number.isInteger(threads) && threads >= 1 && threads <= most) return threads;
  throw new RangeError(
    `${name} must be an integer from 1 to ${most}, the number of available processors${
      auto ? ', or "auto"' : ""
    }, got ${shown}`,
  );
}

/** Returns the number of processors that the affinity and the control group of this process allow. */
export function processors(): number {
  return host.processors();
}

let runtimeThreads: Promise<number | undefined> | undefined;

/**
 * Returns the number of threads of a session that is opened without one: what ONNX Runtime takes, one per physical core
 * of the machine, but at most one per processor that this process may use; in a page those that its sessions share.
 */
export async function allThreads(): Promise<number> {
  const shared = host.sharedThreads?.();
  if (shared !== undefined) return shared;
  return Math.min(await (runtimeThreads ??= countRuntimeThreads()) ?? processors(), processors());
}

/**
 * Returns the number to open a session with; `undefined` where ONNX Runtime's own choice is that number: it then also
 * binds each thread to a core.
 */
export async function threadsToOpen(threads: number | undefined): Promise<number | undefined> {
  if (threads !== undefined) return threads;
  const most = await allThreads();
  return most === await runtimeThreads ? undefined : most;
}

/**
 * Returns how many threads ONNX Runtime takes by default; `undefined` if it does not say. No interface tells the number,
 * but the error for a list of affinities of another length does.
 */
async function countRuntimeThreads(): Promise<number | undefined> {
  const ort = await onnxRuntime();
  try {
    const session = await ort.InferenceSession.create(PROBE, {
      logSeverityLevel: 4,
      extra: { session: { intra_op_thread_affinities: Array(4099).fill("1").join(";") } },
    });
    await session.release();
    // The list is not even read where the only thread is the caller's.
    return 1;
  } catch (error) {
    const found = /thread_pool_size: (\d+)/.exec(String(error))?.[1];
    return found === undefined ? undefined : Number(found);
  }
}
