/**
 * Reads the folders of finished runs.
 *
 * @module
 */
import { readTextFile } from "../../files/mod.ts";
import { reason, UsageError } from "../console/mod.ts";
import type { ClaimDocument } from "../report/mod.ts";
import { type MetricsRow, metricsRows } from "../metrics/mod.ts";
import type { Configuration } from "./configuration.ts";
import { presentClaim } from "./former_claims.ts";

/** A finished run, as read from its folder. */
export interface FinishedRun {
  readonly path: string;
  readonly experiment: string;
  readonly device: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly seconds: number;
  /** Its configuration; empty for a run of a version before 0.2.0. */
  readonly configuration: Partial<Configuration>;
  readonly runs: readonly Readonly<Record<string, unknown>>[];
  /** Its claims, in their present spelling. */
  readonly claims: readonly ClaimDocument[];
  /** The rows of its `metrics.csv`; none if there is no such file, or it is damaged. */
  readonly metrics: readonly MetricsRow[];
  /** Why its metrics cannot be read; absent if they can. */
  readonly damage?: string;
}

/** Reads a folder. @throws {UsageError} when it holds no finished run. */
export async function finishedRun(folder: string): Promise<FinishedRun> {
  const path = folder.replace(/(?<=.)\/+$/, "");
  const summary = await read(path, "summary.json");
  const config = await read(path, "config.json");
  for (const name of ["runs", "claims"]) {
    const list = summary[name] ?? [];
    if (Array.isArray(list) && list.every((r) => typeof r === "object" && r !== null)) continue;
    throw new UsageError(
      `${path} holds no finished run: ${name} of its summary.json must be a list of objects`,
    );
  }
  return {
    path,
    experiment: String(summary.experiment),
    device: String(summary.device),
    versions: summary.versions ?? {},
    command: config.command ?? [],
    seconds: Number(summary.seconds),
    configuration: config.configuration ?? {},
    runs: summary.runs ?? [],
    claims: (summary.claims ?? []).map((c: ClaimDocument) => ({
      ...c,
      claim: presentClaim(String(c.claim)),
    })),
    ...await metricsOf(`${path}/metrics.csv`),
  };
}

/** Reads the rows of a file. If it is damaged, only the curves are lost, not the rest of the run. */
async function metricsOf(file: string): Promise<Pick<FinishedRun, "metrics" | "damage">> {
  try {
    const text = await readTextFile(file);
    return { metrics: text === "" ? [] : metricsRows(text) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { metrics: [] };
    return { metrics: [], damage: `${file}: ${reason(error).split("\n")[0]}` };
  }
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
