import { assert, assertEquals } from "@std/assert";
import type { Browser, Page } from "../deps/puppeteer.ts";
import { adam, digits, momentum, parseTable, sgd } from "../../mod.ts";
import { fromLink } from "../../playground/config.ts";
import { buildPlayground } from "../../tools/playground/main.ts";
import { serveFolders } from "../file_server.ts";
import { findChromium, openBrowser } from "../scripts/browser.ts";
import { descended, heldOut } from "./expected.ts";

const chromium = findChromium();

/** Registers a test in Chromium. Without it the test is ignored, and its name says why. */
function test(name: string, fn: () => Promise<void>): void {
  const suffix = chromium === undefined ? " (skipped: no Chromium; set CHROMIUM_PATH)" : "";
  Deno.test({ name: `${name}${suffix}`, ignore: chromium === undefined, fn });
}

const folder = await Deno.makeTempDir();
let building: Promise<void> | undefined;
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

/** A page of the playground, and the hosts besides loopback that its browser asked for. */
interface Opened {
  readonly page: Page;
  readonly hosts: readonly string[];
}

/** The hosts that Chromium itself asks on any page, such as for updates. */
const OF_CHROMIUM = /(^|\.)(google|googleapis)\.com$/;

/** Opens the playground behind a proxy, which all requests that leave this machine would go through. */
async function opened(use: (opened: Opened) => Promise<void>): Promise<void> {
  await (building ??= buildPlayground(folder));
  const hosts: string[] = [];
  const proxy = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
    const { hostname } = new URL(url);
    if (!OF_CHROMIUM.test(hostname)) hosts.push(hostname);
    return new Response(null, { status: 204 });
  });
  let browser: Browser | undefined;
  try {
    browser = await openBrowser(chromium!, { proxy: `127.0.0.1:${proxy.addr.port}` });
    const page = await browser.newPage();
    await page.setViewport({ width: 1300, height: 1000 });
    const troubles: string[] = [];
    page.on("console", (m) => void troubles.push(m.text()));
    page.on("pageerror", (e) => void troubles.push(String(e)));
    await using server = serveFolders({ folders: { "/play/": [folder] }, isolated: false });
    await page.goto(`${server.address}/play/index.html`);
    await use({ page, hosts });
    assertEquals(troubles, []);
  } finally {
    await browser?.close();
    await proxy.shutdown();
  }
}

/** Trains with the settings of a link. @returns the cells of the table, row by row, and the line above the plots. */
async function trained(page: Page, link: string): Promise<{ rows: string[][]; status: string }> {
  await page.evaluate(`location.hash = ${JSON.stringify(link)}`);
  await page.click("#train");
  return await finished(page);
}

async function finished(page: Page): Promise<{ rows: string[][]; status: string }> {
  await page.waitForFunction(`document.querySelector("#stop").disabled`);
  // The last report is drawn in the next frame.
  await page.evaluate(
    `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))`,
  );
  const status = await page.evaluate(`document.querySelector("#status").textContent`);
  const rows = await page.evaluate(
    `[...document.querySelectorAll("tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent))`,
  );
  return { rows, status } as { rows: string[][]; status: string };
}

test("the playground trains the digits with three optimizers as in Deno, and asks no other host", () =>
  opened(async ({ page, hosts }) => {
    const link = "problem=digits&epochs=2";
    const { rows, status } = await trained(page, link);
    assertEquals(
      status,
      "Training in a worker on WebAssembly, with one thread: this page is not isolated from others, which threads need. Done.",
    );
    const optimizers = [
      sgd({ learningRate: 0.1 }),
      momentum({ learningRate: 0.05 }),
      adam({ learningRate: 0.01 }),
    ];
    const shared = { epochs: 2, over: "all", outputs: 10, loss: "cross-entropy" } as const;
    const expected = await Promise.all(
      optimizers.map((optimizer) => heldOut(digits(), { optimizer, ...shared })),
    );
    assertEquals(rows.map(([rule, rate, steps]) => [rule, rate, steps]), [
      ["sgd", "0.1", "90"],
      ["momentum", "0.05", "90"],
      ["adam", "0.01", "90"],
    ]);
    rows.forEach((row, i) => {
      assert(
        Math.abs(Number(row[4]) - expected[i]!.loss) < 2e-4,
        `${row.join(" ")}, in Deno ${expected[i]!.loss}`,
      );
      assert(Math.abs(parseFloat(row[5]!) / 100 - expected[i]!.accuracy!) < 3e-3, row.join(" "));
      assert(expected[i]!.accuracy! > 0.85);
    });
    assertEquals(await page.$$eval(".loss .line, .heldOut .line", (lines) => lines.length), 6);
    assertEquals(hosts, []);
    // The proxy would have seen such a request.
    await page.goto("http://descent.invalid/").catch(() => {});
    assertEquals(hosts, ["descent.invalid"]);
  }));

test("the playground draws the paths on the contour lines; a click sets the start, a link holds it", () =>
  opened(async ({ page }) => {
    const link = "problem=function&optimizers=momentum@0.0005,adam@0.05&steps=200";
    const { rows, status } = await trained(page, link);
    assertEquals(status, "Descending in a worker, in float64. Done.");
    const ends = [momentum({ learningRate: 0.0005 }), adam({ learningRate: 0.05 })].map((optimizer) =>
      descended(optimizer, { steps: 200 })
    );
    assertEquals(rows.map((row) => row[4]), ends.map((end) => end.map((v) => v.toFixed(4)).join(", ")));
    assertEquals(await page.$$eval(".contour .line", (lines) => lines.length), 2);
    const picture = (await (await page.$(".contour svg"))!.boundingBox())!;
    await page.mouse.click(picture.x + picture.width / 2, picture.y + picture.height / 2);
    await finished(page);
    const { start } = fromLink(new URL(page.url()).hash.slice(1));
    assert(Math.hypot(start[0] - -0.1, start[1] - 0.9) < 0.05, String(start));
  }));

test("the playground trains on a table that is dropped, and names what is wrong with one", () =>
  opened(async ({ page }) => {
    const drop = (text: string) =>
      page.evaluate(`{
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([${JSON.stringify(text)}], "own.csv"));
        document.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
      }`);
    const numbers = Array.from(
      { length: 80 },
      (_, i) => [(i * 37 % 40) / 20 - 1, (i * 61 % 39) / 20 - 1] as const,
    );
    const text = ["a,b,product", ...numbers.map(([a, b]) => `${a},${b},${a * b}`)].join("\n");
    await drop(text);
    await page.waitForFunction(`document.querySelector("#file-name").textContent === "own.csv"`);
    const link = "problem=csv&optimizers=adam@0.02&epochs=4&target=number";
    const { rows } = await trained(page, link);
    const set = parseTable(text, { header: true, target: "number" });
    const optimizer = adam({ learningRate: 0.02 });
    const { loss } = await heldOut(set, { optimizer, epochs: 4, over: "each", outputs: 1, loss: "mse" });
    assert(Math.abs(Number(rows[0]![4]) - loss) < 2e-4, `${rows[0]!.join(" ")}, in Deno ${loss}`);
    assertEquals(rows[0]![5], "");
    await drop("a,b,kind\n1,2,x\n1,oops,y\n");
    await page.click("#train");
    const { status } = await finished(page);
    assertEquals(status, 'own.csv, line 3, column b: expected a finite number, got "oops"');
  }));
