/**
 * Writes specifications as pages.
 *
 * @module
 */
import { importVega, packageFile } from "../deps.ts";
import { readTextFile } from "../files/mod.ts";
import { compiled } from "./render.ts";
import { titleOf } from "./title.ts";
import type { PlotSpec } from "./spec.ts";

/** Returns text as it may stand in a page. */
function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.codePointAt(0)};`);
}

/** Returns a source that may stand inside a `script` element. */
function inScript(text: string): string {
  return text.replaceAll("</", "<\\/").replaceAll("<!--", "<\\!--");
}

/**
 * Returns a plot as an HTML page of its own, with tooltips and a legend to click on. It holds Vega, so that it needs no
 * network.
 *
 * @throws {Error} with Vega-Lite's message, when the specification is wrong.
 *
 * @example
 * ```ts
 * import { toHtml } from "./html.ts";
 * import { lines } from "./lines.ts";
 * import { assertMatch } from "@std/assert";
 * assertMatch(await toHtml(lines({ adam: [2, 1, 0.5] }, { title: "Loss" })), /<title>Loss<\/title>/);
 * ```
 */
export async function toHtml(spec: PlotSpec): Promise<string> {
  await importVega();
  const [parts, runtime] = await Promise.all([
    compiled(spec),
    readTextFile(decodeURIComponent(packageFile("vega", "vega.min.js").pathname)),
  ]);
  const title = titleOf(spec);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>body { margin: 16px; background: white; } #plot { overflow-x: auto; }</style>
</head>
<body>
<div id="plot"></div>
<script>${runtime.replaceAll("</script", "<\\/script")}</script>
<script>
const spec = ${inScript(JSON.stringify(parts))};
new vega.View(vega.parse(spec), { container: "#plot", hover: true }).runAsync();
</script>
</body>
</html>
`;
}
