/**
 * Folders of finished runs, read back.
 *
 * @module
 */
import { parse } from "@std/csv";
import { readTextFile } from "../files/read_file.ts";
import { UsageError } from "./errors.ts";
import type { Claim } from "./experiment_types.ts";

/** A run that is over, as its folder tells it. */
export interface FinishedRun {
  readonly path: string;
  readonly experiment: string;
  readonly device: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly seconds: number;
  readonly runs: readonly Readonly<Record<string, unknown>>[];
  readonly claims: readonly Claim[];
  /** The rows of its `metrics.csv`; none where it has no such file. */
  readonly metrics: readonly Readonly<Record<string, string>>[];
}

/** Reads a folder. @throws {UsageError} when it holds no finished run. */
export async function finishedRun(folder: string): Promise<FinishedRun> {
  const path = folder.replace(/(?<=.)\/+$/, "");
  const summary = await read(path, "summary.json");
  const config = await read(path, "config.json");
  const metrics = await Deno.readTextFile(`${path}/metrics.csv`).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  return {
    path,
    experiment: String(summary.experiment),
    device: String(summary.device),
    versions: summary.versions ?? {},
    command: config.command ?? [],
    seconds: Number(summary.seconds),
    runs: summary.runs ?? [],
    claims: summary.claims ?? [],
    metrics: metrics === "" ? [] : parse(metrics, { skipFirstRow: true }),
  };
}

// deno-lint-ignore no-explicit-any -- what it holds is read with defaults
async function read(path: string, name: string): Promise<Record<string, any>> {
  try {
    return JSON.parse(await readTextFile(`${path}/${name}`));
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "there is none" : (error as Error).message;
    throw new UsageError(`${path} holds no finished run: it needs a ${name}, and ${why}`);
  }
}
