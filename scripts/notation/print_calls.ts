/**
 * Writes the notation in its canonical form.
 *
 * @module
 */
import type { Call, Value } from "./calls.ts";
import { isCall } from "./calls.ts";

/** Returns the canonical text of calls: `adam(beta1=0.95), sgd`. */
export function printCalls(calls: readonly Call[]): string {
  return calls.map(printCall).join(", ");
}

/** Returns the canonical text of a call: one space after each comma, no parentheses without arguments, texts in single quotes. */
export function printCall({ name, args }: Pick<Call, "name" | "args">): string {
  if (args.length === 0) return name;
  const shown = args.map(({ name, value }) =>
    name === undefined ? printValue(value) : `${printName(name)}=${printValue(value)}`
  );
  return `${name}(${shown.join(", ")})`;
}

/** Returns the canonical text of a value. */
export function printValue(value: Value): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value !== "object") return String(value);
  return isCall(value) ? printCall(value) : `[${value.map(printValue).join(", ")}]`;
}

function printName(name: string): string {
  return /^[A-Za-z_][\w-]*$/.test(name) ? name : quoted(name);
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
