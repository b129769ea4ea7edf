/**
 * The options by which sessions are opened.
 *
 * @module
 */
import type { OptionNames } from "../../options/mod.ts";
import type { Device } from "./device.ts";
import type { Threads } from "./threads.ts";

/** The options by which a session is opened. */
export interface SessionOptions {
  /**
   * The device on which the model runs; `"cpu"` by default. Opening fails if the device is absent or has no kernels
   * for the model's floats: a whole model never falls back to another device.
   */
  device?: Device;
  /**
   * Threads within an operator, from 1 to the number of available processors. By default the number in the environment
   * variable `DESCENT_THREADS`, else one per core.
   */
  threads?: number;
  /**
   * Whether threads that wait for their share of an operator spin, which answers sooner, or sleep, which leaves the
   * processor to others. It does not change results. By default `on` or `off` in the environment variable
   * `DESCENT_SPINNING`, else true, unless a session has more threads than other processes leave processors free. That is
   * looked at when the process opens its first session of several threads: if the load average shows other work, for a
   * quarter of a second (with the permissions `--allow-sys=loadavg,cpus`; without the first, all processors count as free).
   */
  spinning?: boolean;
  /**
   * The level of ONNX Runtime's graph optimizations; `"all"` by default. A model with float64 inputs or outputs is opened
   * at `"basic"` at most: above, ONNX Runtime 1.30 rounds factors of products to float32.
   */
  optimization?: "disabled" | "basic" | "extended" | "all";
  /**
   * Whether matrix products and convolutions on `"cuda"` may round their operands to TF32 (10 bits of mantissa), which is
   * faster; by default as decided before in this process, or not, so that results compare with the CPU's. NVIDIA's libraries
   * decide it once in a process, by `NVIDIA_TF32_OVERRIDE`: two programs of one process cannot differ in it. Other
   * devices refuse `true`.
   */
  tf32?: boolean;
}

/** The names of {@linkcode SessionOptions}. */
export const SESSION_OPTIONS = {
  device: false,
  threads: false,
  spinning: "flag",
  optimization: ["disabled", "basic", "extended", "all"],
  tf32: "flag",
} satisfies OptionNames<
  SessionOptions
>;

/** The options of sessions that train. */
export interface TrainingSessionOptions extends Omit<SessionOptions, "threads"> {
  /**
   * Threads within an operator, from 1 to the number of available processors. By default the number in the environment
   * variable `DESCENT_THREADS`, else one per core. `"auto"`, also in the variable, takes one thread or one per core: the
   * faster of both, timed on the first batches before the first step, with both sessions in memory. On a GPU it is one
   * per core.
   */
  threads?: Threads;
}

/** Returns the options of a session among others. */
export function sessionOptionsIn<T extends SessionOptions | TrainingSessionOptions>(
  options: T,
): Pick<T, keyof SessionOptions> {
  const own = Object.keys(SESSION_OPTIONS);
  const found = Object.entries(options).filter(([name, value]) => own.includes(name) && value !== undefined);
  return Object.fromEntries(found) as Pick<T, keyof SessionOptions>;
}
