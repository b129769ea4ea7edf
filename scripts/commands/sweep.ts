/**
 * `sweep`: runs an experiment over a space of options.
 *
 * @module
 */
import {
  choiceOption,
  COMMON_OPTIONS,
  count,
  numberOption,
  optimizerFiles,
  ownOptions,
  parseOptions,
  positive,
  textOption,
} from "../cli/mod.ts";
import { listenForInterrupts, progressBar, reason, silent, tell, UsageError } from "../console/mod.ts";
import { type Command, type Commands, type Experiment, experimentNamed, type Query } from "../run/mod.ts";
import type { ReadSweep, SweepResult } from "../sweep/mod.ts";

const OPTIONS = {
  executor: choiceOption(["local", "slurm"], "processes on this machine (default), or a job array of Slurm"),
  jobs: numberOption("N", {
    text: "trials at a time, at least 1; by default as many as there are processors, here or under Slurm",
    range: count,
  }),
  threads: numberOption("N", {
    text: "threads of each operator in a trial, from 1 to the number of processors; 1 by default",
    range: count,
  }),
  retries: numberOption("N", {
    text: "retries of a crashed trial, at least 0; 2 by default",
    range: { text: "an integer of at least 0", test: (v) => Number.isSafeInteger(v) && v >= 0 },
  }),
  lease: numberOption("X", {
    text: "seconds without a heartbeat after which a trial of another machine is taken over; 60 by default",
    range: positive,
  }),
  "array-max": numberOption("N", {
    text: "largest number of jobs in a Slurm array, at least 1; by default Slurm's limit, up to 1000",
    range: count,
  }),
  sbatch: textOption("OPTIONS", "further options of sbatch: --sbatch '--partition=long --time=60'"),
};

/** Runs an experiment once for each setting and seed of a file. */
export const sweepExperiment: Query = {
  summary: "run an experiment over a space of options: grid, random, TPE, successive halving or Hyperband",
  examples: [["docs/sweeps/benchmark.json --executor slurm", "the benchmark as a job array of Slurm"], [
    "mine/sweep.json --jobs 2",
    "two trials at a time; experiment init mine writes the file",
  ], ["search.ts --out runs/sweep/first", "settings that TypeScript makes, in a folder of that name"]],
  defaults: "FILE is JSON, or TypeScript, which is executed; the same command again resumes it",
  operands: "FILE",
  common: ["out"],
  options: OPTIONS,
  async run(options, { experiments }) {
    const [file, ...more] = options.operands;
    if (file === undefined || more.length > 0) throw new UsageError("sweep needs one file: sweep FILE");
    const own = ownOptions(OPTIONS, options);
    const { threads = 1, retries = 2, lease = 60 } = own;
    for (const name of ["sbatch", "array-max"] as const) {
      if (own[name] !== undefined && own.executor !== "slurm") {
        throw new UsageError(`--${name} is only for --executor slurm`);
      }
    }
    const most = navigator.hardwareConcurrency;
    // A Slurm node may have more processors than this machine, so the trial itself checks there.
    if (own.executor !== "slurm" && threads > most) {
      throw new UsageError(
        `--threads must be at most ${most}, the number of available processors, got ${threads}`,
      );
    }
    const {
      choosesByTest,
      drive,
      localExecutor,
      readSweepFile,
      slurmExecutor,
      sweepDocument,
      sweepTables,
      trialCommand,
      writeSweep,
    } = await importSweep();
    const read = await readSweepFile(file);
    const { sweep } = read;
    await checkTrials(read, experiments);
    if (options.out === undefined && /^\.*$/.test(stem(file))) {
      throw new UsageError(`${file} has no name for the results folder: set one with --out`);
    }
    // Fail before anything is written.
    await trialCommand();
    const folder = (options.out ?? `runs/sweep/${stem(file)}`).replace(/(?<=.)\/+$/, "");
    await makeFolder(folder);
    if (choosesByTest(sweep)) {
      tell(
        `warning: ${file}: metric ${sweep.metric} is of the test set. A setting that it chooses has a test result that is too ` +
          "good: validationLoss or validationAccuracy chooses fairly",
      );
    }
    const progress = options.quiet ? silent : progressBar();
    const started = performance.now();
    const interrupts = listenForInterrupts((why) => {
      progress.stop();
      tell(why.message);
      Deno.exit(why.exitCode);
    });
    try {
      const executor = own.executor === "slurm"
        ? await slurmExecutor({
          folder,
          jobs: own.jobs,
          arrayMax: own["array-max"],
          threads,
          lease,
          sbatch: words(own.sbatch),
        })
        : await localExecutor({ jobs: own.jobs ?? processors(threads), threads, lease });
      const { states } = await interrupts.guard((signal) =>
        drive(sweep, { folder, retries, lease, executor, progress: progress.update, signal })
      );
      const seconds = (performance.now() - started) / 1000;
      const command = ["sweep", file, ...(options.out === undefined ? [] : ["--out", options.out])];
      const result: SweepResult = { sweep, states, folder, command, seconds };
      const troubles = await writeSweep(result);
      const told = { document: sweepDocument(result), tables: sweepTables(result), kept: folder };
      if (troubles.length > 0) {
        const kept = `the trials are kept in ${folder}: run the same command again to write the rest`;
        return { ...told, failed: `${troubles.join("; ")}; ${kept}` };
      }
      if (states.some((s) => s.state === "finished")) return told;
      return { ...told, failed: `none of ${states.length} trials finished: ${states[0]?.error}` };
    } catch (error) {
      throw error instanceof Error && error.message.includes("(os error") ? keptIn(folder, error) : error;
    } finally {
      progress.stop();
    }
  },
};

/** Loads the modules that run a sweep: in a function, so the other commands do not load them. */
function importSweep(): Promise<typeof import("../sweep/mod.ts")> {
  return import("../sweep/mod.ts");
}

/** Returns the error for a write that failed, with the remedy. */
function keptIn(folder: string, cause: Error): Error {
  const why = `cannot write to ${folder}: ${reason(cause).toLowerCase()}`;
  return new Error(`${why}; the work so far is kept: the same command resumes it`, { cause });
}

/** Returns how many trials of `threads` threads each the machine can run at a time. */
function processors(threads: number): number {
  return Math.max(1, Math.floor(navigator.hardwareConcurrency / threads));
}

function words(text = ""): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** Returns the experiment of a sweep. @throws {UsageError} if there is none of that name, or it cannot be swept so. */
function sweptExperiment({ sweep, errorAt }: ReadSweep, experiments: Commands): Experiment {
  const { experiment: name, pruner } = sweep;
  let experiment: Command;
  try {
    experiment = experimentNamed([name], experiments);
  } catch (error) {
    throw error instanceof UsageError ? errorAt(error, "experiment") : error;
  }
  if (!("prepare" in experiment) || experiment.operands !== undefined) {
    const why = `experiment ${name} cannot be swept: it is not an experiment`;
    throw errorAt(new UsageError(why), "experiment");
  }
  if (pruner !== undefined && !(experiment.common ?? COMMON_OPTIONS).includes("tracker")) {
    const why = `pruner needs metrics of each epoch, which experiment ${name} does not write: remove pruner`;
    throw errorAt(new UsageError(why), "pruner");
  }
  return experiment;
}

/** Checks the command lines of all trials before anything runs. @throws {UsageError} */
async function checkTrials(
  { sweep, errorAt }: ReadSweep,
  experiments: Commands,
): Promise<void> {
  const experiment = sweptExperiment({ sweep, errorAt }, experiments);
  const { candidates, fieldOfOption, MOST_TRIALS } = await importSweep();
  const trials = candidates(sweep);
  if (trials.length > MOST_TRIALS) {
    const why = `it has ${trials.length} trials, at most ${MOST_TRIALS} are allowed`;
    throw errorAt(new UsageError(why), "space");
  }
  const { optimizerOf } = await import("../lab/mod.ts");
  const known = new Set<string>();
  for (const { args, setting } of trials) {
    try {
      const { options } = parseOptions(args, experiments);
      ownOptions(experiment.options ?? {}, options);
      for (const text of options.optimizer ?? []) {
        // The files of optimizers are loaded in the trials alone.
        if (!known.has(text) && optimizerFiles([text]).length === 0) optimizerOf(text);
        known.add(text);
      }
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw errorAt(error, fieldOfOption(error.message, { sweep, setting }));
    }
  }
}

/** Returns the name of a file without folder and extension: `b` for `a/b.json`. */
function stem(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1).replace(/\.\w+$/, "");
}

/** Creates the folder of a sweep, or accepts the folder of an unfinished one. @throws {UsageError} if it holds anything else. */
async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(`${path}/trials`, { recursive: true });
  } catch (error) {
    throw new UsageError(`cannot write to ${path}: ${reason(error)}. Name another folder with --out`);
  }
  if (await Deno.stat(`${path}/config.json`).then(() => true, () => false)) {
    throw new UsageError(`--out ${path} holds a run, not a sweep: name another folder`);
  }
}
