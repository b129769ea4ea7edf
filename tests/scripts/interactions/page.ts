/**
 * Opens the sample in Chromium, and reads what is on the page.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Page } from "../../deps/puppeteer.ts";
import { reportFiles } from "../../../scripts/report/page.ts";
import { findChromium, openBrowser, openFile } from "../browser.ts";
import { INTERACTIVE } from "./sample.ts";

/** The path of Chromium, if there is one. */
export const chromium = findChromium();

/** Opens the report, lets a test use it, and closes it; nothing may go wrong on the page. */
export async function onPage(use: (page: Page) => Promise<void>, { width = 1300 } = {}): Promise<void> {
  const folder = await Deno.makeTempDir();
  const browser = await openBrowser(chromium!);
  try {
    const [report] = await reportFiles(INTERACTIVE);
    await Deno.writeTextFile(`${folder}/report.html`, report!.content);
    const { page, troubles } = await openFile(browser, `${folder}/report.html`, { width, theme: "light" });
    await use(page);
    assertEquals(troubles, []);
  } finally {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** The figures that have lines. */
export const LOSS = '[data-plot="loss"]';
export const TRAIN = '[data-plot="train-loss"]';

/** Returns the number of lines that are drawn. */
export function drawnLines(page: Page, figure: string): Promise<number> {
  return page.$$eval(
    `${figure} .plot .mark-line path`,
    (paths) => paths.filter((p) => (p.getAttribute("d") ?? "").length > 4).length,
  ) as Promise<number>;
}

/** Returns the labels of an axis that are seen, in ascending order: 0 is the horizontal axis. */
export async function labels(page: Page, axis: 0 | 1): Promise<number[]> {
  const texts = await page.evaluate(
    `[...[...document.querySelectorAll('${LOSS} .role-axis-label')].slice(-2)[${axis}].querySelectorAll("text")]
      .filter((t) => t.textContent !== "" && t.getAttribute("opacity") !== "0").map((t) => t.textContent)`,
  ) as string[];
  return texts.map(Number).sort((a, b) => a - b);
}

/** Returns the text of the readout, `null` if there is none. */
export function tip(page: Page): Promise<string | null> {
  return page.evaluate(
    `document.getElementById("tip").hidden ? null : document.getElementById("tip").textContent`,
  ) as Promise<string | null>;
}

/** Returns the place of a vertex of a drawn line in the window, from the line's path itself. */
export function vertex(page: Page, line: number, point: number): Promise<{ x: number; y: number }> {
  return page.evaluate(`(() => {
    document.querySelector('${LOSS}').scrollIntoView({ block: "center" });
    const path = document.querySelectorAll('${LOSS} .plot .mark-line path')[${line}];
    const [x, y] = path.getAttribute("d").slice(1).split(/[LZ]/)[${point}].split(",").map(Number);
    const p = new DOMPoint(x, y).matrixTransform(path.getScreenCTM());
    return { x: p.x, y: p.y };
  })()`) as Promise<{ x: number; y: number }>;
}

/** Returns the texts of the pressed buttons of a group. */
export function pressed(page: Page, selector: string): Promise<string[]> {
  return page.$$eval(
    `${selector} button[aria-pressed="true"]:not([hidden])`,
    (all) => all.map((b) => b.textContent ?? ""),
  ) as Promise<string[]>;
}

/** Clicks a button by its text. */
export async function clickButton(page: Page, selector: string, text: string): Promise<void> {
  const handle = await page.evaluateHandle(
    `[...document.querySelectorAll(${JSON.stringify(`${selector} button`)})].find((b) => b.textContent === ${
      JSON.stringify(text)
    })`,
  );
  await handle.asElement()!.click();
}

/** Presses a key, with Shift or without. */
export async function press(page: Page, key: string, { shift = false } = {}): Promise<void> {
  if (shift) await page.keyboard.down("Shift");
  await page.keyboard.press(key as "Enter");
  if (shift) await page.keyboard.up("Shift");
}

/** Returns the names at the ends of the lines, from top to bottom. */
export function endLabels(page: Page, figure = LOSS): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('${figure} .plot .labels text')]
    .filter((t) => t.textContent !== "" && t.getAttribute("opacity") !== "0")
    .sort((a, b) => a.getBoundingClientRect().y - b.getBoundingClientRect().y).map((t) => t.textContent)`) as Promise<
    string[]
  >;
}

/** Returns the names of the runs that the search finds. */
export function shownRuns(page: Page): Promise<string[]> {
  return page.$$eval(
    "#choose tbody tr:not([hidden]) label",
    (all) => all.map((l) => l.textContent),
  ) as Promise<
    string[]
  >;
}
