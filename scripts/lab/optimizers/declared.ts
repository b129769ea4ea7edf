/**
 * The declarations of the library's functions.
 *
 * @module
 */
import { declarationsOf, isOptimizerName } from "../../../mod.ts";
import type { Declared } from "./read_options.ts";

/** Returns the declarations of the options of a function that makes an optimizer or a transform. */
export function optimizerOptions(name: string): Declared {
  if (!isOptimizerName(name)) throw new Error(`the library declares no options of ${name}`);
  return declarationsOf(name);
}

/** Returns declarations without schedules. */
export function withoutSchedules(declared: Declared): Declared {
  return Object.fromEntries(
    Object.entries(declared).map(([name, d]) => [name, d.kind === "number" ? { ...d, schedule: false } : d]),
  );
}
