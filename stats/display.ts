/**
 * Displays of statistics in notebooks.
 *
 * @module
 */
import { type Cell, shortNumber, tableBundle, withDisplay } from "../display/mod.ts";

/** A result: numbers and flags by name. */
type Result = Readonly<Record<string, Cell>>;

/** Returns an interval, a p-value or a statistic as a text. */
function summaryOf(name: string, { value, low, high, statistic, p }: Result): string {
  const number = (v: Cell) => shortNumber(Number(v));
  const parts = [
    ...(value === undefined ? [] : [`${number(value)}`]),
    ...(low === undefined ? [] : [`(${number(low)} to ${number(high)})`]),
    ...(statistic === undefined ? [] : [`statistic ${number(statistic)}`]),
  ];
  const shown = [parts.join(" "), ...(p === undefined ? [] : [`p = ${number(p)}`])].filter((s) => s !== "");
  return shown.length === 0 ? name : `${name}: ${shown.join(", ")}`;
}

/**
 * Makes a result show itself in notebooks: a line with the estimate, its interval and p, and a table of all fields.
 *
 * @param name the function that returns the result
 *
 * @example
 * ```ts
 * import { displayedResult } from "./display.ts";
 * import { bundleOf } from "../display/mod.ts";
 * import { assertEquals } from "@std/assert";
 * const result = displayedResult("welch", { value: 2, low: -0.25, high: 4.25, p: 0.07 });
 * const bundle = await bundleOf(result);
 * assertEquals(String(bundle?.["text/plain"]).split("\n")[0], "welch: 2 (-0.25 to 4.25), p = 0.07");
 * ```
 */
export function displayedResult<T extends object>(name: string, result: T): T {
  return withDisplay(result, () => {
    const fields = { ...result } as Result;
    return tableBundle({
      summary: summaryOf(name, fields),
      columns: Object.keys(fields),
      rows: [Object.values(fields)],
    });
  });
}
