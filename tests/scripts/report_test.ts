import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { escapeHtml, html } from "../../scripts/report/html.ts";
import { type Report, reportFiles } from "../../scripts/report/page.ts";
import { heatMap } from "../../scripts/report/plots/heat_map.ts";
import { lines } from "../../scripts/report/plots/lines.ts";
import { compilePlot, svgOf } from "../../scripts/report/draw.ts";
import { shellLine } from "../../scripts/console/shell.ts";
import { findChromium, type Look, openBrowser, openFile } from "./browser.ts";
import { NASTY, SAMPLE } from "./sample_report.ts";

const LOOKS: readonly Look[] = [
  { width: 1400, theme: "light" },
  { width: 1400, theme: "dark" },
  { width: 375, theme: "light" },
  { width: 375, theme: "dark" },
];

Deno.test("html escapes every value except HTML", () => {
  assertEquals(escapeHtml(`<a href="x">'&'</a>`), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  assertEquals(
    html`<b>${"<i>"}${[html`<u>${1}</u>`, "&"]}${undefined}</b>`.text,
    "<b>&lt;i&gt;<u>1</u>&amp;</b>",
  );
});

Deno.test("shellLine() quotes text that a shell would interpret", () => {
  assertEquals(shellLine(["deno", "a b", "it's", "--x=1,2"]), `deno 'a b' 'it'\\''s' --x=1,2`);
});

Deno.test("reportFiles() returns one self-contained page, its tables as LaTeX, and an SVG for each plot", async () => {
  const files = await reportFiles(SAMPLE);
  const plots = SAMPLE.plots.map((p) => `${p.name}.svg`);
  assertEquals(files.map((f) => f.name), ["report.html", "tables.tex", ...plots]);
  for (const { name, content } of files.slice(2)) {
    assertMatch(content, /^<svg/);
    assert(!content.includes("<script"), name);
    assert(!/NaN|undefined|Infinity/.test(content), `${name} has a value that is not a number`);
  }
  const page = files[0]!.content;
  assert(!page.includes(NASTY), "a name stands in the page as it is");
  assertStringIncludes(page, escapeHtml(NASTY));
});

Deno.test("lines over many decades have a grid only at powers of ten", async () => {
  const drawnGrid = async (low: number) => {
    const points = [1, low].map((y, x) => ({ x, y, line: "a" }));
    const plot = lines(points, { name: "a", title: "a", x: "x", y: "y", log: true });
    const svg = await svgOf(plot, await compilePlot(plot));
    const grid = /class="mark-rule role-axis-grid"(.*?)<\/g>/.exec(svg)![1]!;
    return [...grid.matchAll(/<line [^>]*>/g)].filter(([line]) => !/opacity="0"/.test(line)).length;
  };
  // Of one decade also 2, 3, … 9, of five only the powers.
  assertEquals([await drawnGrid(0.1), await drawnGrid(1e-5)], [10, 6]);
});

const chromium = findChromium();

Deno.test("a heat map hides the values of its cells where they would overlap", () => {
  const cells = Array.from({ length: 9 }, (_, x) => ({ x, y: "sgd", value: 0.123 }));
  const { spec } = heatMap(cells, { name: "heat", title: "", x: "", y: "", value: "", labels: true });
  assertStringIncludes(JSON.stringify(spec), `"opacity":{"expr":"width < 342 ? 0 : 1"}`);
});

Deno.test(
  "a report opens without a request or an error, every plot drawn, wide and narrow, light, dark and printed",
  {
    ignore: chromium === undefined,
  },
  async (t) => {
    const folder = await Deno.makeTempDir();
    const browser = await openBrowser(chromium!);
    try {
      for (const { name, content } of await reportFiles(SAMPLE)) {
        await Deno.writeTextFile(`${folder}/${name}`, content);
      }
      for (const look of LOOKS) {
        await t.step(`${look.width} px, ${look.theme}`, async () => {
          const { page, troubles } = await openFile(browser, `${folder}/report.html`, look);
          const seen = await page.evaluate(LOOK_AT_PLOTS) as Seen;
          assertEquals(troubles, []);
          assertEquals(seen.plots.map((p) => p.name), SAMPLE.plots.map((p) => p.name));
          for (const plot of seen.plots) {
            assertEquals(plot.theme, look.theme);
            assert(plot.marks >= 1, `${plot.name} shows no mark`);
            assert(plot.width <= plot.room, `${plot.name} is ${plot.width} px wide in ${plot.room}`);
            assertEquals(plot.cut, [], `${plot.name} has text that is cut off`);
          }
          assert(seen.pageWidth <= look.width, `the page is ${seen.pageWidth} px wide`);
          assert(seen.captions <= look.width, `a caption ends at ${seen.captions} px`);
          await page.close();
        });
      }
      await t.step("the plots follow a change of theme and of width", async () => {
        const { page, troubles } = await openFile(browser, `${folder}/report.html`, LOOKS[0]!);
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
        await page.setViewport({ width: 600, height: 900 });
        await page.waitForFunction(
          `[...document.querySelectorAll(".plot")].every((e) =>
            e.dataset.drawn === "dark" && e.querySelector("svg").clientWidth <= 600)`,
          { timeout: 10_000 },
        );
        const seen = await page.evaluate(LOOK_AT_PLOTS) as Seen;
        assertEquals(new Set(seen.plots.map((p) => p.theme)), new Set(["dark"]));
        assertEquals(troubles, []);
        await page.close();
      });
      await t.step("the value under the pointer is shown within the window", async () => {
        const { page, troubles } = await openFile(browser, `${folder}/report.html`, LOOKS[2]!);
        const tip = `(() => { const { hidden, textContent, style } = document.getElementById("tip");
        return { hidden, textContent, left: parseFloat(style.left) }; })()`;
        assertEquals((await page.evaluate(tip) as { hidden: boolean }).hidden, true);
        await page.hover('[data-plot="points"] .mark-symbol path');
        await page.waitForFunction(`!document.getElementById("tip").hidden`, { timeout: 5000 });
        const { textContent, left } = await page.evaluate(tip) as { textContent: string; left: number };
        assert(/: -?\d/.test(textContent), textContent);
        assert(left >= 4 && left < 375, `${left}`);
        assertEquals(troubles, []);
        await page.close();
      });
      await t.step("printing uses a white background in every theme", async () => {
        const { page, troubles } = await openFile(browser, `${folder}/report.html`, LOOKS[1]!);
        await page.evaluate(`addEventListener("beforeprint", () => document.title =
        [...document.querySelectorAll(".plot")].map((e) => e.dataset.drawn).join())`);
        const pdf = await page.pdf({ format: "A4", printBackground: true });
        assertEquals(new TextDecoder().decode(pdf.subarray(0, 4)), "%PDF");
        assertEquals(await page.evaluate("document.title"), SAMPLE.plots.map(() => "light").join());
        await page.emulateMediaType("print");
        assertEquals(
          await page.evaluate("getComputedStyle(document.body).backgroundColor"),
          "rgb(255, 255, 255)",
        );
        assertEquals(troubles, []);
        await page.close();
      });
      await t.step("a plot of a closed section is drawn when the section opens, and on paper", async () => {
        for (const { name, content } of await reportFiles(FOLDED)) {
          await Deno.writeTextFile(`${folder}/${name}`, content);
        }
        const { page, troubles } = await openFile(browser, `${folder}/report.html`, LOOKS[3]!);
        const drawn = `[...document.querySelectorAll(".plot")].map((e) => e.dataset.drawn ?? "")`;
        assertEquals(await page.evaluate(drawn), ["dark", "", ""]);
        // A long name without spaces does not make the page wider.
        assert((await page.evaluate(LOOK_AT_PLOTS) as Seen).pageWidth <= 375);
        await page.click("details:not(.help) > summary");
        await page.waitForFunction(`document.querySelectorAll("[data-drawn]").length === 2`, {
          timeout: 5000,
        });
        const [, { width, room, cut }] = (await page.evaluate(LOOK_AT_PLOTS) as Seen).plots as [
          unknown,
          Seen["plots"][0],
        ];
        assertEquals([cut, width > 300, width <= room], [[], true, true]);
        await page.evaluate(`addEventListener("beforeprint", () => document.title = ${drawn}.join())`);
        await page.pdf({ format: "A4" });
        assertEquals(await page.evaluate("document.title"), "light,light,light");
        const open = `[...document.querySelectorAll("details:not(.help)")].map((e) => e.open)`;
        assertEquals(await page.evaluate(open), [true, false]);
        await page.evaluate(`document.querySelectorAll("details:not(.help) > summary")[1].click()`);
        await page.waitForFunction(`${drawn}.join() === "dark,dark,dark"`, { timeout: 5000 });
        assertEquals(troubles, []);
        await page.close();
      });
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test("reportFiles() puts the tables and plots of a section into it, a single one open", async () => {
  const pageOf = async (report: Report) => (await reportFiles(report))[0]!.content;
  const page = await pageOf(FOLDED);
  assertEquals(page.match(/<summary>[^<]*|<caption>(?!Conf)[^<]*|data-plot="[^"]*/g), [
    "<caption>all",
    "<summary>How to use the plots",
    'data-plot="first',
    // Its title is that of the section.
    "<summary>one",
    'data-plot="second',
    "<summary>two",
    'data-plot="third',
  ]);
  assert(!page.includes("<details open"));
  const single = { ...FOLDED, tables: FOLDED.tables.slice(0, 2), plots: FOLDED.plots.slice(0, 2) };
  assertStringIncludes(await pageOf(single), "<details open");
});

Deno.test("lines() keep their height up to the next point if asked", () => {
  const interpolated = (steps: boolean) =>
    JSON.stringify(
      lines([{ x: 1, y: 1, line: "a" }], { name: "a", title: "", x: "", y: "", steps }).spec,
    ).match(/"interpolate":"([a-z-]+)"/)![1];
  assertEquals([true, false].map(interpolated), ["step-after", "linear"]);
});

/** A report with folded sections. */
const FOLDED: Report = {
  ...SAMPLE,
  tables: ["all", "one"].map((title, i) => ({
    title,
    header: ["a"],
    rows: [["b"]],
    ...(i === 0 ? {} : { section: title }),
  })),
  plots: ["first", "second", "third"].map((name, i) => ({
    ...lines([1, 2].map((x) => ({ x, y: x, line: "a" })), { name, title: name, x: "step", y: "loss" }),
    ...(i === 0 ? {} : { section: i === 1 ? "one" : "two" }),
  })),
  configuration: [["optimizer: momentum(learningRate=0.0025118864315,momentum=0.99)", "a".repeat(64)]],
};

interface Seen {
  readonly pageWidth: number;
  /** The right edge of the widest caption of a table. */
  readonly captions: number;
  readonly plots: readonly {
    readonly name: string;
    readonly theme: string;
    readonly marks: number;
    readonly width: number;
    readonly room: number;
    readonly cut: readonly string[];
  }[];
}

/** Runs in the page: returns what is drawn of each plot. */
const LOOK_AT_PLOTS = `({
  pageWidth: document.documentElement.scrollWidth,
  captions: Math.max(...[...document.querySelectorAll("caption")].map((e) => e.getBoundingClientRect().right)),
  plots: [...document.querySelectorAll("[data-plot]")].map((e) => {
    const place = e.querySelector(".plot");
    const svg = place.querySelector("svg");
    const box = svg?.getBoundingClientRect();
    return {
      name: e.dataset.plot,
      theme: place.dataset.drawn,
      marks: [...place.querySelectorAll(".role-mark path")].filter((p) => (p.getAttribute("d") ?? "").length > 4).length,
      width: box?.width ?? 0,
      room: place.clientWidth,
      cut: [...place.querySelectorAll("text")].filter((text) => {
        const { left, right, bottom } = text.getBoundingClientRect();
        return right > left && (left < box.left - 1 || right > box.right + 1 || bottom > box.bottom + 1);
      }).map((text) => text.textContent),
    };
  }),
})`;
