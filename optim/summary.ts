/**
 * Optimizers in one line.
 *
 * @module
 */
import { shortValue } from "../display/short.ts";
import type { Updater } from "./protocol.ts";

/** An optimizer, as far as its summary shows it. */
type Shown = Pick<Updater, "name" | "hyperparameters">;

/** Hyper-parameters that hold the rules inside: shown without their names, as they are passed. */
const INSIDE = ["inner", "rules", "groups"];

/**
 * Returns an optimizer as it would be called, with all hyper-parameters.
 *
 * @example
 * ```ts
 * import { summaryOf } from "./summary.ts";
 * import { chain } from "./transforms/chain.ts";
 * import { clip } from "./transforms/clip.ts";
 * import { momentum } from "./rules/momentum.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(
 *   summaryOf(chain(clip(1), momentum({ learningRate: 0.1 }))),
 *   'chain(clip(limit: 1), momentum(learningRate: 0.1, momentum: 0.9, form: "lecture"))',
 * );
 * ```
 */
export function summaryOf({ name, hyperparameters }: Shown): string {
  if (hyperparameters === undefined) return name;
  const shown = Object.entries(hyperparameters).filter(([, value]) => value !== undefined);
  const texts = shown.map(([option, value]) =>
    INSIDE.includes(option) ? rulesIn(value) : `${option}: ${optionText(option, value)}`
  );
  // The names of rules around others end in those of the rules inside.
  const called = "rules" in hyperparameters ? "chain" : name.split(" ")[0];
  return `${called}(${texts.join(", ")})`;
}

function optionText(option: string, value: unknown): string {
  if (typeof value === "function" && option === "learningRate") return "a schedule";
  if (typeof value === "function") return "a function";
  return isRule(value) ? summaryOf(value) : shortValue(value);
}

/** Returns one rule, several, or groups of them by name. */
function rulesIn(value: unknown): string {
  if (isRule(value)) return summaryOf(value);
  if (Array.isArray(value)) return value.map((rule) => summaryOf(rule)).join(", ");
  return Object.entries(value as Readonly<Record<string, Shown>>).map(([group, rule]) =>
    `${group}: ${summaryOf(rule)}`
  ).join(", ");
}

function isRule(value: unknown): value is Shown {
  return typeof value === "object" && value !== null && "rule" in value && "name" in value;
}
