/**
 * `deno task experiment`: runs an experiment by name.
 *
 * @module
 */
import { helpText, listText, type Options, outcomeText, parseOptions } from "./cli/mod.ts";
import {
  CHECKPOINTS,
  type Command,
  type Commands,
  experimentNamed,
  interruptedRun,
  versions,
  type WatchEpoch,
} from "./run/mod.ts";
import { printResults, runCommand, tell, UsageError } from "./console/mod.ts";
import { commandGroups, commandsFor } from "./experiments/registry.ts";
import { INPUTS } from "./inputs/mod.ts";
import { runExperiment } from "./run_experiment.ts";

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

if (import.meta.main) await runCommand(main);
