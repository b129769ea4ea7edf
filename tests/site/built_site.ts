/**
 * Checks the built site, in Chromium as well: `deno task site`, then `deno task site:test`.
 *
 * It is no part of the ordinary tests, because the site takes a minute to build. The pictures that it takes are in
 * `site/.build/pictures`.
 */
import { assert, assertEquals } from "@std/assert";
import { findChromium, openBrowser } from "../scripts/browser.ts";
import type { Browser, Page } from "../deps/puppeteer.ts";
import { deadLinks, pagesIn } from "./dead_links.ts";
import { serveFolders } from "../file_server.ts";

const SITE = new URL("../../site/", import.meta.url).pathname;
const DIST = `${SITE}dist`;
const PICTURES = `${SITE}.build/pictures`;

const isBuilt = (() => {
  try {
    return Deno.statSync(`${DIST}/index.html`).isFile;
  } catch {
    return false;
  }
})();
if (!isBuilt) {
  throw new Error("there is no site/dist: run deno task site first");
}

const chromium = findChromium();
if (chromium === undefined) {
  console.log(
    "skipped what needs Chromium: no CHROMIUM_PATH, and none in the usual places",
  );
}

/** Pages of every kind. */
const LOOKED_AT = [
  "index",
  "getting_started",
  "tutorials/comparing",
  "cookbook",
  "from_pytorch",
  "lecture",
  "lecture/momentum",
  "lecture/local-minima",
  "gallery",
  "optimizers",
  "names",
  "bench",
  "coverage",
  "api/index",
  "api/mod",
  "reference/~/adam",
  "reference/onnx/~/Graph",
  "reference/all_symbols",
  "source/optim/optimizer.ts",
  "reports/digits/report",
  "playground/index",
];

Deno.test("no link of the site is dead", () => {
  assert([...pagesIn(DIST)].length > 500);
  assertEquals(deadLinks(DIST), []);
});

Deno.test("no page of the site loads anything from elsewhere", () => {
  const outside = [...pagesIn(DIST)].flatMap((file) =>
    [
      ...Deno.readTextFileSync(file).matchAll(
        /<(?:script|img|iframe|link)\b[^>]*\s(?:src|href)="((?:https?:)?\/\/[^"]+)"/g,
      ),
    ]
      .map(([, link]) => `${file}: ${link}`)
  );
  assertEquals(outside, []);
});

/** The width of a page, and how it is colored: the sum of the ground's red, green and blue, or `null` without a ground. */
const LOOK = `({
  width: document.documentElement.scrollWidth,
  dark: document.documentElement.classList.contains("dark"),
  ground: /^rgb\\(/.test(getComputedStyle(document.body).backgroundColor)
    ? getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number).reduce((a, b) => a + b)
    : null,
})`;

const IS_DARK = `document.documentElement.classList.contains("dark")`;

/** Calls `check` with a tab of a new browser and the troubles on its pages so far, and with the site's address. */
async function inBrowser(
  check: (
    tab: { page: Page; troubles: string[]; address: string; browser: Browser },
  ) => Promise<void>,
): Promise<void> {
  await using server = serveFolders({ folders: { "/": [DIST] }, isolated: false });
  const { address } = server;
  await Deno.mkdir(PICTURES, { recursive: true });
  const browser = await openBrowser(chromium!);
  try {
    const page = await browser.newPage();
    const troubles: string[] = [];
    page.on("console", (m) => {
      if (["error", "warn"].includes(m.type())) {
        troubles.push(`${page.url()}: ${m.type()}: ${m.text()}`);
      }
    });
    page.on("pageerror", (e) => void troubles.push(`${page.url()}: ${e}`));
    page.on("request", (r) => {
      if (
        !r.url().startsWith(address) && !r.url().startsWith("data:") &&
        !r.url().startsWith("blob:")
      ) {
        troubles.push(`${page.url()} asked for ${r.url()}`);
      }
    });
    page.on("response", (r) => {
      if (r.status() >= 400) {
        troubles.push(`${page.url()}: ${r.status()} for ${r.url()}`);
      }
    });
    await check({ page, troubles, address, browser });
  } finally {
    await browser.close();
  }
}

for (const width of [1300, 390]) {
  for (const theme of ["light", "dark"] as const) {
    Deno.test({
      name: `pages are without errors and fit ${width} pixels, ${theme}`,
      ignore: chromium === undefined,
      fn: () =>
        inBrowser(async ({ page, troubles, address }) => {
          await page.emulateMediaFeatures([{
            name: "prefers-color-scheme",
            value: theme,
          }]);
          await page.setViewport({ width, height: width === 390 ? 844 : 900 });
          for (const path of LOOKED_AT) {
            await page.goto(`${address}/${path}.html`, {
              waitUntil: "networkidle0",
            });
            const look = await page.evaluate(LOOK) as {
              width: number;
              ground: number | null;
              dark: boolean;
            };
            await page.screenshot({
              path: `${PICTURES}/${path.replaceAll("/", "_")}-${width}-${theme}.png`,
            });
            assert(look.width <= width, `${path} is ${look.width} pixels wide`);
            assertEquals(
              look.ground === null ? look.dark : look.ground < 300,
              theme === "dark",
              path,
            );
          }
          assertEquals(troubles, []);
        }),
    });
  }
}

Deno.test({
  name: "search finds pages by keyboard, without a request elsewhere",
  ignore: chromium === undefined,
  fn: () =>
    inBrowser(async ({ page, troubles, address }) => {
      await page.setViewport({ width: 1300, height: 900 });
      await page.goto(`${address}/index.html`, { waitUntil: "networkidle0" });
      await page.keyboard.press("/");
      await page.waitForSelector(".VPLocalSearchBox input");
      await page.type(".VPLocalSearchBox input", "Hessian-vector product");
      await page.waitForSelector(".VPLocalSearchBox .result");
      await page.screenshot({ path: `${PICTURES}/search.png` });
      await page.keyboard.press("Enter");
      await page.waitForFunction(
        `!document.querySelector(".VPLocalSearchBox")`,
      );
      await page.waitForFunction(`!location.pathname.endsWith("/index.html")
        && document.querySelector(".vp-doc")?.textContent.includes("Hessian-vector")`);
      assertEquals(troubles, []);
    }),
});

Deno.test({
  name: "a report in a page is as high as its content, and has the theme of the page",
  ignore: chromium === undefined,
  fn: () =>
    inBrowser(async ({ page, troubles, address }) => {
      await page.setViewport({ width: 1300, height: 900 });
      // Nothing is emulated here: an emulated theme would hold in the frame as well.
      await page.goto(`${address}/lecture/momentum.html`, {
        waitUntil: "networkidle0",
      });
      await page.$eval(".report iframe", (e) => e.scrollIntoView());
      const frame = await (await page.waitForSelector(".report iframe"))!
        .contentFrame();
      await frame.waitForSelector("svg, canvas");
      await page.waitForFunction(`(() => {
        const frame = document.querySelector(".report iframe");
        return Math.abs(frame.clientHeight - frame.contentDocument.documentElement.scrollHeight) <= 2;
      })()`);
      const isDark = () => frame.evaluate(`matchMedia("(prefers-color-scheme: dark)").matches`);
      assertEquals(await isDark(), false);
      await page.click(".VPNavBarAppearance button");
      await frame.waitForFunction(`matchMedia("(prefers-color-scheme: dark)").matches`);
      assertEquals(troubles, []);
    }),
});

Deno.test({
  name: "the theme that is chosen on a page holds for the reference, too",
  ignore: chromium === undefined,
  fn: () =>
    inBrowser(async ({ page, troubles, address }) => {
      await page.emulateMediaFeatures([{
        name: "prefers-color-scheme",
        value: "light",
      }]);
      await page.setViewport({ width: 1300, height: 900 });
      await page.goto(`${address}/faq.html`, { waitUntil: "networkidle0" });
      await page.click(".VPNavBarAppearance button");
      assert(await page.evaluate(IS_DARK));
      await page.goto(`${address}/reference/~/adam.html`, {
        waitUntil: "networkidle0",
      });
      assert(await page.evaluate(IS_DARK));
      assertEquals(troubles, []);
    }),
});
