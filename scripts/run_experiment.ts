/**
 * Runs an experiment: in a new folder, or in that of an interrupted run.
 *
 * @module
 */
import { requireDevice, requirePrecision, type SessionChoice, sessionPlan } from "../mod.ts";
import type { Options } from "./cli/mod.ts";
import {
  CONFIG,
  type Configuration,
  configurationOf,
  identityOf,
  json,
  Lab,
  newRunFolder,
  resumedSession,
  type Run,
  RunSession,
  versions,
  type WatchEpoch,
  withThreads,
} from "./run/mod.ts";
import {
  errorText,
  firstError,
  listenForInterrupts,
  progressBar,
  silent,
  tell,
  UsageError,
} from "./console/mod.ts";
import type { Outcome } from "./report/mod.ts";
import { INPUTS, SUBJECTS } from "./inputs/mod.ts";
import { requireTrackers } from "./trackers/mod.ts";
import { finish, savesCheckpoints, stopped, unfinished } from "./run_end.ts";

/** Runs an experiment into a new folder, or continues in that of the run. @throws whatever the experiment throws. */
export async function runExperiment(run: Run, watchEpoch: WatchEpoch | undefined): Promise<void> {
  const { name, experiment, options, command, folder: existing } = run;
  let path = existing?.path;
  const saves = savesCheckpoints(experiment);
  const progress = options.quiet ? silent : progressBar();
  const interrupts = listenForInterrupts((why) => {
    progress.stop();
    tell(errorText(stopped(why, { path, options, saves }), false));
    Deno.exit(why.exitCode);
  });
  requireTrackers(options);
  SUBJECTS.clear();
  const ready = await experiment.prepare(options);
  INPUTS.requireAll();
  const inputs = INPUTS.digests;
  const unknown = existing !== undefined && !INPUTS.compared;
  if (unknown && Object.keys(inputs).length > 0) {
    tell(`warning: ${existing.path} has no digests of its input files: they cannot be checked for changes`);
  }
  const { device, precision = "float32", tf32 = false } = options;
  // It holds for all sessions of the process.
  await requireDevice(device, { tf32 }).catch(usageError);
  await requirePrecision(precision, device);
  const { otherBits } = options;
  const here = await sessionPlan({ device, precision }).catch(usageError);
  const plan = resumedSession(here, {
    before: run.configuration,
    path: existing?.path ?? "",
    otherBits,
  });
  const folder = existing ?? await newRunFolder(name, options.out);
  const asked = recorded(options);
  const identity = existing ? run.identity : identityOf({ name, options, inputs });
  const configuration = await configurationOf({ device, precision, tf32, plan }, run.configuration);
  let config = {
    experiment: name,
    command,
    options: asked,
    ...(unknown ? {} : { inputs }),
    ...(identity === undefined ? {} : { identity }),
    configuration,
  };
  const threads = plan.threads === "auto" || plan.threads !== here.threads ? plan.threads : undefined;
  const session = new RunSession(threads, async (choice) => {
    config = { ...config, configuration: withThreads(config.configuration, choice.threads) };
    await folder.write(CONFIG, json({ ...config, versions: versions() }));
    if (!options.quiet) tell(choiceText(choice));
  });
  const started = performance.now();
  let outcome: Outcome;
  try {
    path = folder.path;
    if (!existing || isResumedElsewhere(run, configuration)) {
      await folder.write(CONFIG, json({ ...config, versions: versions() }));
    }
    const say = (text: string) => {
      try {
        if (!options.json) console.log(text);
      } catch {
        // Printing the results will fail too, and report the error.
      }
    };
    const lab = new Lab({ folder, identity, options, interrupts, session });
    outcome = await ready({
      options,
      progress: progress.update,
      say,
      folder,
      identity,
      interrupts,
      session,
      lab,
      watchEpoch,
    });
  } catch (error) {
    progress.stop();
    throw await unfinished(firstError(error), { folder, options, made: !existing, saves });
  }
  progress.stop();
  await finish({ run, folder, outcome, config, seconds: (performance.now() - started) / 1000 });
}

/** The options that say how the command line is answered, not what is run. */
const UNRECORDED: readonly string[] = [
  "help",
  "version",
  "json",
  "quiet",
  "resume",
  "trust",
  "otherBits",
] satisfies (keyof Options)[];

/** Returns the options that the folder of a run records. */
function recorded(options: Options): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !UNRECORDED.includes(key)));
}

/** Rethrows as a wrong call what is out of range: the device exists, so it is a variable of the environment. */
function usageError(error: unknown): never {
  throw error instanceof RangeError ? new UsageError(error.message) : error;
}

/** Returns `threads: 1 (2.1 ms a step; all: 3.4 ms)`. */
function choiceText({ threads, timed }: SessionChoice): string {
  if (timed === undefined) return `threads: ${threads}`;
  const ms = (t: number) => `${t.toPrecision(3)} ms`;
  return `threads: ${threads} (a step takes ${ms(timed.one)} with one thread, ${ms(timed.all)} with all)`;
}

/** Returns whether a run is resumed on another machine or by another version than before, which its folder must tell. */
function isResumedElsewhere(run: Run, now: Pick<Configuration, "resumed">): boolean {
  return (now.resumed ?? []).length > (run.configuration?.resumed ?? []).length;
}
