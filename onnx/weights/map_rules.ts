/**
 * Rules that give weights of a file the names of a model.
 *
 * @module
 */
import { ModelError } from "../proto/mod.ts";

/** A rule such as `encoder.*.weight=enc/*_w:T`. */
export interface MapRule {
  /** The rule as it was written. */
  readonly text: string;
  /** Returns the model's name for a name of the file; `undefined` if the rule is not for it, `null` to leave it out. */
  readonly target: (name: string) => string | null | undefined;
  readonly transpose: boolean;
}

const stars = (pattern: string) => pattern.split("*").length - 1;

/**
 * Parses a rule `FILE_NAME=MODEL_NAME`. A `*` on the left matches any text, and the `*` in the same place on the right
 * stands for it. `:T` at the end transposes matrices; nothing on the right leaves the tensor out.
 *
 * @throws {ModelError} for a text of another form.
 */
export function parseMapRule(text: string): MapRule {
  const at = text.indexOf("=");
  if (at <= 0) throw new ModelError(`the rule '${text}' must be FILE_NAME=MODEL_NAME, or FILE_NAME=`);
  const from = text.slice(0, at).trim();
  const right = text.slice(at + 1).trim();
  const transpose = right.endsWith(":T");
  const to = transpose ? right.slice(0, -2) : right;
  if (transpose && to === "") throw new ModelError(`the rule '${text}' transposes what it leaves out`);
  if (to !== "" && stars(from) !== stars(to)) {
    throw new ModelError(
      `the rule '${text}' must have as many * on the right as on the left, has ${stars(to)} and ${
        stars(from)
      }`,
    );
  }
  const literal = (part: string) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = new RegExp(`^${from.split("*").map(literal).join("(.*)")}$`, "s");
  const target = (name: string) => {
    const match = pattern.exec(name);
    if (match === null) return undefined;
    if (to === "") return null;
    let i = 0;
    return to.replaceAll("*", () => match[++i]!);
  };
  return { text, target, transpose };
}
