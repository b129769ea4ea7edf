/**
 * The table of problems.
 *
 * @module
 */
import { didYouMean, UsageError } from "../console/mod.ts";
import { DEEPOBS } from "./deepobs/mod.ts";
import { EMBEDDED } from "./embedded/problems.ts";
import type { Problem } from "./problem.ts";

/** The problems by name, in the order of reports. */
export const PROBLEMS: Readonly<Record<string, Problem>> = Object.fromEntries(
  [...EMBEDDED, ...DEEPOBS].map((problem) => [problem.name, problem]),
);

/** Returns a problem by name. @throws {UsageError} naming the nearest problem, or all of them. */
export function problemNamed(name: string): Problem {
  if (Object.hasOwn(PROBLEMS, name)) return PROBLEMS[name]!;
  const names = Object.keys(PROBLEMS);
  const near = didYouMean(name, names);
  throw new UsageError(
    `unknown problem '${name}'.${near === "" ? ` The problems are ${names.join(", ")}` : near}`,
  );
}
