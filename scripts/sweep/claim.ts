/**
 * Claims decide which process runs a trial. The first claim is the file `claims/1` in the folder of the trial, the next one
 * `claims/2`. Each is created only if it does not exist, which the file system grants to one process. The last claim is in
 * force. Its heartbeat is the changing file `claims/<n>.beat`; it ends with `claims/<n>.ended`. No process removes or
 * replaces another's claim, so two processes never hold one at once. No clocks are compared: a claim is dead if its
 * heartbeat did not change while it was watched.
 *
 * @module
 */

/** Why a trial was pruned. */
export interface Pruned {
  /** The last epoch, from 1 on. */
  readonly epoch: number;
  /** The metric after it; `null` if it is not a number. */
  readonly value: number | null;
  /** The best value of the trial, and the median of the earlier trials after that epoch; `null` without one. */
  readonly best: number | null;
  readonly median: number | null;
}

/** The end of a claim. */
export interface Ended {
  /**
   * - `finished`: the trial has its results
   * - `refused`: it failed, and would fail again
   * - `pruned`: it was stopped because it was worse than earlier trials
   * - `failed`: it failed, or was killed
   * - `stopped`: it was stopped from outside, which does not count as a failure
   */
  readonly how: "finished" | "pruned" | "refused" | "failed" | "stopped";
  /** The error message. */
  readonly error?: string;
  /** Why it was pruned. */
  readonly pruned?: Pruned;
}

/** The state of the claims on a trial. */
export interface Claims {
  /** The number of the last claim; 0 if there is none. */
  readonly last: number;
  /** Its end; `null` if it has not ended, or there is none. */
  readonly ended: Ended | null;
  /** Its latest heartbeat. */
  readonly beat: string;
  /** The number of failed claims: those that recorded a failure, and those that died and were taken over. */
  readonly failures: number;
}

/** Reads the claims on the trial of a folder. */
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

/** A claim, made or about to be made. */
export interface Claim {
  /** The folder of the trial. */
  readonly folder: string;
  /** Its number. */
  readonly claim: number;
  /** A token that distinguishes it from another process's claim of the same number. */
  readonly token: string;
}

/** Claims a trial. Returns `false` if another process has made the claim of that number. */
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

/** Records how a dead process's claim ended, if it did not itself. A process without a claim counts as failed. */
export async function endClaimOf(gone: Claim, ended: Ended): Promise<void> {
  const { folder, claim, token } = gone;
  const made = await makeClaim(gone) || await Deno.readTextFile(`${folder}/claims/${claim}`) === token;
  if (made) endClaim(gone, ended);
}

/** Records how a claim ended, unless that is recorded. Synchronous, so that it can run while a process exits. */
export function endClaim({ folder, claim }: Pick<Claim, "folder" | "claim">, ended: Ended): void {
  const file = `${folder}/claims/${claim}.ended`;
  const partial = `${file}.${crypto.randomUUID()}.tmp`;
  try {
    Deno.writeTextFileSync(partial, JSON.stringify(ended));
    // Unlike renaming, linking never replaces an existing file.
    Deno.linkSync(partial, file);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  } finally {
    try {
      Deno.removeSync(partial);
    } catch {
      // It may be missing, and may stay: an error here must not hide the first one.
    }
  }
}

/** Watches the heartbeats of claims. */
export class Watch {
  readonly #seen = new Map<string, { sign: string; at: number }>();
  readonly #lease: number;

  /** @param lease seconds without a heartbeat after which a claim is dead */
  constructor(lease: number) {
    this.#lease = lease;
  }

  /** Returns whether a claim that has not ended had no heartbeat for the whole lease. */
  dead(id: string, { last, beat }: Claims, now = performance.now()): boolean {
    const sign = `${last} ${beat}`;
    const seen = this.#seen.get(id);
    if (seen?.sign === sign) return now - seen.at > 1000 * this.#lease;
    this.#seen.set(id, { sign, at: now });
    return false;
  }
}

/** Reads how a claim ended. An empty file, as a loss of power leaves it, counts as a failure. */
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
