/**
 * The command line of experiments.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { type Device, DEVICES } from "../mod.ts";
import { UsageError } from "./errors.ts";
import { didYouMean } from "./nearest.ts";

/** Options of all experiments; those that were not given are absent. */
export interface Options {
  /** Names of optimisers. */
  readonly optimizer?: readonly string[];
  /** Learning rate for all of them. */
  readonly learningRate?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  /** Steps a run of the training program. */
  readonly chunk?: number;
  readonly seed: number;
  readonly device: Device;
  readonly dataDir?: string;
  readonly dataFile?: string;
  readonly out?: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly help: boolean;
}

/** Options with a value: what the value is, and what the option does. */
export const VALUE_OPTIONS: Readonly<Record<string, readonly [value: string, text: string]>> = {
  optimizer: ["A,B", "optimisers to train with; the experiment's own list by default"],
  "learning-rate": ["X", "learning rate for all of them, above 0; one for each optimiser by default"],
  epochs: ["N", "how often to go through the training data, at least 1"],
  "batch-size": ["N", "examples a step, at least 1"],
  chunk: ["N", "steps in one run of ONNX Runtime, at least 1; changes speed, not results"],
  seed: ["N", "seed of weights, split and order, 0 to 4294967295; 0 by default"],
  device: ["D", "cpu, webgpu or cuda; cpu by default, never another than asked for"],
  "data-dir": ["DIR", "folder with data sets"],
  "data-file": ["FILE", "table of the experiment csv"],
  out: ["DIR", "folder to write to, absent or empty; runs/<experiment>/<time> by default"],
};

/** Options without a value. */
export const FLAGS: Readonly<Record<string, string>> = {
  json: "print one JSON document on standard output, and nothing else there",
  quiet: "no progress",
  help: "this text",
};

/** The arguments, checked. @throws {UsageError} naming the option, what it takes and what was given. */
export function parseOptions(args: readonly string[]): { names: string[]; options: Options } {
  const unknown = (arg: string, key?: string) => {
    if (key === undefined) return true;
    const all = [...Object.keys(VALUE_OPTIONS), ...Object.keys(FLAGS)];
    throw new UsageError(`unknown option ${arg}.${didYouMean(key, all)} See --help`);
  };
  const parsed = parseArgs(withNegatives(args), {
    string: Object.keys(VALUE_OPTIONS),
    boolean: Object.keys(FLAGS),
    alias: { h: "help" },
    unknown,
  });
  const text = (name: string): string | undefined => {
    const value = parsed[name] as string | undefined;
    if (value === "") throw new UsageError(`--${name} needs a value: --${name} ${VALUE_OPTIONS[name]![0]}`);
    return value;
  };
  return {
    names: parsed._.map(String),
    options: {
      ...given("optimizer", text("optimizer")?.split(",").map((n) => n.trim()).filter((n) => n !== "")),
      ...given("learningRate", number("learning-rate", text("learning-rate"), positive)),
      ...given("epochs", number("epochs", text("epochs"), count)),
      ...given("batchSize", number("batch-size", text("batch-size"), count)),
      ...given("chunk", number("chunk", text("chunk"), count)),
      seed: number("seed", text("seed"), seed) ?? 0,
      device: device(text("device") ?? "cpu"),
      ...given("dataDir", text("data-dir")),
      ...given("dataFile", text("data-file")),
      ...given("out", text("out")),
      json: parsed.json === true,
      quiet: parsed.quiet === true,
      help: parsed.help === true,
    },
  };
}

/** `--learning-rate -1` as one argument: a dash before a digit is a sign, not an option. */
function withNegatives(args: readonly string[]): string[] {
  const result: string[] = [];
  for (const arg of args) {
    const before = result.at(-1);
    const takes = before?.startsWith("--") && !before.includes("=") && before.slice(2) in VALUE_OPTIONS;
    if (takes && /^-[\d.]/.test(arg)) result[result.length - 1] = `${before}=${arg}`;
    else result.push(arg);
  }
  return result;
}

function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : { [key]: value } as { [P in K]: V };
}

interface Range {
  readonly text: string;
  readonly test: (v: number) => boolean;
}

const positive: Range = { text: "a number above 0", test: (v) => Number.isFinite(v) && v > 0 };
const count: Range = { text: "a whole number of at least 1", test: (v) => Number.isSafeInteger(v) && v >= 1 };
const seed: Range = {
  text: "a whole number from 0 to 4294967295",
  test: (v) => Number.isInteger(v) && v >= 0 && v < 2 ** 32,
};

function number(name: string, value: string | undefined, range: Range): number | undefined {
  if (value === undefined) return undefined;
  const v = value.trim() === "" ? NaN : Number(value);
  if (!range.test(v)) throw new UsageError(`--${name} must be ${range.text}, got ${value}`);
  return v;
}

function device(value: string): Device {
  if ((DEVICES as readonly string[]).includes(value)) return value as Device;
  throw new UsageError(
    `--device must be one of ${DEVICES.join(", ")}, got ${value}.${didYouMean(value, DEVICES)}`,
  );
}
