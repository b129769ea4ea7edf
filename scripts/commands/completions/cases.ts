/**
 * The tables of a completion script: command and option to what may follow.
 *
 * @module
 */
import type { CommandWords, Values } from "./values.ts";

/** A line of a table: patterns of `COMMAND --OPTION`, and the words for them. */
export interface Case {
  readonly patterns: readonly string[];
  readonly words: string;
}

/** Returns what a value may be as words: `@list`, `@file` or `@folder`, then names; `@any` if there is nothing to complete. */
export function textOf({ words, list, path }: Values): string {
  const all = [...(list ? ["@list"] : []), ...(path === undefined ? [] : [`@${path}`]), ...words];
  return all.join(" ") || "@any";
}

/** Returns the values of options. What most commands have for an option stands last, with `*` for the command. */
export function valueCases(commands: readonly CommandWords[]): Case[] {
  const patterns = new Map<string, string[]>();
  const add = (words: string, pattern: string) =>
    patterns.set(words, [...(patterns.get(words) ?? []), pattern]);
  const common = new Map<string, string>();
  for (const option of new Set(commands.flatMap((c) => Object.keys(c.options)))) {
    const texts = commands.flatMap((
      { options },
    ) => (options[option] === undefined ? [] : [textOf(options[option])]));
    if (texts.length > 0) common.set(option, mostFrequent(texts));
  }
  for (const { name, options } of commands) {
    for (const [option, values] of Object.entries(options)) {
      if (values !== undefined && textOf(values) !== common.get(option)) {
        add(textOf(values), `${name} --${option}`);
      }
    }
  }
  const own = [...patterns].map(([words, of]) => ({ patterns: of, words }));
  patterns.clear();
  for (const [option, words] of common) add(words, `* --${option}`);
  return [...own, ...[...patterns].map(([words, of]) => ({ patterns: of, words }))];
}

/** Returns the options before a command's name, and those of commands; commands with the same ones share a line. */
export function optionCases(commands: readonly CommandWords[]): Case[] {
  const byOptions = Map.groupBy(commands, (c) => Object.keys(c.options).map((o) => `--${o}`).join(" "));
  const before = ["help", "version", "resume", "json", "quiet"].map((o) => `--${o}`).join(" ");
  return [
    { patterns: [""], words: before },
    ...[...byOptions].map(([words, of]) => ({ patterns: of.map((c) => c.name), words })),
  ];
}

/** Returns what stands after the names of commands. */
export function operandCases(commands: readonly CommandWords[]): Case[] {
  return commands.filter((c) => textOf(c.operands) !== "@any")
    .map((c) => ({ patterns: [c.name], words: textOf(c.operands) }));
}

function mostFrequent(texts: readonly string[]): string {
  const counts = Map.groupBy(texts, (text) => text);
  return [...counts].reduce((best, now) => (now[1].length > best[1].length ? now : best))[0];
}
