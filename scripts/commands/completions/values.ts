/**
 * The words that a shell can complete: commands, options, and the values of options.
 *
 * @module
 */
import { COMMON_OPTIONS, type CommonOption, shownFlags, type Takes, VALUE_OPTIONS } from "../../cli/mod.ts";

/** The values that complete an option. */
export interface Values {
  /** Names; none for a number. */
  readonly words: readonly string[];
  /** Whether it holds several names with commas between them. */
  readonly list: boolean;
  /** The kind of path that it may be. */
  readonly path?: "file" | "folder";
}

/** A command as a shell completes it. */
export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly operands: Values;
  /** The values of each option; absent for an option without a value. */
  readonly options: Readonly<Record<string, Values | undefined>>;
}

/** The values of options and commands whose declarations do not list them. */
export interface Known {
  readonly options: Readonly<Partial<Record<CommonOption, Partial<Values>>>>;
  readonly operands: Readonly<Record<string, Partial<Values>>>;
}

/** Returns a command as a shell completes it. */
export function commandWords(
  name: string,
  { command, known }: { command: Takes & { readonly summary: string }; known: Known },
): CommandWords {
  const { options = {}, common = COMMON_OPTIONS, operands = "" } = command;
  const own = Object.entries(options).map(([option, { value, words }]) =>
    [option, value === undefined ? undefined : valuesOf(value, words && { words })] as const
  );
  const shared = common.map((option) =>
    [option, valuesOf(VALUE_OPTIONS[option][0], known.options[option])] as const
  );
  const flags = shownFlags(common).map((flag) => [flag, undefined] as const);
  return {
    name,
    summary: command.summary,
    operands: valuesOf(operands, known.operands[name]),
    options: Object.fromEntries([...shared, ...own, ...flags]),
  };
}

/** Returns what a value may be by its placeholder, such as `default|paper`, `FILE` or `A,B`. */
function valuesOf(placeholder: string, known: Partial<Values> = {}): Values {
  const words = placeholder.split("|").filter((part) => /^[a-z][a-z0-9-]*$/.test(part));
  const path = placeholder.includes("DIR")
    ? "folder" as const
    : /FILE|TABLE/.test(placeholder)
    ? "file" as const
    : undefined;
  return { words, list: placeholder.includes(","), ...(path === undefined ? {} : { path }), ...known };
}
