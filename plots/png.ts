/**
 * Draws specifications as PNG.
 *
 * @module
 */
import { importFonts, importResvg, packageFile } from "../deps.ts";
import { readFile } from "../files/mod.ts";
import { checkNumber } from "../options/mod.ts";
import { toSvg } from "./render.ts";
import type { PlotSpec } from "./plot_spec.ts";

type Resvg = Awaited<ReturnType<typeof importResvg>>;

let loaded: Promise<{ readonly resvg: Resvg; readonly fonts: Uint8Array[] }> | undefined;

/** Loads the renderer, which may be done once. */
async function load() {
  const resvg = await importResvg();
  const [wasm, ...fonts] = await Promise.all(
    [packageFile("@resvg/resvg-wasm", "index_bg.wasm"), ...await importFonts()].map(bytesOf),
  );
  await resvg.initWasm(wasm!);
  return { resvg, fonts };
}

async function bytesOf(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  return await readFile(decodeURIComponent(url.pathname));
}

/**
 * Returns a plot as PNG, its letters in a font that comes along.
 *
 * @param options.scale pixels of the picture for each pixel of the specification, above 0; 2 by default
 * @throws {RangeError} when the scale is out of its range
 * @throws {Error} with Vega-Lite's message, when the specification is wrong.
 *
 * @example
 * ```ts
 * import { lines } from "./lines.ts";
 * import { toPng } from "./png.ts";
 * import { assertEquals } from "@std/assert";
 * const png = await toPng(lines({ adam: [2, 1, 0.5] }), { scale: 1 });
 * assertEquals(new TextDecoder().decode(png.subarray(1, 4)), "PNG");
 * ```
 */
export async function toPng(
  spec: PlotSpec,
  { scale = 2 }: { readonly scale?: number } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  checkNumber("scale", scale, "a finite number above 0");
  loaded ??= load();
  const [svg, { resvg, fonts }] = await Promise.all([toSvg(spec), loaded]);
  const picture = new resvg.Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: { fontBuffers: fonts, defaultFontFamily: "Didact Gothic", sansSerifFamily: "Didact Gothic" },
  });
  try {
    return new Uint8Array(picture.render().asPng());
  } finally {
    picture.free();
  }
}
