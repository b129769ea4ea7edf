/**
 * The optimizers of `--optimizer`: by name, or from a file.
 *
 * @module
 */
import type { Optimizer } from "../../mod.ts";
import { isOptimizerFile, type Options } from "../cli/mod.ts";
import { didYouMean, fileName, importOwn, placeIn, reason, UsageError } from "../console/mod.ts";
import { codeFiles, INPUTS } from "../inputs/mod.ts";
import { commandLineName, type OptimizerEntry, OPTIMIZERS } from "./optimizers.ts";

/** An optimizer that the options name. */
export interface NamedOptimizer {
  /** Its name in tables and folders. */
  readonly name: string;
  readonly entry: OptimizerEntry;
}

/**
 * Returns the table's name of an optimizer; accepts the library's spelling too: `scheduleFreeSgd`.
 *
 * @throws {UsageError} when there is none of that name.
 */
export function optimizerName(given: string): string {
  const name = commandLineName(given);
  const all = Object.keys(OPTIMIZERS);
  if (all.includes(name)) return name;
  if (given.includes("/")) {
    throw new UsageError(
      `--optimizer ${given} names no file that ends in .ts, .js, .mts or .mjs; a name with a comma cannot be given`,
    );
  }
  throw new UsageError(
    `unknown optimizer "${given}".${didYouMean(name, all)} There are: ${
      all.join(", ")
    }, and files: ./my_optimizer.ts`,
  );
}

/**
 * Loads the optimizer of a name, or of a file. A file exports by default a function from a learning rate to the optimizer, and may
 * export `learningRate`, the default rate; otherwise the default is 1e-3.
 *
 * @throws {UsageError} when the file's name cannot be used, it cannot be loaded, exports something else, or changed
 * since the resumed run was started.
 */
export async function namedOptimizer(given: string): Promise<NamedOptimizer> {
  if (!isOptimizerFile(given)) return { name: given, entry: OPTIMIZERS[given]! };
  const name = nameOfFile(given);
  for (const file of await codeFiles(given)) await INPUTS.note(file, { kind: "code" });
  const { make, learningRate, made } = await ownOptimizer(given);
  if (made === undefined) {
    throw new UsageError(
      `--optimizer ${given} must export by default a function from a learning rate to an Optimizer`,
    );
  }
  return { name, entry: { learningRate, make } };
}

/** Returns the optimizers that the options name: names of the table, and files. @throws {UsageError} naming the first unknown one. */
export function chosenOptimizers(options: Options, defaults: readonly string[]): readonly string[] {
  const given = options.optimizer ?? defaults;
  if (given.length === 0) {
    throw new UsageError(`--optimizer needs one or more of ${Object.keys(OPTIMIZERS).join(", ")}`);
  }
  const names = given.map((name) => (isOptimizerFile(name) ? name : optimizerName(name)));
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) !== i) throw new UsageError(`--optimizer names "${given[i]}" twice`);
  }
  return names;
}

/** Loads the optimizers that the options name. @throws {UsageError} for a file that makes no optimizer. */
export async function loadedOptimizers(
  options: Options,
  defaults: readonly string[],
): Promise<readonly NamedOptimizer[]> {
  const chosen = await Promise.all(chosenOptimizers(options, defaults).map(namedOptimizer));
  // Names that differ only in case would share files on file systems that ignore case.
  const names = chosen.map((c) => c.name.toLowerCase());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`--optimizer names two files "${twice}"`);
  return chosen;
}

/** The longest file name in bytes: 255 minus room for endings such as `.onnx.tmp`. */
const LONGEST = 200;

/** Returns the name of a file's optimizer. @throws {UsageError} when it cannot name columns and files. */
function nameOfFile(file: string): string {
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
  if (Object.hasOwn(OPTIMIZERS, name)) refuse("has the name of another optimizer");
  if (name in Object.prototype) refuse("has a name that means something else to JavaScript");
  return name;
}

/** Loads a file's exports and makes its optimizer at its rate. */
async function ownOptimizer(given: string) {
  let doing = "cannot be loaded";
  try {
    const { default: make, learningRate = 1e-3 } = await importOwn(given);
    doing = "makes no optimizer";
    const made = typeof make === "function" ? make(learningRate) : undefined;
    const sound = typeof made?.trace === "function" && made.role !== "transform" &&
      typeof learningRate === "number";
    return { make, learningRate, made: sound ? made : undefined } as {
      make: (learningRate: number) => Optimizer;
      learningRate: number;
      made: Optimizer | undefined;
    };
  } catch (error) {
    const why = reason(error).split("\n")[0]!;
    const place = placeIn(error);
    const where = place === undefined || why.includes(place) ? "" : `${place}: `;
    throw new UsageError(`--optimizer ${given} ${doing}: ${where}${why}`, { cause: error });
  }
}
