/**
 * The declarations of all options, by function.
 *
 * @module
 */
import type { Declaration, NumberOption } from "../../options/mod.ts";
import { DECLARATIONS, OPTIMIZER_FAMILIES, type OptimizerName } from "./families.ts";
import { around, SEARCH } from "./search.ts";

/** Returns whether a text is the name of a function in {@linkcode OPTIMIZER_FAMILIES}. */
export function isOptimizerName(name: string): name is OptimizerName {
  return Object.hasOwn(DECLARATIONS, name);
}

/**
 * Returns the declarations of a function's options, by name: kinds, ranges, defaults, whether they may be schedules, and
 * where to search for them. The functions check their options by the same. Of functions that take a number before their
 * options, such as `clip`, that number comes first. Rules around a rule take that rule besides.
 *
 * @example
 * ```ts
 * import { declarationsOf } from "./declarations.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(declarationsOf("adam").beta1, {
 *   kind: "number",
 *   range: "in [0, 1)",
 *   default: 0.9,
 *   schedule: true,
 *   search: { low: 0.5, high: 0.98, scale: "one-minus-log" },
 * });
 * assertEquals(declarationsOf("clip"), {
 *   limit: { kind: "number", range: "a finite number above 0", schedule: true, required: true },
 * });
 * ```
 */
export function declarationsOf(name: OptimizerName): Readonly<Record<string, Declaration>> {
  return Object.fromEntries(
    Object.entries(DECLARATIONS[name]).map(([option, declared]) => {
      const search = declared.kind === "number" ? searchOf(name, option, declared) : undefined;
      return [option, search === undefined ? declared : { ...declared, search }];
    }),
  );
}

/** The rates of the table by function, for those that have one. */
const RATES = Object.fromEntries(
  Object.values(OPTIMIZER_FAMILIES).flatMap((family) =>
    Object.entries(family).flatMap(([name, { rate }]: [string, { rate?: number }]) =>
      rate === undefined ? [] : [[name, rate]]
    )
  ),
);

function searchOf(name: OptimizerName, option: string, declared: NumberOption) {
  const published = SEARCH[name]?.[option] ?? declared.search;
  if (published !== undefined || option !== "learningRate") return published;
  const center = RATES[name] ?? declared.default;
  return center === undefined ? undefined : around(center);
}
