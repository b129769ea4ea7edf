/**
 * The end of a run: its results, or the error with the command that continues it.
 *
 * @module
 */
import { messageOf } from "../options/mod.ts";
import { COMMON_OPTIONS, type Options, outcomeText, type Takes } from "./cli/mod.ts";
import {
  configurationRows,
  DamagedCheckpoints,
  finishedConfiguration,
  hasCheckpoints,
  holdsRun,
  keepOutcome,
  resumeCommand,
  type Run,
  type RunFolder,
  versions,
} from "./run/mod.ts";
import { errorText, Interrupted, printResults, shellLine } from "./console/mod.ts";
import { claimDocument, type Outcome, reportFiles } from "./report/mod.ts";
import { hasMetrics, METRICS } from "./metrics/mod.ts";

/** Returns whether an experiment saves checkpoints, so that its trainings can be resumed. */
export function savesCheckpoints({ common = COMMON_OPTIONS }: Takes): boolean {
  return common.includes("checkpoint-every");
}

/**
 * Returns the error to report if a run fails before its trainings end. It removes the folder of a new run without
 * checkpoints.
 */
export async function unfinished(
  error: unknown,
  { folder, options, made, saves }: {
    folder: RunFolder;
    options: Options;
    made: boolean;
    saves: boolean;
  },
): Promise<unknown> {
  if (error instanceof Interrupted) return stopped(error, { path: folder.path, options, saves });
  if (error instanceof DamagedCheckpoints) return error;
  const again = resumeCommand(folder.path, options);
  let hint = `what is done is kept: resume with ${again}`;
  if (!await hasCheckpoints(folder.path)) {
    if (!await hasMetrics(folder.path)) {
      if (made) await folder.discard();
      return error;
    }
    hint = `what was measured is kept in ${folder.path}/${METRICS}: begin again with ${again}`;
  }
  return new Error(`${errorText(error, false).replace(/^error: /, "")}; ${hint}`, { cause: error });
}

/**
 * Writes and prints the results of a run. From here on nothing is removed, whatever fails.
 *
 * @throws {Error} naming what could not be written or printed, and the folder with the rest.
 */
export async function finish(
  { run: { name, experiment, options, command }, folder, outcome, config, seconds }: {
    run: Run;
    folder: RunFolder;
    outcome: Outcome;
    config: { readonly configuration: Parameters<typeof finishedConfiguration>[0] };
    seconds: number;
  },
): Promise<void> {
  const configuration = finishedConfiguration(config.configuration, outcome.runs);
  const summary = {
    experiment: name,
    device: options.device,
    versions: versions(),
    configuration,
    out: folder.path,
    runs: outcome.runs,
    claims: (outcome.claims ?? []).map(claimDocument),
    ...outcome.results,
  };
  const report = () =>
    reportFiles({
      title: name,
      summary: experiment.summary,
      claims: outcome.claims ?? [],
      tables: outcome.tables,
      plots: outcome.plots ?? [],
      command: shellLine(["deno", "task", ...command]),
      made: {
        ...versions(),
        device: options.device,
        seed: String(options.seed),
        seconds: seconds.toFixed(1),
      },
      configuration: configurationRows(configuration),
      ...(outcome.choice === undefined ? {} : { choice: outcome.choice }),
    });
  const { troubles, finished } = await keepOutcome(folder, {
    files: outcome.files,
    report,
    config: { ...config, ...outcome.config, configuration, versions: versions() },
    summary: { ...summary, seconds },
    checkpoints: options.checkpointEvery !== undefined,
    saves: savesCheckpoints(experiment),
  });
  const text = options.json
    ? JSON.stringify(summary)
    : `${outcomeText(outcome)}\n\n${troubles.length === 0 ? "Written" : "Written in part"} to ${folder.path}`;
  const all = [...troubles];
  try {
    printResults(text);
  } catch (error) {
    all.push(messageOf(error));
  }
  if (all.length === 0) return;
  const kept = finished
    ? `the run is finished and kept in ${folder.path}`
    : `what is done is kept in ${folder.path}: resume with ${resumeCommand(folder.path, options)}`;
  throw new Error(`${all.join("; ")}; ${kept}`);
}

/** Returns the interruption with the command that continues the run, if its folder can be resumed. */
export function stopped(
  why: Interrupted,
  { path, options, saves }: { path: string | undefined; options: Options; saves: boolean },
): Interrupted {
  if (path === undefined || !holdsRun(path)) return why;
  return new Interrupted(
    why.signal,
    `${saves ? "resume" : "begin it again"} with ${resumeCommand(path, options)}`,
  );
}
