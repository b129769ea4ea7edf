import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  chromium,
  clickButton,
  drawnLines,
  endLabels,
  labels,
  LOSS,
  onPage,
  pressed,
  shownRuns,
  tip,
  TRAIN,
  vertex,
} from "./page.ts";

Deno.test(
  "a report's plots answer to the mouse",
  { ignore: chromium === undefined },
  (t) =>
    onPage(async (page) => {
      await t.step("the nearest point is read under a crosshair", async () => {
        const { x, y } = await vertex(page, 1, 10);
        await page.mouse.move(x + 3, y - 3);
        const text = await tip(page);
        assertMatch(text!, /^momentum\nstep: 10\nloss: 0\.2865 /);
        assertStringIncludes(text!, `(0.25785 to 0.2865)`);
        const circle = await page.$eval(`${LOSS} .cross circle`, (c) => {
          const { left, width, top, height } = c.getBoundingClientRect();
          return [left + width / 2, top + height / 2];
        }) as number[];
        assertAlmostEquals(circle[0]!, x, 1.5);
        assertAlmostEquals(circle[1]!, y, 1.5);
        await page.mouse.move(5, 5);
        assertEquals(await tip(page), null);
      });
      await t.step("dragging zooms, and double-click shows all again", async () => {
        const all = await labels(page, 0);
        assertEquals([all[0], all.at(-1)], [0, 20]);
        const [from, to] = [await vertex(page, 1, 5), await vertex(page, 1, 10)];
        await page.mouse.move(from.x, from.y - 20);
        await page.mouse.down();
        await page.mouse.move(to.x, to.y + 20, { steps: 3 });
        await page.mouse.up();
        const part = await labels(page, 0);
        assert(Math.min(...part) >= 5 && Math.max(...part) <= 10, part.join());
        const { x, y } = await vertex(page, 1, 8);
        await page.mouse.click(x, y, { count: 2 });
        assertEquals(await labels(page, 0), all);
      });
      await t.step("buttons zoom in, out and back", async () => {
        const all = await labels(page, 0);
        await clickButton(page, LOSS, "+");
        const inside = await labels(page, 0);
        assert(Math.min(...inside) >= 5 && Math.max(...inside) <= 15, inside.join());
        await clickButton(page, LOSS, "reset");
        assertEquals(await labels(page, 0), all);
        assertEquals(
          await page.evaluate(`document.querySelector('${LOSS} .tools').contains(document.activeElement)`),
          true,
        );
      });
      await t.step("scales switch between logarithmic and linear", async () => {
        assertEquals(await labels(page, 1), [0.01, 0.1, 1]);
        await clickButton(page, LOSS, "log y");
        const linear = await labels(page, 1);
        assertAlmostEquals(linear[1]! - linear[0]!, linear[2]! - linear[1]!, 1e-9);
        await clickButton(page, LOSS, "log y");
        assertEquals(await labels(page, 1), [0.01, 0.1, 1]);
      });
      await t.step("names hide lines, show them, and show one alone", async () => {
        const names = `${LOSS} .legend`;
        assertEquals(await drawnLines(page, LOSS), 3);
        await clickButton(page, names, "momentum");
        assertEquals([await drawnLines(page, LOSS), await pressed(page, names)], [2, ["sgd", "adam"]]);
        assertEquals(await endLabels(page), ["adam", "sgd"]);
        // The scale is that of the lines that are left.
        await page.keyboard.down("Shift");
        await clickButton(page, names, "adam");
        await page.keyboard.up("Shift");
        assertEquals([await drawnLines(page, LOSS), await pressed(page, names)], [1, ["adam"]]);
        await clickButton(page, names, "show all");
        assertEquals(await drawnLines(page, LOSS), 3);
      });
      await t.step("runs are searched, chosen, and reduced to the best of each", async () => {
        // Two lines of each of 20 runs; 16 at first.
        assertEquals(await drawnLines(page, TRAIN), 16);
        const looks = await page.$$eval(`${TRAIN} .plot .mark-line path`, (all) =>
          all.map((p) => `${p.getAttribute("stroke")} ${p.getAttribute("stroke-dasharray")}`)) as string[];
        assertEquals(new Set(looks).size, 16, "each in a style of its own");
        await page.type("#choose input[type=search]", "cuda");
        assertEquals(await shownRuns(page), ["made/run-3"]);
        await clickButton(page, "#choose", "draw none of them");
        assertEquals(await drawnLines(page, TRAIN), 14);
        await page.click("#choose input[type=search]", { count: 3 });
        await page.type("#choose input[type=search]", "made");
        assertEquals((await shownRuns(page)).length, 20);
        await clickButton(page, "#choose", "draw all found");
        assertEquals(await drawnLines(page, TRAIN), 40);
        // So many names would not fit beside the plot.
        assertEquals(await endLabels(page, TRAIN), []);
        await clickButton(page, "#choose", "only the best of each");
        assertEquals(await drawnLines(page, TRAIN), 20);
        assertEquals((await endLabels(page, TRAIN)).length, 20);
        const alternating = await page.$$eval(
          `${TRAIN} .legend button[aria-pressed="true"]`,
          (all) =>
            all.slice(0, 3).map((b) => b.textContent),
        );
        assertEquals(alternating, ["made/run-0 adam", "made/run-1 sgd", "made/run-2 adam"]);
        await page.click("#choose tbody tr:nth-child(2) input");
        assertEquals(await drawnLines(page, TRAIN), 19);
        assertEquals(await page.$eval("#choose a", (a) => a.getAttribute("href")), "../run-0/report.html");
      });
      await t.step("what differs between two configurations is listed", async () => {
        await page.click(".differences summary");
        await page.select(".differences select:last-of-type", "made/run-3");
        assertEquals(
          await page.$$eval(".differences tr", (rows) =>
            rows.map((r) =>
              [...r.children].map((c) => c.textContent)
            )),
          [["", "made/run-0", "made/run-3"], ["optimizer: adam", "learning rate 0", "learning rate 0.3"]],
        );
      });
    }),
);
