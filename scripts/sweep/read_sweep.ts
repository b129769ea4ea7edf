/**
 * Reads sweep files, and says where in them an error is.
 *
 * @module
 */
import { readTextFile, requireFile } from "../../files/mod.ts";
import { importOwn, placeIn, reason, UsageError } from "../console/mod.ts";
import { FieldError, isHyperparameter } from "./fields.ts";
import { jsonPlaces, JsonSyntaxError, placeAt } from "./json_places.ts";
import { type Sweep, sweepFrom, type Value } from "./sweep_file.ts";

/** The largest file to read, in bytes. */
const MOST_BYTES = 16 * 2 ** 20;

/** A sweep and its file. */
export interface ReadSweep {
  readonly sweep: Sweep;
  /** Returns an error about a field with the place of the field: file, line and column, or the file alone for code. */
  readonly errorAt: (error: UsageError, field: string) => UsageError;
}

/** Reads a file: JSON, or TypeScript or JavaScript, which is executed for its default export. @throws {UsageError} */
export async function readSweepFile(path: string): Promise<ReadSweep> {
  const { value, text } = await contentOf(path);
  const errorAt = (error: UsageError, field: string) =>
    new UsageError(`${path}${lineAndColumn(text, field)}: ${error.message}`, { below: error.below });
  try {
    return { sweep: sweepFrom(value), errorAt };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw errorAt(error, error instanceof FieldError ? error.field : "options.optimizer");
  }
}

/** Returns the value that a file holds, and the text of a JSON file. @throws {UsageError} if it cannot be read */
async function contentOf(path: string): Promise<{ value: unknown; text?: string }> {
  try {
    await requireFile(path);
    const { size } = await Deno.stat(path);
    if (size > MOST_BYTES) throw new Error(`it has ${size} bytes, at most ${MOST_BYTES} are read`);
    if (/\.[cm]?[jt]s$/.test(path)) {
      const module = await importOwn(path);
      if (module.default === undefined) throw new Error("it has no default export");
      return { value: module.default };
    }
    const text = await readTextFile(path);
    return { value: parsed(text, path), text };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const place = placeIn(error);
    const where = place === undefined ? "" : `${place}: `;
    throw new UsageError(`${path} cannot be read as a sweep: ${where}${reason(error).split("\n")[0]}`);
  }
}

/** Returns what a JSON text holds. @throws {UsageError} naming line and column of a text that is not JSON. */
function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const fault = faultOf(text);
    if (fault === undefined) throw error;
    const { line, column } = placeAt(text, fault.at);
    throw new UsageError(
      `${path}:${line}:${column}: the file cannot be read as a sweep, it is not JSON: ${fault.message}`,
    );
  }
}

/** Returns why a text is not JSON; `undefined` if it is. */
function faultOf(text: string): JsonSyntaxError | undefined {
  try {
    jsonPlaces(text);
    return undefined;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error;
    throw error;
  }
}

/** Returns `:3:5`, where a field or the innermost field around it is in a JSON text; nothing without a text. */
function lineAndColumn(text: string | undefined, field: string): string {
  if (text === undefined || faultOf(text) !== undefined) return "";
  const places = jsonPlaces(text);
  let path = field;
  while (path !== "" && !places.has(path)) path = path.slice(0, Math.max(0, path.search(/[.[][^.[]*$/)));
  const { line, column } = placeAt(text, places.get(path) ?? 0);
  return `:${line}:${column}`;
}

/**
 * Returns the field that sets the option which an error about the command line of a trial names: an element of the space,
 * or an option of all trials; the experiment if the error names no option.
 */
export function fieldOfOption(
  message: string,
  { sweep: { space, options }, setting }: {
    readonly sweep: Pick<Sweep, "space" | "options">;
    /** The trial's values of the space. */
    readonly setting: Readonly<Record<string, Value>>;
  },
): string {
  const [, option = ""] = /--([a-z][a-z0-9-]*)/.exec(message) ?? [];
  if (option === "") return "experiment";
  const names = [...Object.keys(space), ...Object.keys(options)];
  const inside = names.filter((n) => isHyperparameter(n) && message.includes(` ${n.split(".")[1]} `));
  const name = option === "optimizer" && inside.length === 1 ? inside[0]! : option;
  const values = Object.hasOwn(space, name) ? space[name] : undefined;
  if (values === undefined) return `options.${name}`;
  if (message.startsWith("unknown option")) return `space.${name}`;
  const i = Array.isArray(values) ? values.indexOf(setting[name] as never) : -1;
  return i < 0 ? `space.${name}` : `space.${name}[${i}]`;
}
