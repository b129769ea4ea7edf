/**
 * `optimizers` and `schedules`: list what `--optimizer`, `--schedule` and `--clip` take.
 *
 * @module
 */
import type { Options } from "../cli/mod.ts";
import { didYouMean, UsageError } from "../console/mod.ts";
import {
  type Description,
  optimizerDescription,
  optimizerDescriptions,
  scheduleDescription,
  scheduleDescriptions,
} from "../lab/mod.ts";
import type { ResultTable } from "../report/mod.ts";
import type { Query, QueryResult } from "../run/mod.ts";

/** What is listed. */
interface Listed<D extends Description> {
  readonly what: string;
  readonly all: () => readonly D[];
  readonly one: (name: string) => D | undefined;
  /** Examples of a text. */
  readonly example: readonly string[];
  /** The defaults before those of the options. */
  readonly first: (description: D) => readonly string[];
}

/** Lists optimizers and transforms with their options. */
export const optimizersCommand: Query = {
  summary: "list the optimizers of --optimizer: options, defaults, ranges, search intervals, papers",
  examples: [["", "all optimizers"], ["adamw", "the options of one: defaults, ranges, where to search"], [
    "--json",
    "all of it as JSON",
  ]],
  defaults: "without NAME all of them; prints, writes nothing",
  common: [],
  operands: "[NAME]",
  run: (options) =>
    Promise.resolve(listed(options, {
      what: "optimizer",
      all: optimizerDescriptions,
      one: optimizerDescription,
      example: ["--optimizer 'adamw(beta1=0.95, weightDecay=0.1), lookahead(sgd(momentum=0.9))'"],
      first: ({ learningRate }) => learningRate === undefined ? [] : [`learningRate=${learningRate}`],
    })),
};

/** Lists schedules with their options. */
export const schedulesCommand: Query = {
  summary: "list the schedules of --schedule and of hyper-parameters: options, defaults, papers",
  examples: [["", "all schedules"], ["cosine", "the options of one"]],
  defaults: "without NAME all of them; prints, writes nothing",
  common: [],
  operands: "[NAME]",
  run: (options) =>
    Promise.resolve(listed(options, {
      what: "schedule",
      all: scheduleDescriptions,
      one: scheduleDescription,
      example: [
        "--schedule 'cosine(warmUp=100)'",
        "--optimizer 'sgd(momentum=linear(initial=0.85, final=0.95))'",
      ],
      first: () => [],
    })),
};

/** Returns all, or the one that the options name. @throws {UsageError} for an unknown name, or more than one. */
function listed<D extends Description>({ operands }: Options, of: Listed<D>): QueryResult {
  const [name, second] = operands;
  if (second !== undefined) throw new UsageError(`${of.what}s takes one name, got ${operands.join(" ")}`);
  const all = of.all();
  if (name === undefined) return { document: { [`${of.what}s`]: all }, tables: [overview(all, of)] };
  const found = of.one(name);
  if (found === undefined) {
    const names = all.map((d) => d.name);
    throw new UsageError(
      `unknown ${of.what} "${name}".${didYouMean(name, names)} There are: ${names.join(", ")}`,
    );
  }
  return { document: found, tables: [optionTable(found, of)] };
}

/** Returns the table of all, with their defaults other than 0 and false, and what must be given; papers would not fit. */
function overview<D extends Description>(
  all: readonly D[],
  { what, example, first }: Listed<D>,
): ResultTable {
  const rows = all.map((d) => [d.usage, defaultsOf(d, first(d))]);
  const needed = rows.some(([, shown = ""]) => shown.includes("=…"))
    ? "An option with … must be given. "
    : "";
  const note =
    `\n${needed}Defaults of 0 and false are left out: experiment ${what}s NAME shows all options and the paper.\n` +
    `As text:\n${example.map((line) => `  ${line}`).join("\n")}`;
  return { header: [what, "options"], rows, note };
}

function defaultsOf({ options }: Description, first: readonly string[]): string {
  const own = options.filter((o) => o.name !== "learningRate").flatMap(
    ({ name, required, default: value }) => {
      if (required) return [`${name}=…`];
      return value === undefined || value === 0 || value === false ? [] : [`${name}=${value}`];
    },
  );
  return [...first, ...own].join(", ");
}

/** Returns the table of the options of one. */
function optionTable<D extends Description>(description: D, { what }: Listed<D>): ResultTable {
  const { about, paper, usage, options } = description;
  const known = { optimizer: options.some((o) => o.schedule), schedule: false }[what] ?? false;
  const searched = options.some((o) => o.search !== undefined);
  return {
    title: [usage, about, paper].filter((line) => line !== "").join("\n"),
    header: ["option", "default", "values", ...(known ? ["schedule"] : []), ...(searched ? ["search"] : [])],
    rows: options.map((o) => [
      o.name,
      o.required ? "needed" : String(o.default ?? ""),
      o.values,
      ...(known ? [o.schedule ? "yes" : ""] : []),
      ...(searched
        ? [o.search === undefined ? "" : `${o.search.low} to ${o.search.high}, ${o.search.scale}`]
        : []),
    ]),
  };
}
