/**
 * `deno task experiment`: runs an experiment by name.
 *
 * @module
 */
import { messageOf } from "../options/mod.ts";
import { requireDevice, requirePrecision, type SessionChoice, sessionPlan } from "../mod.ts";
import {
  COMMON_OPTIONS,
  helpText,
  listText,
  type Options,
  outcomeText,
  parseOptions,
  type Takes,
} from "./cli/mod.ts";
import {
  CHECKPOINTS,
  type Command,
  type Commands,
  CONFIG,
  type Configuration,
  configurationOf,
  configurationRows,
  DamagedCheckpoints,
  experimentNamed,
  finishedConfiguration,
  hasCheckpoints,
  holdsRun,
  identityOf,
  interruptedRun,
  json,
  keepOutcome,
  Lab,
  newRunFolder,
  resumeCommand,
  resumedSession,
  type Run,
  type RunFolder,
  RunSession,
  versions,
  type WatchEpoch,
  withThreads,
} from "./run/mod.ts";
import {
  errorText,
  firstError,
  Interrupted,
  listenForInterrupts,
  printResults,
  progressBar,
  runCommand,
  shellLine,
  silent,
  tell,
  UsageError,
} from "./console/mod.ts";
import { claimDocument, type Outcome, reportFiles } from "./report/mod.ts";
import { commandGroups, commandsFor } from "./experiments/registry.ts";
import { INPUTS, SUBJECTS } from "./inputs/mod.ts";
import { hasMetrics, METRICS } from "./metrics/mod.ts";
import { requireTrackers } from "./trackers/mod.ts";

/** Returns the arguments with `help NAME` as `NAME --help`. */
function withHelp(args: readonly string[]): readonly string[] {
  return args[0] === "help" ? [...args.slice(1).filter((a) => a !== "help"), "--help"] : args;
}

/** Prints the versions that results may depend on. */
function printVersions({ json }: Pick<Options, "json">): void {
  const all = versions();
  const { descent, onnxruntime, deno, os } = all;
  const text = `Descent ${descent} (ONNX Runtime ${onnxruntime}, Deno ${deno}, ${os})`;
  printResults(json ? JSON.stringify({ versions: all }) : text);
}

/** Runs the command line. @throws {UsageError} for a wrong call, and whatever the experiment throws. */
export async function main(
  words: readonly string[],
  { experiments: given, watchEpoch }: { experiments?: Commands; watchEpoch?: WatchEpoch } = {},
): Promise<void> {
  const args = withHelp(words);
  const experiments = given ?? await commandsFor(args);
  const asked = parseOptions(args, experiments);
  if (asked.options.version) return printVersions(asked.options);
  if (asked.options.resume !== undefined && !asked.options.help) {
    const run = await interruptedRun(args, { asked, experiments });
    confine(run.experiment, run.options);
    if (run.summary === null) {
      if (run.inputs !== undefined) INPUTS.expect(run.folder.path, run.inputs);
      warnOfVersions(run.folder.path, run.versions);
      return await runExperiment(run, watchEpoch);
    }
    const { path } = run.folder;
    // The run may have been killed just before this step.
    if (run.options.checkpointEvery === undefined) await run.folder.remove(CHECKPOINTS);
    return printResults(
      run.options.json ? JSON.stringify(run.summary) : `Finished before: see ${path}`,
      path,
    );
  }
  const { names, options } = asked;
  const [name] = names;
  if (options.trust && !options.help) {
    throw new UsageError(
      "--trust is only for --resume: an optimizer file on the command line needs no --trust",
    );
  }
  if (options.otherBits && !options.help) {
    throw new UsageError("--other-bits is only for --resume: a new run has no bits to keep");
  }
  if (name === undefined) return printResults(listText(await commandGroups()));
  const experiment = experimentNamed(names, experiments);
  if (options.help) {
    return printResults(
      helpText(name, experiment, { trains: "prepare" in experiment && experiment.operands === undefined }),
    );
  }
  confine(experiment, options);
  if ("serve" in experiment) return await experiment.serve(options);
  if ("run" in experiment) {
    const { document, tables, text, failed, kept } = await experiment.run(options, { experiments });
    printResults(options.json ? JSON.stringify(document) : text ?? outcomeText({ tables }), kept);
    if (failed !== undefined) throw new Error(failed);
    return;
  }
  await runExperiment({ name, experiment, options, command: ["experiment", ...args] }, watchEpoch);
}

/** Warns if a run was started with other versions, which may round differently. */
function warnOfVersions(path: string, before: Readonly<Record<string, unknown>>): void {
  const other = Object.entries(versions()).filter(([name, now]) => (before[name] ?? now) !== now);
  if (other.length === 0) return;
  const list = other.map(([name, now]) => `${name} was ${before[name]} and is ${now}`).join(", ");
  tell(
    `warning: ${path} was started with other versions, so its results may differ in the last bits: ${list}`,
  );
}

/** Revokes --allow-net unless the command needs it, before anything is read (main process only). */
function confine({ net = false }: Command, { tracker = [] }: Options): void {
  if (import.meta.main && !net && !tracker.includes("mlflow")) Deno.permissions.revokeSync({ name: "net" });
}

async function runExperiment(run: Run, watchEpoch: WatchEpoch | undefined): Promise<void> {
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

/** Returns whether an experiment saves checkpoints, so that its trainings can be resumed. */
function savesCheckpoints({ common = COMMON_OPTIONS }: Takes): boolean {
  return common.includes("checkpoint-every");
}

/**
 * Returns the error to report if a run fails before its trainings end. It removes the folder of a new run without
 * checkpoints.
 */
async function unfinished(
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
async function finish(
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
function stopped(
  why: Interrupted,
  { path, options, saves }: { path: string | undefined; options: Options; saves: boolean },
): Interrupted {
  if (path === undefined || !holdsRun(path)) return why;
  return new Interrupted(
    why.signal,
    `${saves ? "resume" : "begin it again"} with ${resumeCommand(path, options)}`,
  );
}

if (import.meta.main) await runCommand(main);
