/**
 * Slurm's commands: what is asked of them, and what their answers mean.
 *
 * @module
 */

/** Milliseconds that a command may take: longer than Slurm's own limits, after which it says what went wrong. */
const PATIENCE = 120_000;

/** A command of Slurm is not there. */
export class Missing extends Error {
  override readonly name = "Error";
}

/** Slurm did not do what it was asked. */
export class SlurmError extends Error {
  override readonly name = "Error";

  /**
   * @param why what it means:
   * - `passing`: the controller did not answer; what was asked of it may be done all the same, now or later
   * - `array`: the array has more jobs than one may have
   * - `full`: no more jobs may be in the queue at a time
   * - `refused`: the same would be refused again
   */
  constructor(readonly why: "passing" | "array" | "full" | "refused", message: string) {
    super(message);
  }
}

/** What errors say, by what they mean. Slurm has no codes for them; the texts are those of its `slurm_errno.c`. */
const MEANINGS: readonly [why: SlurmError["why"], says: RegExp][] = [
  ["array", /invalid job array specification|job array index .*too large/i],
  // `AssocMaxSubmitJobLimit`, `QOSMaxSubmitJobPerUserLimit` and their kin. The last line names other limits, too.
  ["full", /Submit\w*Limit|job submit limit/i],
  [
    "passing",
    /timed? ?out|unable to contact|temporarily|try again|connection (refused|reset)|zero bytes|standby|transport endpoint/i,
  ],
];

/** Runs a command. @returns what it printed. @throws {Missing} @throws {SlurmError} */
export async function slurm(command: string, args: readonly string[], input = ""): Promise<string> {
  let child: Deno.ChildProcess;
  const late = AbortSignal.timeout(PATIENCE);
  try {
    child = new Deno.Command(command, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      signal: late,
    }).spawn();
  } catch {
    throw new Missing(
      `${command} cannot be run: --executor slurm takes a machine that Slurm is installed on`,
    );
  }
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { success, stdout, stderr } = await child.output();
  if (success) return new TextDecoder().decode(stdout);
  if (late.aborted) throw new SlurmError("passing", `${command} gave no answer for ${PATIENCE / 1000} s`);
  const said = new TextDecoder().decode(stderr).trim();
  const [why = "refused"] = MEANINGS.find(([, says]) => says.test(said)) ?? [];
  // It may say several things before the last one, which is why it gives up.
  throw new SlurmError(why, said.split("\n").at(-1) || `${command} failed`);
}

/** A job of an array, as the queue has it. */
export interface QueuedJob {
  readonly id: string;
  /** Its state, such as `PENDING`. */
  readonly state: string;
}

/** States that a job does not leave. */
const OVER: ReadonlySet<string> = new Set(
  "BOOT_FAIL CANCELLED COMPLETED DEADLINE FAILED NODE_FAIL OUT_OF_MEMORY PREEMPTED REVOKED SPECIAL_EXIT TIMEOUT"
    .split(" "),
);

/** Returns whether a job has ended. */
export function isOver({ state }: QueuedJob): boolean {
  return OVER.has(state);
}

/**
 * Returns the jobs of one's own by `<name of the array>/<index>` and by `<id of the array>/<index>`, those that have ended
 * within the last minutes among them. Of several by one name, one that has not ended.
 */
export async function queue(clusters: readonly string[]): Promise<Map<string, QueuedJob>> {
  const jobs = new Map<string, QueuedJob>();
  const format = ["--noheader", "--array", "--states=all", "--format=%j|%F|%K|%T"];
  for (const line of (await slurm("squeue", ["--me", ...format, ...clusters])).split("\n")) {
    const [name, id, index, state] = line.trim().split("|");
    // With several clusters there are lines between that name them.
    if (state === undefined) continue;
    for (const key of [`${name}/${index}`, `${id}/${index}`]) {
      const known = jobs.get(key);
      if (known === undefined || isOver(known)) jobs.set(key, { id: id!, state });
    }
  }
  return jobs;
}

/** Returns how many jobs an array may have, as the controller is set up; `undefined` where it does not say. */
export async function arrayLimit(clusters: readonly string[]): Promise<number | undefined> {
  let text: string;
  try {
    text = await slurm("scontrol", [...clusters, "show", "config"]);
  } catch {
    // Not there, not allowed, or no answer: then a refusal tells.
    return undefined;
  }
  // Indices are below MaxArraySize, and begin at 0.
  const limits = [/^MaxArraySize\s*=\s*(\d+)/im, /max_array_tasks=(\d+)/i]
    .flatMap((says) => says.exec(text)?.[1] ?? []).map(Number);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/**
 * Returns a job of an array, named `<id>_<index>`, as the controller has it, whatever the queue shows; `null` where it knows of
 * none, `undefined` where it gives no answer.
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
    return error instanceof SlurmError && /invalid job id/i.test(error.message) ? null : undefined;
  }
}
