import { assert, assertEquals } from "@std/assert";
import { findChromium, openBrowser } from "../browser.ts";
import { inFolder } from "../process.ts";
import { NASTY, rows, watch, writeRun } from "./watched.ts";

const chromium = findChromium();

Deno.test("the page follows runs as they grow, in Chromium, in light and dark", {
  ignore: chromium === undefined,
}, () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/runs`);
    await using served = await watch(folder);
    const browser = await openBrowser(chromium!);
    try {
      const page = await browser.newPage();
      const troubles: string[] = [];
      page.on("console", (m) => {
        if (["error", "warn"].includes(m.type())) troubles.push(m.text());
      });
      page.on("pageerror", (e) => void troubles.push(String(e)));
      page.on("request", (r) => {
        if (!r.url().startsWith(served.url) && !r.url().startsWith("data:")) troubles.push(r.url());
      });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
      await page.setViewport({ width: 1000, height: 900 });
      await page.goto(served.url, { waitUntil: "load" });
      const says = (text: string) =>
        page.waitForFunction(`document.body.innerText.includes(${JSON.stringify(text)})`, {
          timeout: 15_000,
        });
      await says("No run has written metrics yet.");
      await writeRun(`${folder}/runs/${NASTY.replace("/", "")}`, rows(NASTY, { to: 30 }));
      await says("1 run, 1 running");
      await writeRun(`${folder}/runs/second`, rows("adam", { to: 40 }));
      await says("2 runs, 2 running");
      await writeRun(`${folder}/runs/second`, rows("adam", { to: 50 }));
      await page.waitForFunction(
        `[...document.querySelectorAll("td")].some((td) => td.textContent === "50")`,
        { timeout: 15_000 },
      );
      const cells = await page.$$eval("tbody tr:nth-child(2) td", (tds) => tds.map((td) => td.textContent));
      assertEquals(cells.slice(0, 4), [NASTY, "running", `${NASTY} 0`, "30"]);
      const drawn = () => page.$$eval(".plot", (plots) => plots.map((p) => p.getAttribute("data-drawn")));
      assertEquals(await drawn(), ["light", "light"]);
      const curves = await page.$$eval(".plot svg .mark-line path", (paths) => paths.length);
      assert(curves >= 4, String(curves));
      assertEquals(await page.$$eval("img", (images) => images.length), 0);
      // What the reader chose stays while a run grows and another one begins.
      await page.click('[data-plot="batch-loss"] .legend button');
      await page.type("#choose input[type=search]", "second");
      const chosen = () =>
        page.evaluate(`[
          [...document.querySelectorAll("#choose tbody tr:not([hidden]) label")].map((l) => l.textContent).join(),
          document.querySelectorAll('[data-plot="batch-loss"] .legend [aria-pressed="false"]').length,
          document.querySelectorAll('[data-plot="batch-loss"] .plot .mark-line path').length,
          document.querySelector("#choose input").value,
        ]`);
      // A plot is drawn again in a later frame.
      const becomes = async (expected: unknown[]) => {
        for (let k = 0; k < 50 && JSON.stringify(await chosen()) !== JSON.stringify(expected); k++) {
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        assertEquals(await chosen(), expected);
      };
      await becomes(["second", 1, 1, "second"]);
      await writeRun(`${folder}/runs/third`, rows("sgd", { to: 20 }));
      await says("3 runs, 3 running");
      await becomes(["second", 1, 2, "second"]);
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
      await page.waitForFunction(
        `[...document.querySelectorAll(".plot")].every((p) => p.dataset.drawn === "dark")`,
      );
      const wide = await page.evaluate("document.documentElement.scrollWidth <= innerWidth");
      assert(wide);
      assertEquals(troubles, []);
    } finally {
      await browser.close();
    }
  }));
