/**
 * The data of a run in its folder: `benchmark.json`.
 *
 * @module
 */
import { readTextFile } from "../../../../files/mod.ts";
import { exactJson, parseExactJson } from "../../../../runtime/checkpoint/mod.ts";
import { reason, tell, UsageError } from "../../../console/mod.ts";
import type { RunFile } from "../../../report/mod.ts";
import type { BenchmarkData } from "../data.ts";
import { VERSION } from "./definition.ts";
import { faultOf } from "./whole.ts";

/** The name of the file. */
export const STORED = "benchmark.json";

/** Returns the file with the data of a run. Numbers that are not finite keep their values. */
export function storedFile(data: BenchmarkData): RunFile {
  return { name: STORED, content: `${exactJson(data)}\n` };
}

/** The data of a run, and where it is from. */
export interface StoredRun {
  readonly folder: string;
  readonly data: BenchmarkData;
}

/**
 * Reads the runs in some folders: each holds a run, or the trials of a sweep.
 *
 * @throws {UsageError} naming a folder without a finished run, or a run of another version of the benchmark.
 */
export async function storedRuns(folders: readonly string[]): Promise<readonly StoredRun[]> {
  if (folders.length === 0) throw new UsageError("--from needs one or more folders of runs of the benchmark");
  const runs: StoredRun[] = [];
  for (const folder of folders) {
    const found = await runsIn(folder.replace(/(?<=.)\/+$/, ""));
    for (const run of found) if (runs.every((r) => r.folder !== run)) runs.push(await storedRun(run));
  }
  return runs;
}

/** Returns the folders of the runs in a folder. @throws {UsageError} if there are none. */
async function runsIn(folder: string): Promise<readonly string[]> {
  if (await exists(`${folder}/${STORED}`)) return [folder];
  const trials = await namesIn(`${folder}/trials`);
  const found: string[] = [];
  const unfinished: string[] = [];
  for (const name of trials) {
    const run = `${folder}/trials/${name}/run`;
    if (await exists(`${run}/${STORED}`)) found.push(run);
    else unfinished.push(name);
  }
  if (found.length > 0) {
    if (unfinished.length > 0) {
      tell(`warning: ${folder} lacks the unfinished trials ${unfinished.join(", ")}`);
    }
    return found;
  }
  throw new UsageError(
    `--from ${folder} holds no finished run of the benchmark: there is no ${STORED} in it, nor in trials/*/run`,
  );
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map((entry) => entry.name).sort();
  } catch {
    return [];
  }
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}

async function storedRun(folder: string): Promise<StoredRun> {
  const path = `${folder}/${STORED}`;
  let data: Partial<BenchmarkData> | null;
  try {
    data = parseExactJson(await readTextFile(path)) as Partial<BenchmarkData> | null;
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${reason(error)}`, { cause: error });
  }
  const version = data?.protocol?.version;
  if (version === undefined) throw new UsageError(`${path} is not the data of a run of the benchmark`);
  if (version !== VERSION) {
    throw new UsageError(
      `${path} is of version ${version} of the benchmark, this is version ${VERSION}: run it again`,
    );
  }
  const fault = faultOf(data!);
  if (fault === undefined) return { folder, data: data as BenchmarkData };
  throw new UsageError(`${path} is damaged, its ${fault} is not as a run stores it: run it again`);
}
