/**
 * Saves plots in files.
 *
 * @module
 */
import { replaceFile } from "../files/mod.ts";
import { toHtml } from "./html.ts";
import { toPng } from "./png.ts";
import { toSvg } from "./render.ts";
import type { PlotSpec } from "./spec.ts";

const FORMATS: Readonly<Record<string, (spec: PlotSpec) => Promise<string | Uint8Array<ArrayBuffer>>>> = {
  svg: toSvg,
  png: toPng,
  html: toHtml,
  json: (spec) => Promise.resolve(`${JSON.stringify(spec, null, 2)}\n`),
};

/**
 * Saves a plot, any specification in Vega-Lite that holds its data, in a file: as SVG, PNG, HTML or JSON, by the ending of
 * its name. It loads Vega, and the renderer of PNG, when they are first needed.
 *
 * @throws {RangeError} when the name has another ending
 * @throws {Error} with Vega-Lite's message, when the specification is wrong; naming the file, when it cannot be written.
 *
 * @example
 * ```ts
 * import { lines } from "./lines.ts";
 * import { save } from "./save.ts";
 * import { assertMatch } from "@std/assert";
 * const path = await Deno.makeTempFile({ suffix: ".json" });
 * await save(lines({ adam: [2, 1, 0.5] }, { y: "loss" }), path);
 * assertMatch(await Deno.readTextFile(path), /vega-lite/);
 * await Deno.remove(path);
 * ```
 */
export async function save(spec: PlotSpec, path: string): Promise<void> {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  if (!Object.hasOwn(FORMATS, ending)) {
    throw new RangeError(`save: the name must end in .${Object.keys(FORMATS).join(", .")}, got '${path}'`);
  }
  const content = await FORMATS[ending]!(spec);
  await replaceFile(path, [typeof content === "string" ? new TextEncoder().encode(content) : content]);
}
