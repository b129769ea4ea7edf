/**
 * Claims: who runs a trial. The first claim of a trial is the file `claims/1` in its folder, the next one `claims/2`, each
 * created if and only if it does not exist, which a file system grants to one process alone. The last one is in force. It
 * shows that it is alive by `claims/<n>.beat`, which changes all the time, and is over once there is `claims/<n>.ended`.
 * Nobody ever removes or replaces the claim of another, so there is no moment at which two processes hold one; and no
 * clocks are compared: a claim is dead when one has watched it for a while and it did not change.
 *
 * @module
 */

/** How a claim ended. */
export interface Ended {
  /**
   * - `finished`: the trial has its results
   * - `refused`: it failed, and would again
   * - `failed`: it failed, or was killed
   * - `stopped`: it was stopped from outside, which is held against nobody
   */
  readonly how: "finished" | "refused" | "failed" | "stopped";
  /** What was said of it. */
  readonly error?: string;
}

/** What is known of the claims on a trial. */
export interface Claims {
  /** The number of the last one; 0 where there is none. */
  readonly last: number;
  /** How it ended; `null` where it has not, or there is none. */
  readonly ended: Ended | null;
  /** Its latest sign of life. */
  readonly beat: string;
  /** How many failed: those that say so, and those that died and were taken over. */
  readonly failures: number;
}

/** What is known of the claims on the trial of a folder. */
export async function claimsOn(trial: string): Promise<Claims> {
  const names = new Set<string>();
  try {
    for await (const { name } of Deno.readDir(`${trial}/claims`)) names.add(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const last = Math.max(0, ...[...names].filter((n) => /^\d+$/.test(n)).map(Number));
  const ends = await Promise.all(Array.from({ length: last }, (_, i) => {
    const name = `${i + 1}.ended`;
    return names.has(name) ? readEnd(`${trial}/claims/${name}`) : null;
  }));
  const ended = ends.at(-1) ?? null;
  const failures = ends.filter((e, i) => e === null ? i + 1 < last : e.how === "failed").length;
  return { last, ended, beat: ended !== null || last === 0 ? "" : await readBeat(trial, last), failures };
}

/** A claim that is made, or to be made. */
export interface Claim {
  /** The folder of the trial. */
  readonly folder: string;
  /** Its number. */
  readonly claim: number;
  /** What tells it from a claim of that number by another. */
  readonly token: string;
}

/** Claims a trial, if nobody has made the claim of that number before. */
export async function makeClaim({ folder, claim, token }: Claim): Promise<boolean> {
  await Deno.mkdir(`${folder}/claims`, { recursive: true });
  try {
    await Deno.writeTextFile(`${folder}/claims/${claim}`, token, { createNew: true });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}

/** Says of a process that is gone how its claim ended, unless it said so itself. One that made no claim failed at that. */
export async function endClaimOf(gone: Claim, ended: Ended): Promise<void> {
  const { folder, claim, token } = gone;
  const made = await makeClaim(gone) || await Deno.readTextFile(`${folder}/claims/${claim}`) === token;
  if (made) endClaim(gone, ended);
}

/** Says how a claim ended, unless that has been said. At once, so that it can be done while a process ends. */
export function endClaim({ folder, claim }: Pick<Claim, "folder" | "claim">, ended: Ended): void {
  const file = `${folder}/claims/${claim}.ended`;
  const partial = `${file}.${crypto.randomUUID()}.tmp`;
  try {
    Deno.writeTextFileSync(partial, JSON.stringify(ended));
    // A link is made only where there is none, unlike a renamed file.
    Deno.linkSync(partial, file);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  } finally {
    try {
      Deno.removeSync(partial);
    } catch {
      // It may not exist, or may stay: an error here must not hide the first one.
    }
  }
}

/** Watches claims for signs of life. */
export class Watch {
  readonly #seen = new Map<string, { sign: string; at: number }>();
  readonly #lease: number;

  /** @param lease seconds without a sign of life after which a claim is dead */
  constructor(lease: number) {
    this.#lease = lease;
  }

  /** Whether a claim that has not ended has been silent for the whole lease. */
  dead(id: string, { last, beat }: Claims, now = performance.now()): boolean {
    const sign = `${last} ${beat}`;
    const seen = this.#seen.get(id);
    if (seen?.sign === sign) return now - seen.at > 1000 * this.#lease;
    this.#seen.set(id, { sign, at: now });
    return false;
  }
}

/** How a claim ended; that it failed, where a machine that lost its power kept the file's name alone. */
async function readEnd(path: string): Promise<Ended> {
  const text = await Deno.readTextFile(path);
  try {
    return JSON.parse(text);
  } catch {
    return { how: "failed", error: `${path} is damaged` };
  }
}

async function readBeat(trial: string, n: number): Promise<string> {
  return await Deno.readTextFile(`${trial}/claims/${n}.beat`).catch(() => "");
}
