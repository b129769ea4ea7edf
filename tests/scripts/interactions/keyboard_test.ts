import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { chromium, drawnLines, labels, LOSS, onPage, press, pressed, shownRuns, tip, TRAIN } from "./page.ts";
import { lossAt } from "./sample.ts";

/** The stops of Tab, in order; the boxes of the runs as one. */
const STOPS = [
  "How to use the plots",
  "search",
  "draw all found",
  "draw none of them",
  "only the best of each",
  "box",
  "What differs between two configurations",
  // Of a group of buttons, the first: arrow keys go on.
  "loss: log y",
  "loss: sgd",
  "loss: plot",
  "bars: CSV",
  "train-loss: log y",
  "train-loss: made/run-0 sgd",
  "train-loss: plot",
];

Deno.test(
  "a report's plots answer to the keyboard",
  { ignore: chromium === undefined },
  (t) =>
    onPage(async (page) => {
      const focused = () =>
        page.evaluate(`(() => {
        const e = document.activeElement;
        if (e.type === "checkbox") return "box";
        const name = e.getAttribute("aria-roledescription") ?? (e.type === "search" ? "search" : undefined) ??
          (e === document.body ? "body" : e.textContent);
        const figure = e.closest("[data-plot]");
        return figure === null ? name : figure.dataset.plot + ": " + name;
      })()`) as Promise<string>;
      /** Focuses a stop by Tab, from wherever the focus is. */
      const goTo = async (stop: string) => {
        for (let i = 0; i < 80; i++) {
          if (await focused() === stop) return;
          await press(page, "Tab");
        }
        throw new Error(`no stop ${stop}`);
      };
      await t.step("Tab goes through the page in the order of reading", async () => {
        const order: string[] = [];
        for (let i = 0; i < 80 && order.at(-1) !== STOPS.at(-1); i++) {
          await press(page, "Tab");
          const stop = await focused();
          if (order.at(-1) !== stop && (stop !== "box" || !order.includes("box"))) order.push(stop);
        }
        // The first run has a link to its report, between its box and the next one.
        assertEquals(order.filter((stop) => stop !== "report"), STOPS);
        assertEquals(order.length, STOPS.length + 1);
      });
      await t.step("arrow keys go through the tools, and Enter presses them", async () => {
        await goTo("loss: log y");
        await press(page, "Enter");
        assertEquals((await labels(page, 1)).includes(0.5), true);
        assertEquals(await focused(), "loss: log y");
        await press(page, "Enter");
        assertEquals(await labels(page, 1), [0.01, 0.1, 1]);
        for (const [key, stop] of [["ArrowRight", "log x"], ["End", "Vega-Lite"], ["ArrowRight", "log y"]]) {
          await press(page, key!);
          assertEquals(await focused(), `loss: ${stop}`);
        }
        for (let i = 0; i < 2; i++) await press(page, "ArrowRight");
        assertEquals(await focused(), "loss: +");
        await press(page, " ");
        assert((await labels(page, 0)).at(-1)! <= 15);
        for (let i = 0; i < 2; i++) await press(page, "ArrowRight");
        assertEquals(await focused(), "loss: reset");
        await press(page, "Enter");
        assertEquals((await labels(page, 0)).at(-1), 20);
        // The button is gone: the focus is on one that is left.
        assertEquals(await focused(), "loss: log y");
      });
      await t.step("names hide lines, show them, and with Shift show one alone", async () => {
        await goTo("loss: sgd");
        await press(page, "ArrowRight");
        assertEquals(await focused(), "loss: momentum");
        await press(page, "Enter");
        assertEquals(await pressed(page, `${LOSS} .legend`), ["sgd", "adam"]);
        await press(page, "Enter", { shift: true });
        assertEquals(await pressed(page, `${LOSS} .legend`), ["momentum"]);
        assertEquals(await drawnLines(page, LOSS), 1);
        await press(page, "Enter", { shift: true });
        assertEquals(await drawnLines(page, LOSS), 3);
      });
      await t.step("arrow keys read the points of a plot", async () => {
        await goTo("loss: plot");
        const reads = async (key: string, at: readonly [string, number]) => {
          await press(page, key);
          const [, line, step, loss] = /^(.*)\nstep: (.*)\nloss: ([^ ]*)/.exec((await tip(page))!)!;
          assertEquals([line!, Number(step)], at);
          assertAlmostEquals(Number(loss), lossAt(line!, Number(step)), 1e-4);
        };
        await reads("ArrowRight", ["sgd", 0]);
        await reads("ArrowRight", ["sgd", 1]);
        await reads("ArrowDown", ["momentum", 1]);
        await reads("ArrowUp", ["sgd", 1]);
        await reads("ArrowUp", ["adam", 1]);
        await reads("End", ["adam", 20]);
        await reads("ArrowLeft", ["adam", 19]);
        await press(page, "Escape");
        assertEquals(await tip(page), null);
      });
      await t.step("keys zoom, move the part that is seen, and switch the scales", async () => {
        const all = await labels(page, 0);
        await press(page, "+");
        const inside = await labels(page, 0);
        assertEquals([inside[0], inside.at(-1)], [5, 15]);
        await press(page, "ArrowRight", { shift: true });
        assert((await labels(page, 0)).at(-1)! > 15);
        await press(page, "-");
        await press(page, "0");
        assertEquals(await labels(page, 0), all);
        await press(page, "l");
        assertEquals(await pressed(page, `${LOSS} .tools`), []);
        await press(page, "L", { shift: true });
        assertEquals(await pressed(page, `${LOSS} .tools`), ["log x"]);
        assertEquals((await labels(page, 0)).at(0), 1);
        assertEquals(await focused(), "loss: plot");
      });
      await t.step("the search and the boxes of runs take keys", async () => {
        await goTo("train-loss: plot");
        await page.focus("#choose input[type=search]");
        await page.keyboard.type("run-3");
        assertEquals(await shownRuns(page), ["made/run-3"]);
        await goTo("box");
        await press(page, " ");
        assertEquals(await drawnLines(page, TRAIN), 14);
      });
    }),
);
