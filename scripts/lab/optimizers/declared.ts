/**
 * The declarations of the library's functions.
 *
 * @module
 */
import { declarationsOf, isOptimizerName } from "../../../mod.ts";
import type { Declaration } from "../../../options/mod.ts";
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

const n = (range: string, value?: number, more: object = {}): Declaration =>
  ({
    kind: "number",
    range,
    schedule: false,
    ...(value === undefined ? {} : { default: value }),
    ...more,
  }) as Declaration;
const INTERIM: Readonly<Record<string, Declared>> = {
  cosineDecay: {
    initial: n("a finite number of at least 0", undefined, { required: true }),
    final: n("a finite number of at least 0", 0),
    steps: n("an integer of at least 1", undefined, { required: true }),
    power: n("a finite number above 0", 1),
  },
  linearSchedule: {
    initial: n("a finite number of at least 0", undefined, { required: true }),
    final: n("a finite number of at least 0", 0),
    steps: n("an integer of at least 1", undefined, { required: true }),
  },
  constantSchedule: { value: n("a finite number of at least 0", undefined, { required: true }) },
};

/** Returns the declarations of the options of a function that makes a schedule. */
export function declaredOf(name: string): Declared {
  return INTERIM[name] ?? {};
}
