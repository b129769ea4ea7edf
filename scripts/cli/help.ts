/**
 * The help of the command line: the list of commands, and the options of one. No line is longer than 80 characters.
 *
 * @module
 */
import { WIDTH, wrap } from "../console/mod.ts";
import {
  COMMON_OPTIONS,
  type Described,
  FLAGS,
  shownFlags,
  type Takes,
  VALUE_OPTIONS,
} from "./common_options.ts";
import { inOrder, type Topic, topicOf, TOPICS } from "./topics.ts";

/** The command line before the arguments. */
const COMMAND = "deno task -q experiment";

/** The most characters of an option and the placeholder of its value that stand on one line with their text. */
const FLAG_WIDTH = 24;

/** Commands for one purpose. */
export interface HelpGroup {
  readonly title: string;
  readonly commands: Readonly<Record<string, Pick<Described, "summary">>>;
}

/** Returns the list of all commands by purpose. */
export function listText(groups: readonly HelpGroup[]): string {
  const names = groups.flatMap((g) => Object.keys(g.commands));
  const width = Math.max(...names.map((n) => n.length));
  return [
    `Usage: ${COMMAND} NAME [OPTIONS]`,
    ...groups.flatMap(({ title, commands }) => [
      "",
      `${title}:`,
      ...Object.entries(commands).flatMap(([name, { summary }]) => besides(name, { text: summary, width })),
    ]),
    "",
    "More:",
    ...besides("help NAME", { text: "the options of one command, with examples", width }),
    ...besides("--version", { text: FLAGS.version!, width }),
  ].join("\n");
}

/**
 * Returns the help of one command: what it does, examples, and its options by topic.
 *
 * @param options.trains whether it has defaults of trainings; else what it calls so is a remark
 */
export function helpText(name: string, command: Described, { trains }: { trains: boolean }): string {
  const call = [COMMAND, name, ...(command.operands ? [command.operands] : [])].join(" ");
  const { examples = [] } = command;
  return [
    `Usage: ${call} [OPTIONS]`,
    "",
    ...wrap(sentence(command.summary), WIDTH),
    ...wrap(trains ? `By default: ${command.defaults}.` : sentence(command.defaults), WIDTH),
    ...(examples.length === 0 ? [] : ["", "Examples:"]),
    ...examples.flatMap(([args, does]) => [
      ...wrap(does, WIDTH - "  # ".length).map((line) => `  # ${line}`),
      ...commandLines([COMMAND, name, args].join(" ").trim()),
    ]),
    ...topicsText(command),
  ].join("\n");
}

/** Returns a command as lines of the shell, which a backslash continues. */
function commandLines(command: string): string[] {
  const lines = [" "];
  for (const word of command.match(/(?:'[^']*'|[^\s'])+/g) ?? []) {
    const line = lines.at(-1)!;
    if (`${line} ${word} \\`.length <= WIDTH) lines[lines.length - 1] = `${line} ${word}`;
    else {
      lines[lines.length - 1] = `${line} \\`;
      lines.push(`      ${word}`);
    }
  }
  return lines;
}

/** An option as the help shows it. */
interface Shown {
  readonly name: string;
  readonly topic: Topic;
  /** The option with the placeholder of its value. */
  readonly flag: string;
  readonly text: string;
}

/** Returns the lines of all options by topic. */
function topicsText(command: Takes): string[] {
  const shown = inOrder(optionsOf(command));
  return TOPICS.flatMap((topic) => {
    const options = shown.filter((o) => o.topic === topic);
    if (options.length === 0) return [];
    return ["", `${topic}:`, ...options.flatMap((o) => besides(o.flag, { text: o.text, width: FLAG_WIDTH }))];
  });
}

/** Returns all options of a command. */
function optionsOf({ options = {}, common = COMMON_OPTIONS }: Takes): Shown[] {
  return [
    ...Object.entries(options).map(([name, option]) => ({
      name,
      topic: topicOf(name, option),
      flag: option.value === undefined ? `--${name}` : `--${name} ${option.value}`,
      text: option.text,
    })),
    ...common.map((name) => ({
      name,
      topic: topicOf(name),
      flag: `--${name} ${VALUE_OPTIONS[name][0]}`,
      text: VALUE_OPTIONS[name][1],
    })),
    ...shownFlags(common).map((name) => ({
      name,
      topic: topicOf(name),
      flag: `--${name}`,
      text: FLAGS[name]!,
    })),
  ];
}

/** Returns a name and a text beside it, or below it if the name is longer than `width`. */
function besides(name: string, { text, width }: { text: string; width: number }): string[] {
  const lines = wrap(text, WIDTH - width - 4);
  const indented = lines.map((line) => `${" ".repeat(width + 4)}${line}`);
  if (name.length > width) return [`  ${name}`, ...indented];
  return [`  ${name.padEnd(width)}  ${lines[0]}`, ...indented.slice(1)];
}

/** Returns a text as a sentence: with a capital letter, and a full stop if it ends with a word. */
function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? "" : "."}`;
}
