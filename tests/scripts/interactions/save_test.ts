import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parse as parseCsv } from "@std/csv";
import { chromium, clickButton, LOSS, onPage } from "./page.ts";
import { lossAt, RATES } from "./sample.ts";

Deno.test(
  "a report's plots are saved as CSV, SVG, PNG and Vega-Lite",
  { ignore: chromium === undefined },
  () =>
    onPage(async (page) => {
      const save = async (kind: string) => {
        await page.evaluate(`void (globalThis.saved = new Promise((done) => {
        const createUrl = URL.createObjectURL;
        let text;
        URL.createObjectURL = (blob) => { text = blob.text(); return createUrl.call(URL, blob); };
        addEventListener("click", async ({ target }) => {
          if (!target.download) return;
          URL.createObjectURL = createUrl;
          done({ name: target.download, content: target.href.startsWith("data:") ? target.href : await text });
        });
      }))`);
        await clickButton(page, LOSS, kind);
        return await page.evaluate("saved") as { name: string; content: string };
      };
      const csv = await save("CSV");
      assertEquals(csv.name, "loss.csv");
      const rows = parseCsv(csv.content, { skipFirstRow: true }) as Record<string, string>[];
      assertEquals([rows.length, Object.keys(rows[0]!)], [63, [
        "line",
        "step",
        "loss",
        "loss, low",
        "loss, high",
      ]]);
      assertAlmostEquals(Number(rows[22]!.loss), lossAt("momentum", 1), 1e-12);
      const svg = await save("SVG");
      assertEquals(svg.name, "loss.svg");
      for (const text of ["<svg", ">Loss<", ">momentum<"]) assertStringIncludes(svg.content, text);
      const png = await save("PNG");
      assertEquals([png.name, png.content.slice(0, 22)], ["loss.png", "data:image/png;base64,"]);
      const bytes = Uint8Array.from(atob(png.content.slice(22)), (c) => c.charCodeAt(0));
      const width = new DataView(bytes.buffer).getUint32(16);
      assert(width > 1200, `${width} pixels wide`);
      const { name, content } = await save("Vega-Lite");
      assertEquals(name, "loss.vl.json");
      await drawnByVegaLite(JSON.parse(content));
    }),
);

/** Draws a saved specification as anyone would: its lines must be those of the plot. */
async function drawnByVegaLite(spec: Record<string, unknown>): Promise<void> {
  assertMatch(String(spec.$schema), /vega-lite\/v\d/);
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const view = new vega.View(vega.parse(compile(spec as never).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  for (const name of [...Object.keys(RATES), "Loss", "step"]) assertStringIncludes(svg, `>${name}<`);
}
