/**
 * Checks that arguments are optimizers or transforms.
 *
 * @module
 */
import type { Optimizer, Updater } from "./protocol.ts";

/**
 * Checks that a value is an optimizer: it descends, as a transform does not.
 *
 * @param what the function and its argument, for the message
 * @throws {TypeError} saying what it is instead, and how to make one.
 *
 * @example
 * ```ts
 * import { checkOptimizer } from "./check_optimizer.ts";
 * import { clip } from "./transforms/clip.ts";
 * import { assertThrows } from "@std/assert";
 * assertThrows(() => checkOptimizer("fit: optimizer", clip(1)), TypeError, "got the transform clip");
 * ```
 */
export function checkOptimizer(what: string, value: unknown): asserts value is Optimizer {
  if (!isUpdater(value)) {
    throw new TypeError(`${what} must be an optimizer, such as adam(), got ${shown(value)}`);
  }
  if (value.role !== "transform") return;
  throw new TypeError(
    `${what} must be an optimizer, got the transform ${value.name}, which does not descend by itself: ` +
      `chain it with an optimizer, as in chain(${value.name.split(/[ ,]/)[0]}(…), adam())`,
  );
}

/** Checks that a value is an optimizer or a transform. @throws {TypeError} saying what it is instead. */
export function checkUpdater(what: string, value: unknown): asserts value is Updater {
  if (isUpdater(value)) return;
  throw new TypeError(`${what} must be an optimizer or a transform, such as adam(), got ${shown(value)}`);
}

function isUpdater(value: unknown): value is Updater {
  const given = value as Partial<Updater> | null | undefined;
  return typeof given?.trace === "function" && typeof given.rule?.update === "function";
}

/** Returns a value's text for messages, with a remedy if it is a function that must be called. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "function") {
    return `the function ${value.name || "without a name"}: call it, ${value.name}()`;
  }
  if (typeof value === "string") return `"${value}"`;
  if (typeof value !== "object" || value === null) return String(value);
  return `an object of ${Object.keys(value).join(", ") || "nothing"}`;
}
