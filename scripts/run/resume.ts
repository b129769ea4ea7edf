/**
 * Resuming a run: reloads its command line and checks which options may change.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readTextFile } from "../../files/mod.ts";
import { optimizerFiles, type Options, parseOptions } from "../cli/mod.ts";
import { messageOf } from "../../options/mod.ts";
import { didYouMean, shellLine, UsageError } from "../console/mod.ts";
import type { Configuration } from "./configuration.ts";
import type { Command } from "./command.ts";
import type { Experiment } from "./experiment_parts.ts";
import type { InputDigests } from "../inputs/mod.ts";
import { CONFIG, existingRunFolder, type RunFolder, SUMMARY } from "./run_folder.ts";

/** A run about to start or to resume. */
export interface Run {
  readonly name: string;
  readonly experiment: Experiment;
  readonly options: Options;
  /** The command that started it. */
  readonly command: readonly string[];
  /** Its folder, where it has one already. */
  readonly folder?: RunFolder;
  /** The identity in its checkpoints; absent for a run of an earlier version. */
  readonly identity?: string | undefined;
  /** The configuration when it was started; absent for a new run, and for one of an earlier version. */
  readonly configuration?: Partial<Configuration> | undefined;
}

/** Options that change how a run is executed and shown, but not its results. */
const CHANGEABLE = [
  "json",
  "quiet",
  "help",
  "version",
  "resume",
  "trust",
  "otherBits",
  "checkpointEvery",
  "keep",
  "onNan",
  "tracker",
  "chunk",
  "dataDir",
  "out",
];

/**
 * Returns the identity of a run, in hexadecimal digits. Runs with the same options and the same input files have the
 * same results, and the same identity.
 */
export function identityOf({ name, options, inputs }: {
  readonly name: string;
  readonly options: Options;
  readonly inputs: InputDigests;
}): string {
  const asked = Object.entries(options).filter(([key]) => !CHANGEABLE.includes(key));
  const read = Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify([name, asked, read])).digest("hex");
}

/**
 * Returns the run that `--resume` names, with the options that it was started with.
 *
 * @throws {UsageError} when there is none, it cannot be read, an option differs from its start, or it names an
 * optimizer file without consent to run it.
 */
export async function interruptedRun(
  args: readonly string[],
  { asked, experiments }: {
    asked: { names: readonly string[]; options: Options };
    experiments: Readonly<Record<string, Command>>;
  },
): Promise<
  Required<Run> & {
    summary: unknown;
    inputs: InputDigests | undefined;
    versions: Record<string, unknown>;
  }
> {
  const { out, resume: path } = asked.options;
  if (out !== undefined) throw new UsageError("--out cannot be given with --resume, which names the folder");
  const folder = await existingRunFolder(path!);
  const { command, inputs, versions, identity, configuration } = await configOf(folder);
  const started = parseOptions(command.slice(1), experiments);
  const name = started.names[0] ?? "";
  const experiment = experimentNamed(started.names, experiments);
  if (!("prepare" in experiment)) {
    throw new UsageError(`--resume ${folder.path}: ${name} does not create runs`);
  }
  if (asked.names.length > 0 && asked.names.join(" ") !== name) {
    throw new UsageError(`${folder.path} holds a run of ${name}, not of ${asked.names.join(" ")}`);
  }
  const own = asked.names.length > 0 ? args.filter((a) => a !== name) : args;
  const { options } = parseOptions([...command.slice(1), ...own], experiments);
  requireUnchanged(started.options, options);
  if (
    identity !== undefined &&
    identity !== identityOf({ name, options: started.options, inputs: inputs ?? {} })
  ) {
    throw new UsageError(
      `${folder.path}/${CONFIG} was changed: its "identity" does not belong to its "command" and "inputs": restore it, or ` +
        `start a new run`,
    );
  }
  const summary = await summaryOf(folder);
  const files = optimizerFiles(options.optimizer ?? []);
  // Only the command line counts as consent: the folder, and any --trust in it, may come from somebody else.
  if (summary === null && files.length > 0 && !asked.options.trust && asked.options.optimizer === undefined) {
    const given = shellLine(["--optimizer", options.optimizer!.join(",")]);
    throw new UsageError(
      `--resume ${folder.path} would run the optimizer file ${
        files.join(", ")
      }: check its code, then add --trust, or ${given}`,
    );
  }
  return { name, experiment, options, command, folder, identity, summary, inputs, versions, configuration };
}

/** Refuses other options than the run was started with. @throws {UsageError} naming one, what it was and what it is. */
function requireUnchanged(started: Options, resumed: Options): void {
  const [before, now] = [started, resumed].map(({ given, ...common }) =>
    new Map(Object.entries({ ...common, ...given }).map(([key, value]) => [key, JSON.stringify(value)]))
  ) as [Map<string, string>, Map<string, string>];
  for (const key of new Set([...now.keys(), ...before.keys()])) {
    if (CHANGEABLE.includes(key) || before.get(key) === now.get(key)) continue;
    const flag = `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
    throw new UsageError(
      `${flag} cannot be changed when a run is resumed: it was ${
        before.get(key) ?? "not given"
      }, now it is ` +
        `${now.get(key)}`,
    );
  }
}

/** Returns the experiment that the first of `names` names. @throws {UsageError} if there is none, or there are more names. */
export function experimentNamed(
  [name = "", ...more]: readonly string[],
  experiments: Readonly<Record<string, Command>>,
): Command {
  const all = Object.keys(experiments);
  if (!all.includes(name)) {
    throw new UsageError(
      `unknown experiment "${name}".${didYouMean(name, all)} deno task experiment help lists them`,
    );
  }
  const experiment = experiments[name]!;
  if (more.length > 0 && experiment.operands === undefined) {
    throw new UsageError(`unexpected argument "${more[0]}" after "${name}". See --help`);
  }
  return experiment;
}

/** Returns the command to resume a run, for the user who started it. */
export function resumeCommand(path: string, { optimizer = [] }: Pick<Options, "optimizer">): string {
  const trust = optimizerFiles(optimizer).length > 0 ? ["--trust"] : [];
  return shellLine(["deno", "task", "experiment", "--resume", path, ...trust]);
}

/** Reads from a run's configuration how to resume it: its command, its input digests if it has any, and its versions. */
async function configOf(
  { path }: RunFolder,
): Promise<{
  command: string[];
  inputs: InputDigests | undefined;
  versions: Record<string, unknown>;
  identity: string | undefined;
  configuration: Partial<Configuration> | undefined;
}> {
  const file = `${path}/${CONFIG}`;
  const config = await readJson(file).catch((error) => {
    throw new UsageError(`${file} cannot be read: ${messageOf(error)}`);
  });
  const { command, inputs, versions, identity, configuration } = (config ?? {}) as Record<string, unknown>;
  if (!isCommand(command)) throw new UsageError(`${file} has no valid "command": it cannot be resumed`);
  if (inputs !== undefined && !(isObject(inputs) && Object.values(inputs as object).every(isObject))) {
    throw new UsageError(`${file} has invalid "inputs", no digests: it cannot be resumed`);
  }
  return {
    command,
    inputs: inputs as InputDigests | undefined,
    configuration: isObject(configuration) ? configuration : undefined,
    identity: typeof identity === "string" ? identity : undefined,
    versions: typeof versions === "object" && versions !== null ? versions as Record<string, unknown> : {},
  };
}

/** Returns the results of a run; `null` if it is not finished. @throws {UsageError} for a damaged file. */
async function summaryOf({ path }: RunFolder): Promise<object | null> {
  const file = `${path}/${SUMMARY}`;
  let why = "it holds no results";
  try {
    const summary = await readJson(file);
    if (isObject(summary)) return summary;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    why = messageOf(error);
  }
  throw new UsageError(`${file} cannot be read: ${why}: remove it to resume the run`);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCommand(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((c) => typeof c === "string") && value[0] === "experiment";
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readTextFile(path));
}
