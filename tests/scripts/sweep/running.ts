/**
 * Looks at the folders of running sweeps, and kills their trials, for tests.
 *
 * @module
 */
import { claimsOn } from "../../../scripts/sweep/claim.ts";

/** The fields of a sweep's JSON document that the tests read. */
export interface Document {
  finished: number;
  failed: number;
  best: { setting: Record<string, unknown>; score: number };
  trials: {
    id: string;
    state: string;
    attempts: number;
    score: number;
    setting: object;
    prunedAfter?: number;
    error?: string;
  }[];
}

/** Waits. */
export const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Returns the names in a folder; none if there is no such folder. */
export function names(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map((e) => e.name);
  } catch {
    return [];
  }
}

/** Kills a process that trains once it has a checkpoint, and returns the folder of its trial. */
export async function killOne(out: string, not: ReadonlySet<string>): Promise<string> {
  for (let i = 0; i < 4000; i++, await sleep(5)) {
    for (const id of names(`${out}/trials`)) {
      const trial = `${out}/trials/${id}`;
      const { last, ended } = await claimsOn(trial);
      if (not.has(trial) || last === 0 || ended !== null || names(`${trial}/run/checkpoints`).length === 0) {
        continue;
      }
      const [pid] = (await Deno.readTextFile(`${trial}/claims/${last}.beat`)).split(" ").map(Number);
      try {
        if (pid) Deno.kill(pid, "SIGKILL");
        else continue;
      } catch {
        continue;
      }
      return trial;
    }
  }
  throw new Error("no trial was running");
}

/** Returns the text that has to be the same however a trial was run. */
export function metrics(out: string): Record<string, string> {
  return Object.fromEntries(
    names(`${out}/trials`).sort().map((
      id,
    ) => [id, Deno.readTextFileSync(`${out}/trials/${id}/run/metrics.csv`)]),
  );
}

/** Returns how each claim of a trial ended. */
export function ends(trial: string): string[] {
  return names(`${trial}/claims`).filter((n) => /^\d+$/.test(n)).sort().map((n) => {
    try {
      return JSON.parse(Deno.readTextFileSync(`${trial}/claims/${n}.ended`)).how;
    } catch {
      return "open";
    }
  });
}
