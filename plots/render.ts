/**
 * Draws specifications as SVG.
 *
 * @module
 */
import { importVega } from "../deps.ts";
import type { PlotSpec } from "./plot_spec.ts";
import { textWidth } from "./text_width.ts";

/** A Vega specification, the output of Vega-Lite. */
export type CompiledSpec = Readonly<Record<string, unknown>>;

/** The part of Vega that measures texts, which its types leave out. */
interface TextMetrics {
  readonly textMetrics: { width(item: { readonly fontSize?: number }, text: unknown): number };
}

/** Loads Vega, and lets it lay out texts by {@linkcode textWidth}. */
async function loadVega(): Promise<Awaited<ReturnType<typeof importVega>>> {
  const loaded = await importVega();
  (loaded.vega as unknown as TextMetrics).textMetrics.width = ({ fontSize = 11 }, text) =>
    textWidth(String(text ?? ""), fontSize);
  return loaded;
}

/** Compiles a specification in Vega-Lite. @throws {Error} with Vega-Lite's message, when the specification is wrong. */
export async function compiled(spec: PlotSpec): Promise<CompiledSpec> {
  const { vega, vegaLite } = await loadVega();
  const logger = vega.logger(vega.Error);
  return vegaLite.compile(spec as unknown as Parameters<typeof vegaLite.compile>[0], { logger })
    .spec as unknown as CompiledSpec;
}

/**
 * Returns a plot as SVG.
 *
 * @throws {Error} with Vega-Lite's message, when the specification is wrong.
 *
 * @example
 * ```ts
 * import { lines } from "./lines.ts";
 * import { toSvg } from "./render.ts";
 * import { assertMatch } from "@std/assert";
 * assertMatch(await toSvg(lines({ adam: [2, 1, 0.5] })), /^<svg .*<\/svg>$/s);
 * ```
 */
export async function toSvg(spec: PlotSpec): Promise<string> {
  const { vega } = await loadVega();
  const runtime = vega.parse(await compiled(spec) as unknown as Parameters<typeof vega.parse>[0]);
  const view = new vega.View(runtime, { renderer: "none", logLevel: vega.Error });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
