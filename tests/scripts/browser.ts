/**
 * Reports opened in a headless Chromium.
 *
 * @module
 */
import { type Browser, launch, type Page } from "../deps/puppeteer.ts";

/** Where Chromium is: `CHROMIUM_PATH`, or where distributions put it; `undefined` where there is none. */
export function findChromium(): string | undefined {
  const places = [
    Deno.env.get("CHROMIUM_PATH"),
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
  ];
  return places.find((p) => p !== undefined && exists(p));
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Opens a browser with a profile of its own. */
export function openBrowser(executablePath: string): Promise<Browser> {
  return launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** How to look at a page. */
export interface Look {
  readonly width: number;
  readonly theme: "light" | "dark";
}

/** A page that is open, and what went wrong on it so far. */
export interface Opened {
  readonly page: Page;
  readonly troubles: readonly string[];
}

/** Opens a file; errors, warnings and requests for anything else are kept as troubles. */
export async function openFile(browser: Browser, path: string, { width, theme }: Look): Promise<Opened> {
  const page = await browser.newPage();
  const troubles: string[] = [];
  page.on("console", (m) => {
    if (["error", "warn"].includes(m.type())) troubles.push(`${m.type()}: ${m.text()}`);
  });
  page.on("pageerror", (e) => void troubles.push(String(e)));
  page.on("requestfailed", (r) => void troubles.push(`failed: ${r.url()}`));
  page.on("request", (r) => {
    if (r.url() !== `file://${path}` && !r.url().startsWith("data:")) troubles.push(`asked for ${r.url()}`);
  });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
  await page.setViewport({ width, height: 900 });
  await page.goto(`file://${path}`, { waitUntil: "load" });
  return { page, troubles };
}
