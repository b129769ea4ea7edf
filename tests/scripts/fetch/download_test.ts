import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { type Download, download, type DownloadOptions, PART } from "../../../scripts/fetch/download.ts";
import { filesIn, inFolder } from "../process.ts";
import { type Behavior, serveFiles } from "./server.ts";

const FILE = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i + (i >> 7)) & 255);
const HEX = createHash("sha256").update(FILE).digest("hex");
const FAST: DownloadOptions = { stall: 200, retries: 2, pause: 5 };

/** Downloads the file from a server with the given behaviors, and returns the requests that it received. */
async function fetched(
  folder: string,
  behaviors: readonly Behavior[],
  { options = FAST, ...more }: Partial<Download> & { options?: DownloadOptions } = {},
): Promise<readonly string[]> {
  await using server = serveFiles({ "/f": FILE }, behaviors);
  await download({
    urls: [`${server.url}/f`],
    path: `${folder}/f`,
    bytes: FILE.length,
    digest: { algorithm: "sha256", hex: HEX },
    ...more,
  }, options);
  return server.requests;
}

/** Asserts that the folder has the complete file and nothing else. */
function assertWhole(folder: string): void {
  const files = filesIn(folder);
  assertEquals(Object.keys(files), ["f"]);
  assert(Deno.readFileSync(`${folder}/f`).every((b, i) => b === FILE[i]));
}

const served: readonly [what: string, behaviors: readonly Behavior[], requests: readonly string[]][] = [
  ["serves", [], ["/f"]],
  ["cuts twice", [{ kind: "cut", after: 1000 }, { kind: "cut", after: 70_000 }], [
    "/f",
    "/f from 1000",
    "/f from 71000",
  ]],
  ["stalls", [{ kind: "stall", after: 5000 }], ["/f", "/f from 5000"]],
  ["cuts, and does not support ranges", [{ kind: "cut", after: 5000 }, { kind: "serve", ranges: false }], [
    "/f",
    "/f from 5000",
  ]],
  ["corrupts once", [{ kind: "corrupt", at: 123_456 }], ["/f", "/f"]],
  ["corrupts the rest after a cut", [{ kind: "cut", after: 5000 }, { kind: "corrupt", at: 6000 }], [
    "/f",
    "/f from 5000",
    "/f",
  ]],
  ["is overloaded", [{ kind: "status", status: 503 }, { kind: "status", status: 429 }], ["/f", "/f", "/f"]],
];

for (const [what, behaviors, requests] of served) {
  Deno.test(`download() gets the complete file from a server that ${what}`, () =>
    inFolder(async (folder) => {
      assertEquals(await fetched(folder, behaviors), requests);
      assertWhole(folder);
    }));
}

Deno.test("download() follows redirects", () =>
  inFolder(async (folder) => {
    await using target = serveFiles({ "/elsewhere": FILE }, [{ kind: "cut", after: 9000 }]);
    const to = `${target.url}/elsewhere`;
    const requests = await fetched(folder, [{ kind: "redirect", to }, { kind: "redirect", to }]);
    assertEquals(requests, ["/f", "/f from 9000"]);
    assertEquals(target.requests, ["/elsewhere", "/elsewhere from 9000"]);
    assertWhole(folder);
  }));

const refused: readonly [what: string, behaviors: readonly Behavior[], why: string, requests: number][] = [
  ["has no such file", [{ kind: "status", status: 404 }], "answered 404 Not Found", 1],
  [
    "has another file",
    [{ kind: "other", bytes: FILE.slice(1) }],
    "offers a file of 299999 bytes, not 300000",
    1,
  ],
  ["never ends", [{ kind: "endless" }], "sends more than the 300000 bytes that the file has", 1],
  [
    "corrupts",
    [{ kind: "corrupt", at: 7 }, { kind: "corrupt", at: 8 }, { kind: "corrupt", at: 9 }],
    "gave a file whose sha256 is ",
    2,
  ],
  [
    "is out of order",
    Array.from({ length: 9 }, () => ({ kind: "status" as const, status: 500 })),
    "answered 500 Internal Server Error",
    3,
  ],
  [
    "stalls",
    Array.from({ length: 9 }, () => ({ kind: "stall" as const, after: 0 })),
    "sent nothing for 0.2 s",
    3,
  ],
  [
    "redirects in a circle",
    Array.from({ length: 99 }, () => ({ kind: "redirect" as const, to: "/f" })),
    "redirect",
    63,
  ],
];

for (const [what, behaviors, why, requests] of refused) {
  Deno.test(`download() reports what a server did that ${what}, and leaves no file`, () =>
    inFolder(async (folder) => {
      await using server = serveFiles({ "/f": FILE }, behaviors);
      await Deno.writeTextFile(`${folder}/f`, "good");
      const error = await assertRejects(
        () =>
          download({
            urls: [`${server.url}/f`],
            path: `${folder}/f`,
            bytes: FILE.length,
            digest: { algorithm: "sha256", hex: HEX },
          }, FAST),
        Error,
        `cannot fetch ${folder}/f: ${server.url}/f `,
      );
      assertStringIncludes(error.message, why);
      assertEquals(server.requests.length, requests);
      // The earlier file is unchanged.
      assertEquals(Object.keys(filesIn(folder)), ["f"]);
      assertEquals(await Deno.readTextFile(`${folder}/f`), "good");
    }));
}

Deno.test("download() continues at the next mirror where the first one stopped", () =>
  inFolder(async (folder) => {
    await using bad = serveFiles({ "/f": FILE }, [
      { kind: "cut", after: 4000 },
      ...Array.from({ length: 9 }, () => ({ kind: "status" as const, status: 404 })),
    ]);
    await using good = serveFiles({ "/f": FILE });
    const from = await download({
      urls: [`${bad.url}/f`, `${good.url}/f`],
      path: `${folder}/f`,
      bytes: FILE.length,
      digest: { algorithm: "sha256", hex: HEX },
    }, FAST);
    assertEquals(from, `${good.url}/f`);
    assertEquals(good.requests, ["/f from 4000"]);
    assertWhole(folder);
  }));

Deno.test("download() continues a partial file later, and drops a part of another file", () =>
  inFolder(async (folder) => {
    await Deno.writeFile(`${folder}/f${PART}`, FILE.subarray(0, 100_000));
    assertEquals(await fetched(folder, []), ["/f from 100000"]);
    assertWhole(folder);
    await Deno.writeFile(`${folder}/f${PART}`, FILE.subarray(1, 100_001));
    assertEquals(await fetched(folder, []), ["/f from 100000", "/f"]);
    await Deno.writeFile(`${folder}/f${PART}`, new Uint8Array(FILE.length + 1));
    assertEquals(await fetched(folder, []), ["/f"]);
    assertWhole(folder);
  }));

Deno.test("download() keeps the partial file if every try fails", () =>
  inFolder(async (folder) => {
    const gone: Behavior[] = [
      { kind: "cut", after: 50_000 },
      ...Array.from({ length: 9 }, () => ({ kind: "status" as const, status: 500 })),
    ];
    await assertRejects(() => fetched(folder, gone), Error, "answered 500");
    assertEquals(Deno.statSync(`${folder}/f${PART}`).size, 50_000);
    assertEquals(await fetched(folder, []), ["/f from 50000"]);
    assertWhole(folder);
  }));

Deno.test("download() lets only one process write a file", () =>
  inFolder(async (folder) => {
    using held = await Deno.open(`${folder}/f${PART}`, { write: true, create: true });
    await held.lock(true);
    await assertRejects(() => fetched(folder, []), Error, "is being written by another process");
  }));
