/**
 * Opens reports in a headless Chromium.
 *
 * @module
 */
import { type Browser, launch, type Page } from "../deps/puppeteer.ts";

/** Returns the path of Chromium: `CHROMIUM_PATH`, or a usual place of distributions; `undefined` if there is none. */
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

/** WebGPU on the adapter in software that Chromium brings. */
const WEBGPU = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
];

/** Opens a browser with its own profile. */
export function openBrowser(
  executablePath: string,
  { webgpu = false, proxy }: { webgpu?: boolean; proxy?: string } = {},
): Promise<Browser> {
  return launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      ...(proxy === undefined ? [] : [`--proxy-server=${proxy}`]),
      ...(webgpu ? WEBGPU : ["--disable-gpu"]),
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** The window's width in pixels, and the color theme. */
export interface Look {
  readonly width: number;
  readonly theme: "light" | "dark";
}

/** An open page, and the troubles on it so far. */
export interface Opened {
  readonly page: Page;
  readonly troubles: readonly string[];
}

/** Opens a file; records errors, warnings and requests for anything else as troubles. */
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
