/**
 * The tables of a completion script as functions that bash and zsh both read.
 *
 * @module
 */
import { type Case, operandCases, optionCases, valueCases } from "./cases.ts";
import type { CommandWords } from "./values.ts";

/** Returns the functions: what follows an option, what follows a command, and which options a command has. */
export function posixTables(commands: readonly CommandWords[]): string {
  return [
    "# The names of the commands.",
    `_descent_commands="${commands.map((c) => c.name).join(" ")} help"`,
    "",
    "# The options of a command.",
    caseFunction("_descent_options", optionCases(commands)),
    "",
    "# What stands after a command's name: names, and @list, @file or @folder.",
    caseFunction("_descent_operands", operandCases(commands)),
    "",
    "# What follows an option of a command, in the same words; @any for a number or the like.",
    caseFunction("_descent_values", valueCases(commands)),
  ].join("\n");
}

function caseFunction(name: string, cases: readonly Case[]): string {
  const lines = cases.map(({ patterns, words }) =>
    `    ${patterns.map(quoted).join(" | ")}) printf '%s\\n' '${words}' ;;`
  );
  return [`${name}() {`, '  case "$1" in', ...lines, "  esac", "}"].join("\n");
}

/** Returns a pattern with all but a leading `*` in quotes. */
function quoted(pattern: string): string {
  return pattern.startsWith("*") ? `*'${pattern.slice(1)}'` : `'${pattern}'`;
}
