/**
 * Optimizers from the user's own files.
 *
 * @module
 */
import type { Optimizer } from "../../../mod.ts";
import { type Declaration, isInRange } from "../../../options/mod.ts";
import {
  exportPlace,
  fileName,
  importOwn,
  noteOwnRule,
  placeIn,
  reason,
  UsageError,
} from "../../console/mod.ts";
import { codeFiles, INPUTS } from "../../inputs/mod.ts";
import type { Declared } from "./read_options.ts";
import { NAMES } from "./table.ts";

/** The options of an own rule, by name, with the defaults. */
export type OwnOptions = Readonly<Record<string, unknown>>;

/** An optimizer from a file. */
export interface OwnRule {
  /** Its name in tables and folders. */
  readonly name: string;
  readonly learningRate: number;
  /** The declarations of its options. */
  readonly declared: Declared;
  readonly make: (learningRate: number, options: OwnOptions) => Optimizer;
}

/**
 * Loads the optimizer of a file. The file exports by default a function from a learning rate, and its options if it has
 * any, to the optimizer. It may export `learningRate`, the default rate, 1e-3 otherwise, and `options`, the declarations
 * of its options by name.
 *
 * @throws {UsageError} when the file's name cannot be used, it cannot be loaded, exports something else, or changed
 * since the resumed run was started.
 */
export async function ownRule(file: string): Promise<OwnRule> {
  const name = nameOfFile(file);
  for (const code of await codeFiles(file)) await INPUTS.note(code, { kind: "code" });
  const { make, learningRate, options, made } = await loaded(file);
  if (made === undefined) {
    const place = await exportPlace(file, { name: "default" });
    throw new UsageError(
      `--optimizer ${place} must export by default a function from a learning rate to an Optimizer`,
    );
  }
  // A rule may have the name of one of the library's, which then may be what an error is about.
  if (!Object.hasOwn(NAMES, made.name)) {
    noteOwnRule(made.name, await exportPlace(file, { name: "default" }));
  }
  return {
    name,
    learningRate,
    declared: await declaredBy(file, options),
    // A function without declared options may have other parameters, with defaults of its own.
    make: options === undefined ? (rate) => make(rate) : make,
  };
}

/** The longest file name in bytes: 255 minus room for endings such as `.onnx.tmp`. */
export const LONGEST = 200;

/** Returns the name of a file's optimizer. @throws {UsageError} when it cannot name columns and files. */
export function nameOfFile(file: string): string {
  const name = file.slice(file.lastIndexOf("/") + 1).replace(/\.[mc]?[jt]s$/, "");
  const refuse = (why: string) => {
    const shown = /^[^"\\\p{C}]+$/u.test(file) ? file : JSON.stringify(file);
    throw new UsageError(`--optimizer ${shown} ${why}: give the file another name`);
  };
  if (name === "") refuse("has no name before its ending");
  // deno-lint-ignore no-control-regex -- a terminal and a table cannot show them
  if (/[\u0000-\u001f\u007f-\u009f]/.test(name)) refuse("has control characters in its name");
  if (fileName(name).length > LONGEST) {
    refuse(`has a name of more than ${LONGEST} bytes (a special byte counts three)`);
  }
  if (Object.hasOwn(NAMES, name)) refuse("has the name of another optimizer");
  if (name in Object.prototype) refuse("has a name that means something else to JavaScript");
  return name;
}

/** Loads a file's exports and makes its optimizer at its rate. */
async function loaded(file: string) {
  let doing = "cannot be loaded";
  try {
    const { default: make, learningRate = 1e-3, options } = await importOwn(file);
    doing = "makes no optimizer";
    const made = typeof make === "function" ? make(learningRate) : undefined;
    const sound = typeof made?.trace === "function" && made.role !== "transform" &&
      typeof learningRate === "number";
    return { make, learningRate, options, made: sound ? made : undefined } as {
      make: (learningRate: number, options?: OwnOptions) => Optimizer;
      learningRate: number;
      options: unknown;
      made: Optimizer | undefined;
    };
  } catch (error) {
    const why = reason(error).split("\n")[0]!;
    const place = placeIn(error);
    const where = place === undefined || why.includes(place) ? "" : `${place}: `;
    throw new UsageError(`--optimizer ${file} ${doing}: ${where}${why}`, { cause: error });
  }
}

/** Returns the declarations that a file exports as `options`. @throws {UsageError} naming one that is none. */
async function declaredBy(file: string, options: unknown): Promise<Declared> {
  if (options === undefined) return {};
  const refuse = async (what: string, member?: string) => {
    const place = await exportPlace(file, { name: "options", ...(member !== undefined && { member }) });
    throw new UsageError(
      `--optimizer ${place}: ${what}, such as { kind: "number", range: "in [0, 1)", default: 0.9, schedule: false }`,
    );
  };
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    return await refuse("its export options must hold declarations by name") ?? {};
  }
  for (const [name, declared] of Object.entries(options)) {
    if (!/^[A-Za-z_]\w*$/.test(name) || name === "learningRate" || !isDeclaration(declared)) {
      await refuse(`options.${name} must be a declaration of an option other than the learning rate`, name);
    }
  }
  return options as Declared;
}

function isDeclaration(value: unknown): value is Declaration {
  const { kind, range, schedule, choices, default: given } = (value ?? {}) as Record<string, unknown>;
  switch (kind) {
    case "number":
      return isRange(range) && (schedule === undefined || typeof schedule === "boolean") &&
        (given === undefined || isInRange(given, range));
    case "flag":
      return given === undefined || typeof given === "boolean";
    case "choice":
      return Array.isArray(choices) && choices.every((c) => typeof c === "string") &&
        (given === undefined || choices.some((c) => c === given));
    default:
      return kind === "names" || kind === "other";
  }
}

function isRange(range: unknown): range is Parameters<typeof isInRange>[1] {
  try {
    isInRange(0, range as Parameters<typeof isInRange>[1]);
    return true;
  } catch {
    return false;
  }
}
