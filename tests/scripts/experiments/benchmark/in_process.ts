/**
 * Runs the benchmark in this process, for tests.
 *
 * @module
 */
import { parseExactJson } from "../../../../runtime/checkpoint/mod.ts";
import { parseOptions } from "../../../../scripts/cli/mod.ts";
import type { BenchmarkData } from "../../../../scripts/experiments/benchmark/data.ts";
import { benchmarkExperiment } from "../../../../scripts/experiments/benchmark/mod.ts";
import type { Outcome } from "../../../../scripts/report/mod.ts";
import { type Experiment, Lab, newRunFolder } from "../../../../scripts/run/mod.ts";
import { inFolder } from "../../process.ts";

/** The experiment as the command line knows it. */
const EXPERIMENTS: Readonly<Record<string, Experiment>> = { benchmark: benchmarkExperiment };

/** Prepares a run by its command line. */
export function prepared(...args: readonly string[]): ReturnType<Experiment["prepare"]> {
  const { options } = parseOptions(["benchmark", ...args], EXPERIMENTS);
  return benchmarkExperiment.prepare(options);
}

/** Returns the outcome of a run. */
export async function outcomeOf(...args: readonly string[]): Promise<Outcome> {
  const { options } = parseOptions(["benchmark", ...args], EXPERIMENTS);
  const ready = await benchmarkExperiment.prepare(options);
  let outcome: Outcome | undefined;
  await inFolder(async (path) => {
    outcome = await ready({
      options,
      lab: new Lab(),
      folder: await newRunFolder("benchmark", `${path}/run`),
      identity: undefined,
      interrupts: { guard: (work) => work(new AbortController().signal) },
      progress() {},
      say() {},
    });
  });
  return outcome!;
}

/** Returns a file of a run. */
export function fileOf({ files }: Outcome, name: string): string {
  return String(files.find((f) => f.name === name)?.content);
}

/** Returns the data that a run stores. */
export async function dataOf(...args: readonly string[]): Promise<BenchmarkData> {
  return parseExactJson(fileOf(await outcomeOf(...args), "benchmark.json")) as BenchmarkData;
}

/** Returns a value without what a clock measured, and without what tells of interruptions. */
export function timeless<T>(value: T): unknown {
  if (Array.isArray(value)) return value.map(timeless);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => key !== "seconds" && key !== "resumed")
      .map(([key, v]) => [key, timeless(v)]),
  );
}
