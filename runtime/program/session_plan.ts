/**
 * What sessions of trainings will be like, before one is opened.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../../options/mod.ts";
import { allThreads, programThreads, spinningOf, type Threads } from "../session/mod.ts";
import { blockOf } from "./block.ts";
import { PROGRAM_OPTIONS, type ProgramOptions } from "./program_types.ts";
import type { ProgramBlock } from "./session_choice.ts";

/** The options of a program that its session depends on. */
export type SessionPlanOptions = Pick<
  ProgramOptions,
  "device" | "threads" | "spinning" | "block" | "precision"
>;

const { device, threads, spinning, block, precision } = PROGRAM_OPTIONS;
const SESSION_PLAN_OPTIONS = { device, threads, spinning, block, precision } satisfies OptionNames<
  SessionPlanOptions
>;

/** The session that a training program will have. */
export interface SessionPlan {
  /** Threads within an operator; `"auto"` if the first run chooses their number. */
  readonly threads: Threads;
  /** Whether they spin while they wait. */
  readonly spinning: boolean;
  /** The channels of a block in which it convolves, or `"none"` for `ai.onnx` alone. */
  readonly block: ProgramBlock;
}

/**
 * Returns what programs with these options take from this machine and from the environment (`DESCENT_THREADS`,
 * `DESCENT_SPINNING`, `DESCENT_CPU_BLOCK`). The same numbers of threads and of a block's channels are needed to get the
 * same bits again, so a caller may record them, or compare them with a record.
 *
 * @throws {RangeError} when an option or variable is out of its range
 * @throws {DeviceError} when the processor has other blocks than `block`.
 *
 * @example
 * ```ts
 * import { sessionPlan } from "./session_plan.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(await sessionPlan({ threads: 1, spinning: false, block: "none" }), {
 *   threads: 1,
 *   spinning: false,
 *   block: "none",
 * });
 * ```
 */
export async function sessionPlan(options: SessionPlanOptions = {}): Promise<SessionPlan> {
  checkOptions("sessionPlan", options, SESSION_PLAN_OPTIONS);
  const all = await allThreads();
  const threads = programThreads(options.threads) ?? all;
  return {
    threads,
    spinning: await spinningOf(options.spinning, { threads: threads === "auto" ? all : threads }),
    block: await blockOf(options) ?? "none",
  };
}
