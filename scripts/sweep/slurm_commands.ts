/**
 * Calls Slurm's commands and interprets their answers.
 *
 * @module
 */
import { DescentError } from "../../mod.ts";
import { childEnvironment } from "./child_environment.ts";

/** Milliseconds that a command may take: longer than Slurm's own timeouts, so that it can report what went wrong. */
const PATIENCE = 120_000;

/** Reports that a command of Slurm is missing. */
export class Missing extends DescentError {
  override readonly name = "Missing";
}

/** Reports that Slurm refused or failed a request. */
export class SlurmError extends DescentError {
  override readonly name = "SlurmError";

  /**
   * @param why the kind of error:
   * - `passing`: the controller did not answer; it may have done the request, or do it later
   * - `array`: the array has too many jobs
   * - `full`: the queue accepts no more jobs for now
   * - `refused`: the same request would be refused again
   */
  constructor(readonly why: "passing" | "array" | "full" | "refused", message: string) {
    super(message);
  }
}

/** Returns the kind of an error by its message. Slurm has no codes for them; the texts are those of its `slurm_errno.c`. */
const MEANINGS: readonly [why: SlurmError["why"], says: RegExp][] = [
  ["array", /invalid job array specification|job array index .*too large/i],
  // `AssocMaxSubmitJobLimit`, `QOSMaxSubmitJobPerUserLimit` and their kin. The last line names other limits, too.
  ["full", /Submit\w*Limit|job submit limit/i],
  [
    "passing",
    /timed? ?out|unable to contact|temporarily|try again|connection (refused|reset)|zero bytes|standby|transport endpoint/i,
  ],
];

/** Runs a command. @returns its output. @throws {Missing} when there is no such command @throws {SlurmError} when it fails. */
export async function slurm(command: string, args: readonly string[], input = ""): Promise<string> {
  let child: Deno.ChildProcess;
  const late = AbortSignal.timeout(PATIENCE);
  try {
    child = new Deno.Command(command, {
      args: [...args],
      env: childEnvironment(),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      signal: late,
    }).spawn();
  } catch {
    throw new Missing(
      `${command} cannot be run: --executor slurm needs a machine with Slurm installed`,
    );
  }
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { success, stdout, stderr } = await child.output();
  if (success) return new TextDecoder().decode(stdout);
  if (late.aborted) throw new SlurmError("passing", `${command} gave no answer for ${PATIENCE / 1000} s`);
  // `scontrol show job` puts some of its errors on its output.
  const said =
    [stderr, stdout].map((bytes) => new TextDecoder().decode(bytes).trim()).find((t) => t !== "") ?? "";
  const [why = "refused"] = MEANINGS.find(([, says]) => says.test(said)) ?? [];
  // The last line gives the reason for the failure.
  throw new SlurmError(why, said.split("\n").at(-1) || `${command} failed`);
}

/** A job of an array in the queue. */
export interface QueuedJob {
  readonly id: string;
  /** Its state, such as `PENDING`. */
  readonly state: string;
}

/** Final states of a job. */
const OVER: ReadonlySet<string> = new Set(
  "BOOT_FAIL CANCELLED COMPLETED DEADLINE FAILED NODE_FAIL OUT_OF_MEMORY PREEMPTED REVOKED SPECIAL_EXIT TIMEOUT"
    .split(" "),
);

/** Returns whether a job has ended. */
export function isOver({ state }: QueuedJob): boolean {
  return OVER.has(state);
}

/**
 * Returns the user's jobs by `<name of the array>/<index>` and `<id of the array>/<index>`, including those that ended
 * in the last minutes. Of several with one name, it returns one that has not ended.
 */
export async function queue(clusters: readonly string[]): Promise<Map<string, QueuedJob>> {
  const jobs = new Map<string, QueuedJob>();
  const format = ["--noheader", "--array", "--states=all", "--format=%j|%F|%K|%T"];
  for (const line of (await slurm("squeue", ["--me", ...format, ...clusters])).split("\n")) {
    const [name, id, index, state] = line.trim().split("|");
    // With several clusters, other lines name the clusters.
    if (state === undefined) continue;
    for (const key of [`${name}/${index}`, `${id}/${index}`]) {
      const known = jobs.get(key);
      if (known === undefined || isOver(known)) jobs.set(key, { id: id!, state });
    }
  }
  return jobs;
}

/** Returns the largest number of jobs in an array by the controller's configuration; `undefined` if it does not say. */
export async function arrayLimit(clusters: readonly string[]): Promise<number | undefined> {
  let text: string;
  try {
    text = await slurm("scontrol", [...clusters, "show", "config"]);
  } catch {
    // Missing, not allowed, or no answer: then a refused submission will show the limit.
    return undefined;
  }
  // Indices are below MaxArraySize, and begin at 0.
  const limits = [/^MaxArraySize\s*=\s*(\d+)/im, /max_array_tasks=(\d+)/i]
    .flatMap((says) => says.exec(text)?.[1] ?? []).map(Number);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/**
 * Returns the job `<id>_<index>` of an array as the controller knows it, whatever the queue shows; `null` if it knows
 * none, `undefined` if it does not answer.
 */
export async function jobNamed(
  name: string,
  clusters: readonly string[],
): Promise<QueuedJob | null | undefined> {
  try {
    const text = await slurm("scontrol", [...clusters, "--oneliner", "show", "job", name]);
    const state = /\bJobState=(\w+)/.exec(text)?.[1];
    return state === undefined ? undefined : { id: name, state };
  } catch (error) {
    // `not found` is an index that has left an array whose other jobs are still known.
    return error instanceof SlurmError && /invalid job id|not found/i.test(error.message) ? null : undefined;
  }
}
