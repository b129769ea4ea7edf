/**
 * The part of `@std/cli` that the project uses, over `node:util`.
 *
 * @module
 */
import { parseArgs as nodeParseArgs } from "node:util";

/** Options of {@linkcode parseArgs}, of the names and meanings of the real package. */
export interface ParseOptions {
  /** Names of options without a value. */
  boolean?: readonly string[];
  /** Names of options whose value stays a string. */
  string?: readonly string[];
  /** Other names of options. */
  alias?: Readonly<Record<string, string>>;
  /** Called for each argument that is not declared; `false` drops it. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** The given options by name, and the other arguments under `_`. */
export interface Args {
  /** Arguments that are no options. */
  _: (string | number)[];
  // deno-lint-ignore no-explicit-any -- the signature of the real package
  [name: string]: any;
}

/** Parses command-line arguments. */
export function parseArgs(args: string[], options: ParseOptions = {}): Args {
  const { boolean = [], string = [], alias = {}, unknown } = options;
  const declared = {
    ...Object.fromEntries(boolean.map((name) => [name, { type: "boolean" as const }])),
    ...Object.fromEntries(string.map((name) => [name, { type: "string" as const }])),
  };
  const { tokens } = nodeParseArgs({
    args,
    options: declared,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const result: Args = { _: [] };
  for (const name of boolean) result[name] = false;
  for (const token of tokens) {
    if (token.kind === "positional") {
      if (unknown?.(token.value) !== false) result._.push(token.value);
    } else if (token.kind === "option") {
      const name = Object.hasOwn(alias, token.name) ? alias[token.name]! : token.name;
      if (Object.hasOwn(declared, name)) result[name] = boolean.includes(name) ? true : token.value ?? "";
      else if (unknown?.(token.rawName, token.name, token.value) !== false) {
        result[name] = token.value ?? true;
      }
    }
  }
  return result;
}
