/**
 * A user's tables and arrays: numbers, and a class for each example.
 *
 * @module
 */
import { type DataSet, readTable } from "../../../mod.ts";
import { UsageError } from "../../console/mod.ts";
import { INPUTS } from "../../inputs/mod.ts";
import { type Parts, partsOfSet, type SplitOptions } from "./parts.ts";

/**
 * Reads a table and splits it, its columns standardized by the training part.
 *
 * @param options.validation share held out for validation; without it the parts have none
 * @throws {UsageError} if it has fewer than two classes.
 */
export async function readOwnTable<Options extends SplitOptions>(
  file: string,
  options: Options,
): Promise<
  { set: DataSet; parts: Options extends { validation: number } ? Parts : Omit<Parts, "validation"> }
> {
  const set = await readTable(file);
  await INPUTS.note(file, { kind: "data" });
  return { set, parts: partsOfOwn(set, options) };
}

/**
 * Splits a user's set of features and classes, its columns standardized by the training part.
 *
 * @throws {UsageError} if it has fewer than two classes.
 */
export function partsOfOwn<Options extends SplitOptions>(
  set: DataSet,
  options: Options,
): Options extends { validation: number } ? Parts : Omit<Parts, "validation"> {
  const { name, classes = 0 } = set;
  if (classes < 2) throw new UsageError(`${name} must hold two or more classes, holds one`);
  const title = name.slice(name.lastIndexOf("/") + 1);
  const features = set.inputs.x.shape[1] ?? 0;
  return partsOfSet({ title, features, classes, image: false, train: set }, options) as Parts;
}
