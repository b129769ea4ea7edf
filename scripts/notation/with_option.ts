/**
 * Sets options of calls.
 *
 * @module
 */
import type { Argument, Call, Value } from "./calls.ts";
import { isCall } from "./calls.ts";

/** Returns a call with an option set, in place of its value if it has one. */
export function withOption(call: Call, name: string, value: Value): Call {
  const set: Argument = { name, value, at: call.at, valueAt: call.at };
  const has = call.args.some((a) => a.name === name);
  return { ...call, args: has ? call.args.map((a) => (a.name === name ? set : a)) : [...call.args, set] };
}

/**
 * Returns a call with an option set in every call of a function in it, itself included.
 *
 * @returns `undefined` if there is no such call
 */
export function withOptionOf(
  call: Call,
  { of, name, value }: { of: string; name: string; value: Value },
): Call | undefined {
  const args = call.args.map((arg) => ({
    ...arg,
    value: within(arg.value, { of, name, value }) ?? arg.value,
  }));
  const changed = args.some((arg, i) => arg.value !== call.args[i]!.value);
  const inner = changed ? { ...call, args } : call;
  if (sameName(call.name, of)) return withOption(inner, name, value);
  return changed ? inner : undefined;
}

function within(value: Value, option: { of: string; name: string; value: Value }): Value | undefined {
  return isCall(value) ? withOptionOf(value, option) : undefined;
}

/** Returns whether two names are one: in camel case or with dashes, and a file by the name that tables show. */
export function sameName(a: string, b: string): boolean {
  const plain = (name: string) =>
    name.slice(name.lastIndexOf("/") + 1).replace(/\.[mc]?[jt]s$/, "").replaceAll("-", "").toLowerCase();
  return plain(a) === plain(b);
}
