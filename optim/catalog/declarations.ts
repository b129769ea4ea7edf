/**
 * The declarations of all options, by function.
 *
 * @module
 */
import type { Declaration, NumberOption } from "../../options/mod.ts";
import { type CatalogEntry, OPTIMIZER_FAMILIES } from "./families.ts";
import { around, SEARCH } from "./search.ts";

/** The name of a function in {@linkcode OPTIMIZER_FAMILIES}. */
export type OptimizerName = {
  [F in keyof typeof OPTIMIZER_FAMILIES]: keyof typeof OPTIMIZER_FAMILIES[F];
}[keyof typeof OPTIMIZER_FAMILIES];

/** The rows of the table by function. */
const ROWS = Object.assign({}, ...Object.values(OPTIMIZER_FAMILIES)) as Readonly<
  Record<OptimizerName, CatalogEntry>
>;

/** Returns whether a text is the name of a function in {@linkcode OPTIMIZER_FAMILIES}. */
export function isOptimizerName(name: string): name is OptimizerName {
  return Object.hasOwn(ROWS, name);
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
    Object.entries(ROWS[name].options).map(([option, declared]) => {
      const search = declared.kind === "number" ? searchOf(name, option, declared) : undefined;
      return [option, search === undefined ? declared : { ...declared, search }];
    }),
  );
}

function searchOf(name: OptimizerName, option: string, declared: NumberOption) {
  const published = SEARCH[name]?.[option] ?? declared.search;
  if (published !== undefined || option !== "learningRate") return published;
  const center = ROWS[name].rate ?? declared.default;
  return center === undefined ? undefined : around(center);
}
