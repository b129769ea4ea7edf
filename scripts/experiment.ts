/**
 * `deno task experiment`: runs an experiment by name.
 *
 * @module
 */
import { ONNX_RUNTIME_VERSION, requireDevice } from "../mod.ts";
import denoJson from "../deno.json" with { type: "json" };
import { COMMON_OPTIONS, FLAGS, type Options, parseOptions, type Takes, VALUE_OPTIONS } from "./args.ts";
import { errorText, exitCode, UsageError } from "./errors.ts";
import type { Experiment } from "./experiment_types.ts";
import { EXPERIMENTS } from "./experiments.ts";
import { didYouMean } from "./nearest.ts";
import { outcomeText } from "./outcome_text.ts";
import { progressBar, silent } from "./progress.ts";
import { reportFiles } from "./report/page.ts";
import { openRunFolder } from "./run_folder.ts";
import { shellLine } from "./shell.ts";

/** The usage text, with the list of experiments. */
export function usage(experiments: Readonly<Record<string, Experiment>>): string {
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
export function usageOf(name: string, experiment: Experiment): string {
  return [
    `Usage: deno task experiment ${name} [OPTIONS]`,
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

/** Versions of everything that a result may depend on. */
function versions() {
  return {
    descent: denoJson.version,
    onnxruntime: ONNX_RUNTIME_VERSION,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    typescript: Deno.version.typescript,
    os: `${Deno.build.os}-${Deno.build.arch}`,
  };
}

/** Runs the command line. @throws {UsageError} for a wrong call, and whatever the experiment throws. */
export async function main(args: readonly string[], experiments = EXPERIMENTS): Promise<void> {
  const { names, options } = parseOptions(args, experiments);
  const [name, ...more] = names;
  if (name === undefined) return console.log(usage(experiments));
  const experiment = Object.hasOwn(experiments, name) ? experiments[name]! : undefined;
  if (experiment === undefined) {
    const all = Object.keys(experiments);
    throw new UsageError(
      `unknown experiment "${name}".${didYouMean(name, all)} There are: ${all.join(", ")}`,
    );
  }
  if (options.help) return console.log(usageOf(name, experiment));
  if (more.length > 0) throw new UsageError(`unexpected argument "${more[0]}" after "${name}". See --help`);
  await runExperiment(name, { experiment, options, args });
}

async function runExperiment(
  name: string,
  { experiment, options, args }: { experiment: Experiment; options: Options; args: readonly string[] },
): Promise<void> {
  const ready = await experiment.prepare(options);
  await requireDevice(options.device);
  const folder = await openRunFolder(name, options.out);
  const progress = options.quiet ? silent : progressBar();
  try {
    const started = performance.now();
    const outcome = await ready({ options, progress: progress.update });
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
    const { help: _, json: __, quiet: ___, ...asked } = options;
    const config = {
      experiment: name,
      command: ["experiment", ...args],
      options: asked,
      ...outcome.config,
      versions: versions(),
    };
    for (const file of outcome.files) await folder.write(file.name, file.content);
    const seconds = (performance.now() - started) / 1000;
    await folder.write("config.json", json(config));
    await folder.write("summary.json", json({ ...summary, seconds }));
    const report = await reportFiles({
      title: name,
      summary: experiment.summary,
      claims: outcome.claims ?? [],
      tables: outcome.tables,
      plots: outcome.plots ?? [],
      command: shellLine(["deno", "task", "experiment", ...args]),
      made: {
        ...versions(),
        device: options.device,
        seed: String(options.seed),
        seconds: seconds.toFixed(1),
      },
    });
    for (const file of report) await folder.write(file.name, file.content);
    await folder.commit();
    console.log(
      options.json ? JSON.stringify(summary) : `${outcomeText(outcome)}\n\nWritten to ${folder.path}`,
    );
  } catch (error) {
    progress.stop();
    await folder.discard();
    throw error;
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    console.error(errorText(error, Deno.env.has("DESCENT_DEBUG")));
    Deno.exit(exitCode(error));
  }
}
