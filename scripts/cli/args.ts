/**
 * Parses the command line of experiments.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { type Device, DEVICES, type FaultPolicy, type Precision, PRECISIONS } from "../../mod.ts";
import { didYouMean, UsageError } from "../console/mod.ts";
import { printCall, readCall, readCalls } from "../notation/mod.ts";
import { type TrackerName, TRACKERS } from "../trackers/mod.ts";
import {
  COMMON_OPTIONS,
  type CommonOption,
  FLAGS,
  isFlagOf,
  type Takes,
  VALUE_OPTIONS,
} from "./common_options.ts";
import { count, type OwnOption, positive, type Range, readNumber, seed } from "./own_options.ts";

/** The common options; those that were not given are absent. */
export interface Options {
  /** Optimizers in the notation, each in canonical form: `adam(beta1=0.95)`, `./mine.ts`. */
  readonly optimizer?: readonly string[];
  /** Learning rate for all of them. */
  readonly learningRate?: number;
  /** The schedule of the learning rate, in the notation. */
  readonly schedule?: string;
  /** The clip of the gradient, in the notation. */
  readonly clip?: string;
  readonly epochs?: number;
  readonly batchSize?: number;
  /** Steps in one run of the training program. */
  readonly chunk?: number;
  readonly seed: number;
  readonly device: Device;
  readonly dataDir?: string;
  readonly out?: string;
  /** Steps between checkpoints. */
  readonly checkpointEvery?: number;
  /** Checkpoints to keep for each training. */
  readonly keep?: number;
  /** The element type of matrix products and convolutions in training. */
  readonly precision?: Precision;
  /** Whether CUDA may round the operands of products to TF32; absent unless it may. */
  readonly tf32?: boolean;
  /** The response to a step whose loss, gradient or update is not finite. */
  readonly onNan?: FaultPolicy;
  /** The tools that get the metrics, besides `metrics.csv`. */
  readonly tracker?: readonly TrackerName[];
  /** The folder of the run to resume. */
  readonly resume?: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly help: boolean;
  /** Whether to print the versions, and nothing else. */
  readonly version: boolean;
  /** Whether `--resume` may run the optimizer file (code) that the run's folder names. */
  readonly trust: boolean;
  /** Whether `--resume` may continue on a machine that gives other bits. */
  readonly otherBits: boolean;
  /** With `--seeds auto`, the most seeds it may take; never given by the command line itself. */
  readonly mostSeeds?: number;
  /** The arguments after the experiment's name. */
  readonly operands: readonly string[];
  /** The values of the experiment's own options as text; read them with `ownOptions`. */
  readonly given: Readonly<Record<string, string>>;
}

/**
 * Parses the arguments and checks them against the options of the experiment that they name, or against those of all
 * experiments if they name none.
 *
 * @throws {UsageError} naming the option, what it takes and what was given.
 */
export function parseOptions(
  args: readonly string[],
  experiments: Readonly<Record<string, Takes>>,
): { names: string[]; options: Options } {
  const owns = Object.values(experiments).map((e) => e.options ?? {});
  // The name may follow its options, so parse once with every option known, then with this experiment's only.
  const all = Object.assign({}, ...owns) as Readonly<Record<string, OwnOption<unknown>>>;
  const names = parse(args, { own: all, unknown: (_, key) => key === undefined })._.map(String);
  // The value of a misspelled option may precede the name.
  const name = names.find((n) => Object.hasOwn(experiments, n));
  const experiment: Takes = name === undefined ? { options: all } : experiments[name]!;
  const own = experiment.options ?? {};
  const common = experiment.common ?? COMMON_OPTIONS;
  const takes = [...common, ...Object.keys(own), ...Object.keys(FLAGS).filter((f) => isFlagOf(f, common))];
  const refuse = (key: string) => {
    const list = name === undefined ? "See --help" : `${name} takes ${flags(takes)}`;
    throw new UsageError(
      `unknown option ${key.length === 1 ? "-" : "--"}${key}.${didYouMean(key, takes)} ${list}`,
    );
  };
  const parsed = parse(args, {
    own,
    unknown: (_, key) => key === undefined || refuse(key),
  });
  for (const key of COMMON_OPTIONS) {
    if (parsed[key] !== undefined && !takes.includes(key)) refuse(key);
  }
  if (parsed.tf32 === true && !takes.includes("tf32")) refuse("tf32");
  const text = (key: string): string | undefined => {
    const value = parsed[key] as string | undefined;
    if (value === "") {
      const what = own[key]?.value ?? VALUE_OPTIONS[key as CommonOption][0];
      throw new UsageError(`--${key} needs a value: --${key} ${what}`);
    }
    return value;
  };
  const number = (key: CommonOption, range: Range) => {
    const value = text(key);
    return value === undefined ? undefined : readNumber(key, value, range);
  };
  const precision = oneOf("precision", text("precision"), PRECISIONS);
  const device = oneOf("device", text("device"), DEVICES) ?? "cpu";
  if (precision === "float16" && device === "cpu") {
    throw new UsageError(
      "--precision float16 needs --device webgpu or cuda: on a CPU ONNX Runtime computes in float32",
    );
  }
  const tf32 = parsed.tf32 === true ? true : undefined;
  if (tf32 && device !== "cuda") throw new UsageError(`--tf32 needs --device cuda, got device ${device}`);
  const ownTexts = Object.keys(own).map((key) =>
    [key, own[key]!.value === undefined ? parsed[key] === true ? "true" : undefined : text(key)] as const
  );
  return {
    names,
    options: {
      ...given("optimizer", optimizers(text("optimizer"))),
      ...given("learningRate", number("learning-rate", positive)),
      ...given("schedule", one("schedule", text("schedule"))),
      ...given("clip", one("clip", text("clip"))),
      ...given("epochs", number("epochs", count)),
      ...given("batchSize", number("batch-size", count)),
      ...given("chunk", number("chunk", count)),
      seed: number("seed", seed) ?? 0,
      device,
      ...given("dataDir", text("data-dir")),
      ...given("out", text("out")),
      ...given("checkpointEvery", number("checkpoint-every", count)),
      ...given("keep", number("keep", count)),
      ...given("precision", precision),
      ...given("tf32", tf32),
      ...given("onNan", oneOf("on-nan", text("on-nan"), POLICIES)),
      ...given("tracker", trackers(text("tracker"))),
      ...given("resume", text("resume")),
      json: parsed.json === true,
      quiet: parsed.quiet === true,
      help: parsed.help === true,
      version: parsed.version === true,
      trust: parsed.trust === true,
      otherBits: parsed["other-bits"] === true,
      operands: names.slice(1),
      given: Object.fromEntries(
        ownTexts.filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
    },
  };
}

/** Returns `--a, --b`. */
function flags(names: readonly string[]): string {
  return names.map((n) => `--${n}`).join(", ");
}

function parse(
  args: readonly string[],
  { own, unknown }: {
    own: Readonly<Record<string, OwnOption<unknown>>>;
    unknown: (arg: string, key?: string) => boolean;
  },
) {
  const withValue = Object.keys(own).filter((key) => own[key]!.value !== undefined);
  const names = [...COMMON_OPTIONS, ...withValue];
  const flags = [...Object.keys(FLAGS), ...Object.keys(own).filter((key) => own[key]!.value === undefined)];
  for (const arg of args) {
    const [, key = "", value] = /^--([^=]*)=(.*)$/s.exec(arg) ?? [];
    if (flags.includes(key)) throw new UsageError(`--${key} takes no value, got ${value}`);
  }
  return parseArgs(withNegatives(args, names), {
    string: names,
    boolean: flags,
    alias: { h: "help" },
    unknown,
  });
}

/** Joins `--learning-rate -1` into one argument: a dash before a digit is a sign, not an option. */
function withNegatives(args: readonly string[], names: readonly string[]): string[] {
  const result: string[] = [];
  for (const arg of args) {
    const before = result.at(-1);
    const takes = before?.startsWith("--") && names.includes(before.slice(2));
    if (takes && /^-[\d.]/.test(arg)) result[result.length - 1] = `${before}=${arg}`;
    else result.push(arg);
  }
  return result;
}

function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : { [key]: value } as { [P in K]: V };
}

/** Returns the optimizers of a list, each in canonical form. @throws {NotationError} for a text that is none. */
function optimizers(value: string | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : readCalls(value, "--optimizer").map(printCall);
}

/** Returns a call, or a number alone, in canonical form. @throws {NotationError} for a text that is neither. */
function one(name: string, value: string | undefined): string | undefined {
  if (value === undefined || /^[-+.\d]/.test(value.trim())) return value;
  return printCall(readCall(value, `--${name}`));
}

function trackers(value: string | undefined): TrackerName[] | undefined {
  const names = value?.split(",").map((n) => n.trim()).filter((n) => n !== "");
  for (const name of names ?? []) {
    if ((TRACKERS as readonly string[]).includes(name)) continue;
    throw new UsageError(
      `--tracker takes ${TRACKERS.join(", ")}, got ${name}.${didYouMean(name, TRACKERS)}`,
    );
  }
  return names === undefined ? undefined : [...new Set(names)] as TrackerName[];
}

const POLICIES: readonly FaultPolicy[] = ["stop", "skip", "reduce"];

/** Returns the value of an option that takes one of several names. @throws {UsageError} for any other name. */
function oneOf<T extends string>(
  option: string,
  value: string | undefined,
  all: readonly T[],
): T | undefined {
  const found = all.find((v) => v === value);
  if (value === undefined || found !== undefined) return found;
  throw new UsageError(
    `--${option} must be one of ${all.join(", ")}, got ${value}.${didYouMean(value, all)}`,
  );
}
