/**
 * Runs experiments with the labels of the test set shuffled, and compares the outcomes: everything but test figures must
 * stay the same.
 *
 * @module
 */
import { parse } from "@std/csv";
import { createHash } from "node:crypto";
import { type Data, type FitOptions, permutation } from "../../../mod.ts";
import { parseOptions } from "../../../scripts/cli/mod.ts";
import { OPTIMIZERS } from "../../../scripts/lab/mod.ts";
import type { Outcome } from "../../../scripts/report/mod.ts";
import {
  type Experiment,
  Lab,
  type LabTrainer,
  type LabTrainerOptions,
  newRunFolder,
} from "../../../scripts/run/mod.ts";
import { filesIn, inFolder } from "../process.ts";

/** The most examples of a set, so that a run is short. */
const MOST = 160;

/** Returns the first examples. @throws {Error} if they are not in memory. */
function few(data: Data): Data {
  return Object.fromEntries(
    Object.entries(data).map(([name, column]) => {
      if (!("data" in column)) throw new Error(`${name} is not in memory`);
      const [count = 0, ...rest] = column.shape;
      const n = Math.min(MOST, count);
      const size = rest.reduce((a, b) => a * b, 1);
      return [name, { ...column, shape: [n, ...rest], data: column.data.slice(0, n * size) }];
    }),
  ) as Data;
}

/** A lab that trains on few examples, and evaluates on a test set with other labels. */
class BlindLab extends Lab {
  /** The number of trainers and trainings with a test set. */
  tested = 0;
  readonly #shuffled: boolean;

  constructor(shuffled: boolean) {
    super();
    this.#shuffled = shuffled;
  }

  override open(options: LabTrainerOptions): LabTrainer {
    return super.open(this.#blind(options));
  }

  override fit(options: FitOptions) {
    return super.fit(this.#blind(options));
  }

  #blind<O extends { readonly train: Data; readonly evaluate?: Readonly<Record<string, Data>> }>(
    options: O,
  ): O {
    const evaluate = Object.fromEntries(
      Object.entries(options.evaluate ?? {}).map(([set, data]) => [set, few(data)] as const),
    );
    if (evaluate.test !== undefined) {
      this.tested++;
      if (this.#shuffled) evaluate.test = withShuffledLabels(evaluate.test);
    }
    return { ...options, train: few(options.train), evaluate };
  }
}

/** Returns data whose labels are in another order. @throws {Error} if they are not in memory. */
function withShuffledLabels(data: Data): Data {
  const { target, ...inputs } = data;
  if (target === undefined || !("data" in target)) throw new Error("the labels are not in memory");
  const labels = target.data;
  const order = permutation({ seed: 1, stream: "labels" }, labels.length);
  const shuffled = labels.slice();
  order.forEach((from, to) => shuffled[to] = labels[from]!);
  return { ...inputs, target: { ...target, data: shuffled } } as Data;
}

/** What a run leaves: its outcome, and its files by name. */
interface Left {
  readonly outcome: Outcome;
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly tested: number;
}

async function outcomeOf(
  [name, ...args]: readonly string[],
  { experiments, shuffled }: { experiments: Readonly<Record<string, object>>; shuffled: boolean },
): Promise<Left> {
  const known = experiments as Readonly<Record<string, Experiment>>;
  const experiment = known[name!]!;
  const { options } = parseOptions([name!, ...args, "--quiet"], known);
  const ready = await experiment.prepare(options);
  const lab = new BlindLab(shuffled);
  let left: Left | undefined;
  await inFolder(async (path) => {
    const outcome = await ready({
      options,
      lab,
      folder: await newRunFolder(name!, `${path}/run`),
      identity: undefined,
      interrupts: { guard: (work) => work(new AbortController().signal) },
      progress() {},
      say() {},
    });
    const encoder = new TextEncoder();
    const own = outcome.files.map(({ name, content }) =>
      [name, typeof content === "string" ? encoder.encode(content) : content] as const
    );
    const written = Object.entries(filesIn(`${path}/run`)).filter(([file]) => file === "metrics.csv");
    left = { outcome, files: Object.fromEntries([...own, ...written]), tested: lab.tested };
  });
  return left!;
}

/** Names that stand for test figures, in documents and in columns of `metrics.csv`. */
const TEST_FIGURE = /^(test|score$)/;

/** Fields that follow from test figures or from a clock. */
const OTHER_FIGURE = /^(seconds|verdict)$/;

/** The words of claims that stand for a choice. */
const CHOICES = [...Object.keys(OPTIMIZERS), "heavy ball", "swats"];

/** Returns the places where two values differ, apart from numbers within texts. */
function differences(a: unknown, b: unknown, place: string): string[] {
  if (typeof a === "string" && typeof b === "string") return numberless(a) === numberless(b) ? [] : [place];
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    return Object.is(a, b) ? [] : [place];
  }
  const [left, right] = [a, b] as Record<string, unknown>[];
  return [...new Set([...Object.keys(left!), ...Object.keys(right!)])]
    .flatMap((key) => differences(left![key], right![key], `${place}/${key}`));
}

const numberless = (text: string) =>
  text.replace(/-?\d[\d.,]*(e[+-]?\d+)?|\b(NaN|Infinity|diverged)\b/g, "#").replace(/\s+/g, " ");

/** Returns the part of an outcome in which choices show. */
function choicesOf({ outcome: { runs, results, config, claims, tables }, files }: Left) {
  return {
    runs,
    results,
    config,
    claims: (claims ?? []).map(({ claim, evidence }) => ({
      claim,
      // The words around the figures may follow the verdict; the optimizers that are named are those chosen.
      named: CHOICES.filter((name) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`, "i").test(evidence)),
    })),
    tables: tables.map(({ title, header, rows }) => ({ title, header, rows })),
    metrics: rowsOf(files["metrics.csv"]),
    models: Object.fromEntries(
      Object.entries(files).filter(([name]) => name.endsWith(".onnx")).map(([name, bytes]) =>
        [name, digestOf(bytes)] as const
      ),
    ),
  };
}

/** Returns a digest in letters, as digits are not compared within texts. */
function digestOf(bytes: Uint8Array): string {
  const hex = createHash("sha256").update(bytes).digest("hex");
  return hex.replace(/\d/g, (digit) => String.fromCharCode(0x67 + Number(digit)));
}

function rowsOf(file: Uint8Array | undefined) {
  return file === undefined ? [] : parse(new TextDecoder().decode(file), { skipFirstRow: true })
    .map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, asNumber(v)])));
}

/** Returns a field as a number, so that it is compared as one. */
function asNumber(field: string | undefined): number | string {
  return field === undefined || field === "" || Number.isNaN(Number(field)) ? `${field}` : Number(field);
}

/** The differences between a run with the true test labels and one with shuffled ones. */
export interface BlindRun {
  /** Test figures that differ. */
  readonly figures: readonly string[];
  /** Other differences: choices that read the test set. */
  readonly choices: readonly string[];
  /** The number of trainers and trainings that evaluate on a test set. */
  readonly tested: number;
}

/** Runs an experiment twice, with the true test labels and with shuffled ones. */
export async function blindRun(
  args: readonly string[],
  { experiments, figures: more = [] }: {
    experiments: Readonly<Record<string, object>>;
    /** Places of further figures of the test set. */
    figures?: readonly RegExp[];
  },
): Promise<BlindRun> {
  const seen = await outcomeOf(args, { experiments, shuffled: false });
  const blind = await outcomeOf(args, { experiments, shuffled: true });
  const all = differences(choicesOf(seen), choicesOf(blind), "");
  const isFigure = (place: string) => {
    const name = place.slice(place.lastIndexOf("/") + 1);
    return TEST_FIGURE.test(name) || more.some((m) => m.test(place));
  };
  const isOther = (place: string) => OTHER_FIGURE.test(place.slice(place.lastIndexOf("/") + 1));
  return {
    figures: all.filter(isFigure),
    choices: all.filter((place) => !isFigure(place) && !isOther(place)),
    tested: blind.tested,
  };
}
