/**
 * A user's examples for a network that is made for them.
 *
 * @module
 */
import { UsageError } from "../../console/mod.ts";
import { type Parts, partsOfOwn, readOwnTable } from "../tasks/mod.ts";
import { readArraySet } from "./array_set.ts";
import { OWN_STUDY_OPTIONS, type OwnStudyValues } from "./own_study.ts";

/** A fifth of the examples each. */
const HELD_OUT = { validation: 0.2, test: 0.2 };

/**
 * Reads the table or the arrays of `--train`, standardized by the training part. Returns `undefined` without `--train`.
 *
 * @param model the network, for errors
 * @throws {UsageError} for options that are for a model in a file.
 */
export async function readOwnParts(
  { train, scale, ...others }: OwnStudyValues,
  model: string,
): Promise<Parts | undefined> {
  const strange = Object.entries(others)
    .find(([name, value]) => name in OWN_STUDY_OPTIONS && value !== undefined && value !== false)?.[0];
  if (strange !== undefined) {
    throw new UsageError(`--${strange} is for --model FILE.onnx, ${model} is made for the data`);
  }
  const [file = ""] = train ?? [];
  const arrays = train !== undefined && (train.length > 1 || file.includes("=") || /\.npy$/i.test(file));
  if (scale !== undefined && !arrays) {
    throw new UsageError("--scale is for arrays of integers: --train x.npy,y.npy");
  }
  if (train === undefined) return undefined;
  if (arrays) return partsOfOwn(await readArraySet(train, scale), HELD_OUT);
  return (await readOwnTable(file, HELD_OUT)).parts;
}
