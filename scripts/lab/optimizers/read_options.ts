/**
 * Reads the named arguments of a call by the declarations of its function's options.
 *
 * @module
 */
import { type Declaration, isInRange, nearestOptions, type NumberRange } from "../../../options/mod.ts";
import { type Argument, type Call, isCall, NotationError, type Value } from "../../notation/mod.ts";

/** The options of a function by name. */
export type Declared = Readonly<Record<string, Declaration>>;

/** Where a text stands: the option of the command line and its whole value, for messages. */
export interface Place {
  /** The option: `"--optimizer"`. */
  readonly what: string;
  readonly text: string;
}

/** Refuses a part of a text. @throws {NotationError} always. */
export function refuse(place: Place, at: number, why: string): never {
  throw new NotationError(`${place.what}: ${why}`, { text: place.text, at });
}

/** Returns the named arguments of a call in the order of the known ones. @throws {NotationError} for an unknown name. */
export function namedArguments(call: Call, known: readonly string[], place: Place): Argument[] {
  for (const { name, at } of call.args) {
    if (name === undefined || known.includes(name)) continue;
    const meant = nearestOptions(name, known).map((n) => `'${n}'`).join(" and ");
    const takes = known.length === 0 ? "It takes none" : `It takes ${known.join(", ")}`;
    const asked = meant === "" ? "." : `; did you mean ${meant}?`;
    refuse(place, at, `${call.name} has no option '${name}'${asked} ${takes}`);
  }
  return known.flatMap((name) => call.args.filter((a) => a.name === name));
}

/** Returns the names of the options that a text can give. */
export function textNames(declared: Declared): string[] {
  return Object.keys(declared).filter((name) => declared[name]!.kind !== "other");
}

/** Returns a number in a range. @param options.or what else is accepted, for the message @throws {NotationError} for anything else. */
export function readNumber(
  { name, value, valueAt }: Argument,
  { of, range, place, or }: { of: string; range: NumberRange; place: Place; or?: string },
): number {
  if (typeof value === "number" && isInRange(value, range)) return value;
  const more = or === undefined ? "" : `, or ${or}`;
  return refuse(place, valueAt, `${of}: ${name} must be ${range}${more}, got ${shown(value)}`);
}

/** Returns true or false. @throws {NotationError} for anything else. */
export function readFlag({ name, value, valueAt }: Argument, of: string, place: Place): boolean {
  if (typeof value === "boolean") return value;
  return refuse(place, valueAt, `${of}: ${name} must be true or false, got ${shown(value)}`);
}

/** Returns one of several texts, given as a word or in quotes. @throws {NotationError} for anything else. */
export function readChoice(
  { name, value, valueAt }: Argument,
  { of, choices, place }: { of: string; choices: readonly string[]; place: Place },
): string {
  const text = typeof value === "string" ? value : wordOf(value);
  if (text !== undefined && choices.includes(text)) return text;
  return refuse(place, valueAt, `${of}: ${name} must be one of ${choices.join(", ")}, got ${shown(value)}`);
}

/** Returns a choice as a value of the notation: a word if it is one, else a text in quotes. */
export function choiceValue(choice: string): Value {
  return /^[A-Za-z_][\w-]*$/.test(choice) ? { name: choice, args: [], at: 0 } : choice;
}

/** Returns the pattern of names that an argument gives. @throws {NotationError} for anything but a text. */
export function readPattern({ name, value, valueAt }: Argument, of: string, place: Place): string {
  const text = typeof value === "string" ? value : wordOf(value) ?? "";
  if (text.trim() !== "") return text;
  return refuse(
    place,
    valueAt,
    `${of}: ${name} must be a pattern of parameters' names in quotes, such as '*.bias', got ${shown(value)}`,
  );
}

/** Returns the word that a value is; `undefined` if it is something else. */
export function wordOf(value: Value): string | undefined {
  return isCall(value) && value.args.length === 0 ? value.name : undefined;
}

/** Returns a value in a few characters, for messages. */
export function shown(value: Value): string {
  if (typeof value === "string") return `'${value}'`;
  if (typeof value !== "object") return String(value);
  return isCall(value) ? (value.args.length === 0 ? value.name : `${value.name}(…)`) : "a list";
}
