/**
 * Checks that arguments are optimizers.
 *
 * @module
 */
import type { Optimizer } from "./protocol.ts";

/**
 * Checks that a value is an optimizer.
 *
 * @param what the function and its argument, for the message
 * @throws {TypeError} saying what it is instead, and how to make one.
 */
export function checkOptimizer(what: string, value: unknown): asserts value is Optimizer {
  const given = value as Partial<Optimizer> | null | undefined;
  if (typeof given?.trace === "function" && typeof given.rule?.update === "function") return;
  const got = Array.isArray(value)
    ? "an array"
    : typeof value === "function"
    ? `the function ${value.name || "without a name"}: call it, ${value.name}()`
    : typeof value === "string"
    ? `"${value}"`
    : typeof value === "object" && value !== null
    ? `an object of ${Object.keys(value).join(", ") || "nothing"}`
    : String(value);
  throw new TypeError(`${what} must be an optimizer, such as adam(), got ${got}`);
}
