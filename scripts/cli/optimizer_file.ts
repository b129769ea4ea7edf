/**
 * Tells optimizer files from optimizer names.
 *
 * @module
 */
import { type Call, isCall, readCalls, type Value } from "../notation/mod.ts";

/** Returns whether the name of an optimizer is that of a file, by its extension. */
export function isOptimizerFile(name: string): boolean {
  return /\.[mc]?[jt]s$/.test(name);
}

/** Returns the files that texts of optimizers name, each once: those inside others, too. */
export function optimizerFiles(texts: readonly string[]): readonly string[] {
  const within = (value: Value): string[] =>
    typeof value !== "object" ? [] : isCall(value) ? ofCall(value) : value.flatMap(within);
  const ofCall = ({ name, args }: Call): string[] => [
    ...(isOptimizerFile(name) ? [name] : []),
    ...args.flatMap((a) => within(a.value)),
  ];
  return [...new Set(texts.flatMap((text) => readCalls(text, "--optimizer").flatMap(ofCall)))];
}
