/**
 * Writes the results of a run into its folder, after its trainings have ended.
 *
 * @module
 */
import { Attempts } from "./attempts.ts";
import { CHECKPOINTS, hasCheckpoints } from "./checkpoints.ts";
import type { RunFile } from "../report/mod.ts";
import { CONFIG, type RunFolder, SUMMARY } from "./run_folder.ts";

/** The outcome to write to the run folder. */
export interface RunResults {
  /** The experiment's own files, such as `model.onnx`. */
  readonly files: readonly RunFile[];
  /** Renders the report and its plots. */
  readonly report: () => Promise<readonly RunFile[]>;
  readonly config: object;
  readonly summary: object;
  /** Whether to keep the checkpoints. */
  readonly checkpoints: boolean;
  /** Whether the trainings save checkpoints; without any yet, they are short. */
  readonly saves: boolean;
}

/** The files that could not be written, and whether the run still counts as finished. */
export interface KeptResult {
  /** An error for each part that failed; empty if everything was written. */
  readonly troubles: readonly string[];
  /** Whether `summary.json` was written. */
  readonly finished: boolean;
}

/**
 * Writes the results of a run. Each part is written separately, so that a report that cannot be drawn or does not fit
 * on the disk costs only the report. `summary.json` comes last: it marks the run as finished. If one of the
 * experiment's files could not be written, and resuming the run can make it again from checkpoints or in a short
 * training, `summary.json` is left out.
 */
export async function keepOutcome(folder: RunFolder, results: RunResults): Promise<KeptResult> {
  const attempts = new Attempts();
  const { troubles } = attempts;
  for (const { name, content } of results.files) await attempts.try(() => folder.write(name, content));
  const complete = troubles.length === 0;
  await attempts.try(async () => {
    for (const { name, content } of await results.report()) await folder.write(name, content);
  });
  await attempts.try(() => folder.write(CONFIG, json(results.config)));
  if (!complete && (results.saves || await hasCheckpoints(folder.path))) return { troubles, finished: false };
  const finished = await attempts.try(() => folder.write(SUMMARY, json(results.summary)));
  if (finished && !results.checkpoints) await attempts.try(() => folder.remove(CHECKPOINTS));
  return { troubles, finished };
}

/** Returns a value as the text of a JSON file. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
