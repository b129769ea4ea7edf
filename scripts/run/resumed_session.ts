/**
 * The session of a run that is resumed: that of its record, so that it gives the same bits.
 *
 * @module
 */
import type { ProgramBlock, SessionPlan } from "../../mod.ts";
import { tell, UsageError } from "../console/mod.ts";
import type { Configuration } from "./configuration.ts";
import { threadsVariable } from "./machine.ts";
import { countOf } from "../statistics/mod.ts";

/** The run to resume, and what its user allows. */
interface Resumed {
  /** Its configuration; `undefined` for a new run, and for one of an earlier version. */
  readonly before: Partial<Configuration> | undefined;
  /** Its folder. */
  readonly path: string;
  /** Whether other bits than those of its machine are allowed. */
  readonly otherBits: boolean;
}

/**
 * Returns the session of a run: `plan`, with the threads of its record. A run that was resumed has that of the last time. One
 * of an earlier version, or on a GPU, has no record.
 *
 * @throws {UsageError} naming what this machine cannot do as the record says, unless other bits are allowed.
 */
export function resumedSession(plan: SessionPlan, { before, path, otherBits }: Resumed): SessionPlan {
  const { machine } = before?.resumed?.at(-1) ?? before ?? {};
  if (machine?.block === undefined) return plan;
  const { threads, block } = machine;
  const refuse = (had: string, has: string) => {
    if (otherBits) return;
    throw new UsageError(
      `${path} was computed with ${had}, but this machine has ${has}: resume it on a machine that has the same, ` +
        "or add --other-bits to continue with results that differ by rounding",
    );
  };
  if (block !== plan.block) refuse(blockText(block), blockText(plan.block));
  if (threads === "auto") return plan;
  const most = navigator.hardwareConcurrency;
  if (threads > most) refuse(countOf(threads, "thread"), countOf(most, "processor"));
  const variable = threadsVariable();
  const asked = variable === undefined || variable === "auto" ? undefined : plan.threads;
  if (otherBits) return { ...plan, threads: asked ?? (threads > most ? plan.threads : threads) };
  if (asked !== undefined && asked !== threads) {
    tell(
      `warning: ${path} continues with ${countOf(threads, "thread")}, as it began, not ${variable} as in ` +
        "DESCENT_THREADS: add --other-bits to change that",
    );
  }
  return { ...plan, threads };
}

/** Returns a block in words, such as `blocks of 16 channels`. */
function blockText(block: ProgramBlock): string {
  return block === "none" ? "no blocks of channels" : `blocks of ${block} channels`;
}
