/**
 * Clips of the gradient from their text: `globalNorm(1)`.
 *
 * @module
 */
import type { Transform } from "../../../mod.ts";
import { didYouMean } from "../../console/mod.ts";
import { printCall, readCalls } from "../../notation/mod.ts";
import { type Place, refuse } from "./read_options.ts";
import { readRecipe } from "./read_recipe.ts";
import { commandLineName } from "./table.ts";

/** Name to the optimizers' name of the transform. */
export const CLIPS: Readonly<Record<string, string>> = {
  globalNorm: "clip-by-global-norm",
  norm: "clip-by-norm",
  value: "clip",
  blockRms: "clip-by-block-rms",
  adaptive: "adaptive-grad-clip",
};

/** The text for no clip. */
export const NO_CLIP = "none";

/** A clip. */
export interface ClipPlan {
  /** Its canonical text. */
  readonly text: string;
  readonly make: () => Transform;
}

/**
 * Reads a clip; a number alone is the largest global norm.
 *
 * @returns `undefined` for `none`
 * @throws {NotationError} pointing at what is wrong.
 */
export function readClip(text: string, what: string): ClipPlan | undefined {
  const place: Place = { what, text };
  if (/^[-+.\d]/.test(text.trim())) return readClip(`globalNorm(${text.trim()})`, what);
  const [call, second] = readCalls(text, what);
  if (call === undefined) return refuse(place, 0, "a name is missing");
  if (second !== undefined) refuse(place, second.at, "takes one clip");
  if (call.name === NO_CLIP && call.args.length === 0) return undefined;
  const [name] =
    Object.entries(CLIPS).find(([own, fn]) => own === call.name || fn === commandLineName(call.name)) ?? [];
  if (name === undefined) {
    const all = [...Object.keys(CLIPS), NO_CLIP];
    refuse(
      place,
      call.at,
      `unknown clip "${call.name}".${didYouMean(call.name, all)} There are: ${all.join(", ")}`,
    );
  }
  const recipe = readRecipe({ ...call, name }, { ...place, files: new Map(), aliases: CLIPS });
  return {
    text: printCall(recipe.call),
    // The table says that it is a transform.
    make: () => recipe.make(1, {}) as Transform,
  };
}
