/**
 * `deno task experiment`: runs an experiment by name.
 *
 * @module
 */
import { requireDevice, requirePrecision } from "../mod.ts";
import { COMMON_OPTIONS, FLAGS, type Options, parseOptions, type Takes, VALUE_OPTIONS } from "./args.ts";
import { CHECKPOINTS, DamagedCheckpoints, hasCheckpoints } from "./checkpoints.ts";
import { errorText, runCommand } from "./errors.ts";
import type { Command } from "./experiment_types.ts";
import { EXPERIMENTS } from "./experiments.ts";
import { Interrupted, listenForInterrupts } from "./interrupts.ts";
import { outcomeText } from "./outcome_text.ts";
import { progressBar, silent } from "./progress.ts";
import { reportFiles } from "./report/page.ts";
import { experimentNamed, interruptedRun, resumeCommand, type Run } from "./resume.ts";
import { CONFIG, newRunFolder, SUMMARY } from "./run_folder.ts";
import { shellLine } from "./shell.ts";
import { requireTrackers } from "./trackers/trackers.ts";
import { versions } from "./versions.ts";

/** The usage text, with the list of experiments. */
export function usage(experiments: Readonly<Record<string, Command>>): string {
  const width = Math.max(...Object.keys(experiments).map((n) => n.length));
  const list = Object.entries(experiments).map(([name, e]) =>
    `  ${name.padEnd(width)}  ${e.summary}\n  ${" ".repeat(width)}  ${e.defaults}`
  );
  return [
    "Usage: deno task experiment NAME [OPTIONS]",
    "",
    "Experiments:",
    ...list,
    "",
    "Options of most; NAME --help tells those of one:",
    ...optionLines({}),
  ].join("\n");
}

/** The usage text of one experiment. */
export function usageOf(name: string, experiment: Command): string {
  return [
    `Usage: deno task experiment ${
      [name, ...experiment.operands ? [experiment.operands] : []].join(" ")
    } [OPTIONS]`,
    "",
    `${experiment.summary}`,
    `${experiment.defaults}`,
    "",
    "Options:",
    ...optionLines(experiment),
  ].join("\n");
}

function optionLines({ options = {}, common = COMMON_OPTIONS }: Takes): string[] {
  const lines = [
    ...Object.entries(options).map(([name, { value, text }]) =>
      [value === undefined ? `--${name}` : `--${name} ${value}`, text] as const
    ),
    ...common.map((name) => [`--${name} ${VALUE_OPTIONS[name][0]}`, VALUE_OPTIONS[name][1]] as const),
    ...Object.entries(FLAGS).map(([name, text]) => [`--${name}`, text] as const),
  ];
  const width = Math.min(32, Math.max(20, ...lines.map(([flag]) => flag.length)));
  return lines.map(([flag, text]) =>
    flag.length > width ? `  ${flag}\n  ${" ".repeat(width)}  ${text}` : `  ${flag.padEnd(width)}  ${text}`
  );
}

/** Runs the command line. @throws {UsageError} for a wrong call, and whatever the experiment throws. */
export async function main(args: readonly string[], experiments = EXPERIMENTS): Promise<void> {
  const asked = parseOptions(args, experiments);
  if (asked.options.resume !== undefined && !asked.options.help) {
    const run = await interruptedRun(args, { asked, experiments });
    confine(run.experiment, run.options);
    if (run.summary === null) return await runExperiment(run);
    const { path } = run.folder;
    // It may have been killed with this alone left to do.
    if (run.options.checkpointEvery === undefined) await run.folder.remove(CHECKPOINTS);
    return console.log(run.options.json ? JSON.stringify(run.summary) : `Finished before: see ${path}`);
  }
  const { names, options } = asked;
  const [name] = names;
  if (name === undefined) return console.log(usage(experiments));
  const experiment = experimentNamed(names, experiments);
  if (options.help) return console.log(usageOf(name, experiment));
  confine(experiment, options);
  if ("serve" in experiment) return await experiment.serve(options);
  if ("tell" in experiment) {
    const { document, tables, failed } = await experiment.tell(options);
    console.log(options.json ? JSON.stringify(document) : outcomeText({ tables }));
    if (failed !== undefined) throw new Error(failed);
    return;
  }
  await runExperiment({ name, experiment, options, command: ["experiment", ...args] });
}

/** Gives up what it has no use for, before it reads anything: the network, in the process of the command line. */
function confine({ net = false }: Command, { tracker = [] }: Options): void {
  if (import.meta.main && !net && !tracker.includes("mlflow")) Deno.permissions.revokeSync({ name: "net" });
}

async function runExperiment(run: Run): Promise<void> {
  const { name, experiment, options, command, folder: existing } = run;
  let path = existing?.path;
  const saves = (experiment.common ?? COMMON_OPTIONS).includes("checkpoint-every");
  const progress = options.quiet ? silent : progressBar();
  const interrupts = listenForInterrupts((why) => {
    progress.stop();
    console.error(errorText(stopped(why, path, saves), false));
    Deno.exit(why.exitCode);
  });
  requireTrackers(options);
  const ready = await experiment.prepare(options);
  await requireDevice(options.device);
  await requirePrecision(options.precision ?? "float32", options.device);
  const folder = existing ?? await newRunFolder(name, options.out);
  const { help: _, json: __, quiet: ___, resume: ____, ...asked } = options;
  const config = { experiment: name, command, options: asked };
  try {
    if (!existing) await folder.write(CONFIG, json({ ...config, versions: versions() }));
    path = folder.path;
    const started = performance.now();
    const say = (text: string) => options.json || console.log(text);
    const outcome = await ready({ options, progress: progress.update, say, folder, interrupts });
    progress.stop();
    const summary = {
      experiment: name,
      device: options.device,
      versions: versions(),
      out: folder.path,
      runs: outcome.runs,
      claims: outcome.claims ?? [],
      ...outcome.results,
    };
    for (const file of outcome.files) await folder.write(file.name, file.content);
    const seconds = (performance.now() - started) / 1000;
    const report = await reportFiles({
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
    });
    for (const file of report) await folder.write(file.name, file.content);
    await folder.write(CONFIG, json({ ...config, ...outcome.config, versions: versions() }));
    await folder.write(SUMMARY, json({ ...summary, seconds }));
    if (options.checkpointEvery === undefined) await folder.remove(CHECKPOINTS);
    console.log(
      options.json ? JSON.stringify(summary) : `${outcomeText(outcome)}\n\nWritten to ${folder.path}`,
    );
  } catch (error) {
    progress.stop();
    if (error instanceof Interrupted) throw stopped(error, path, saves);
    if (error instanceof DamagedCheckpoints) throw error;
    if (!await hasCheckpoints(folder.path)) {
      if (!existing) await folder.discard();
      throw error;
    }
    const hint = `what is done is kept: go on with ${resumeCommand(folder.path)}`;
    throw new Error(`${errorText(error, false).replace(/^error: /, "")}; ${hint}`, { cause: error });
  }
}

/** The same with how to go on, once there is a folder to go on in. */
function stopped(why: Interrupted, path: string | undefined, saves: boolean): Interrupted {
  if (path === undefined) return why;
  return new Interrupted(why.signal, `${saves ? "go on" : "begin it again"} with ${resumeCommand(path)}`);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

if (import.meta.main) await runCommand(main);
