import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { createTarGzip } from "nanotar";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { cacheFolder } from "../../../scripts/fetch/cache.ts";
import { CATALOG, type KnownFile } from "../../../scripts/fetch/catalog.ts";
import { fetchSet } from "../../../scripts/fetch/fetch_set.ts";
import denoJson from "../../../deno.json" with { type: "json" };
import { end, filesIn, inFolder, run, start } from "../process.ts";
import { serveFiles } from "./server.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

function known(name: string, data: Uint8Array): KnownFile {
  const hex = createHash("sha256").update(data).digest("hex");
  return { name, bytes: data.length, digest: { algorithm: "sha256", hex } };
}

/** Returns a data set in an archive, like CIFAR-10, with further files in the archive. */
async function archived(more: Record<string, string> = {}) {
  const content = { "a.bin": bytesOf("a".repeat(1000)), "b.bin": bytesOf("b".repeat(2000)) };
  const tar = await createTarGzip([
    ...Object.entries(content).map(([name, data]) => ({ name: `set/${name}`, data })),
    ...Object.entries(more).map(([name, text]) => ({ name, data: bytesOf(text) })),
  ]);
  const archive = new Uint8Array(tar);
  const files = Object.entries(content).map(([name, data]) => known(name, data));
  const set = { about: "", mirrors: [], files, archive: known("set.tar.gz", archive) };
  return { set, archive };
}

Deno.test("fetch unpacks only the set's files from an archive, and fetches again only if they are damaged", () =>
  inFolder(async (folder) => {
    const { set, archive } = await archived({ "../../outside.bin": "x", "set/readme.html": "x" });
    await using server = serveFiles({ "/set.tar.gz": archive });
    const seen: number[] = [];
    const fetch = () =>
      fetchSet({
        set,
        mirrors: [server.url],
        folder: `${folder}/deep/set`,
        progress: (done, of) => {
          assertEquals(of, archive.length);
          seen.push(done);
        },
      });
    assertEquals((await fetch()).map((f) => f.from), Array(2).fill(`${server.url}/set.tar.gz`));
    assertEquals(seen.at(-1), archive.length);
    assertEquals(Object.keys(filesIn(folder)).sort(), ["deep/set/a.bin", "deep/set/b.bin"]);
    assertEquals((await fetch()).map((f) => f.from), [null, null]);
    assertEquals(server.requests.length, 1);
    await Deno.writeTextFile(`${folder}/deep/set/b.bin`, "B".repeat(2000));
    assertEquals((await fetch()).map((f) => f.from), [null, `${server.url}/set.tar.gz`]);
    assertEquals(await Deno.readTextFile(`${folder}/deep/set/b.bin`), "b".repeat(2000));
  }));

Deno.test("fetch unpacks all of an archive that was compressed in parts, as by pigz and bgzip", () =>
  inFolder(async (folder) => {
    const { set, archive } = await archived();
    const tar = gunzipSync(archive);
    const parts = [tar.subarray(0, 700), tar.subarray(700, 700), tar.subarray(700)].map((p) => gzipSync(p));
    const members = new Uint8Array(Buffer.concat(parts));
    await using server = serveFiles({ "/set.tar.gz": members });
    const joined = { ...set, archive: known("set.tar.gz", members) };
    await fetchSet({ set: joined, mirrors: [server.url], folder });
    assertEquals(await Deno.readTextFile(`${folder}/a.bin`), "a".repeat(1000));
    assertEquals(await Deno.readTextFile(`${folder}/b.bin`), "b".repeat(2000));
  }));

Deno.test("fetch refuses an archive without the known files, or one that decompresses to too much, and leaves no file", () =>
  inFolder(async (folder) => {
    const refuse = async (wanted: Partial<KnownFile>, more: Record<string, string>, why: string) => {
      const { set, archive } = await archived(more);
      await using server = serveFiles({ "/set.tar.gz": archive });
      const files = [{ ...set.files[0]!, ...wanted }];
      await assertRejects(
        () => fetchSet({ set: { ...set, files }, mirrors: [server.url], folder }),
        Error,
        why,
      );
      assertEquals(Object.keys(filesIn(folder)).filter((n) => n.includes(".bin")), []);
    };
    await refuse({ name: "c.bin" }, {}, "must hold a file c.bin of 1000 bytes, holds none");
    await refuse({ bytes: 999 }, {}, "must hold a file a.bin of 999 bytes, holds one of 1000");
    const { digest } = known("a.bin", bytesOf("other"));
    await refuse({ digest }, {}, "a.bin has another");
    await refuse({}, { "set/0": "0".repeat(2 ** 21) }, "holds more than the ");
  }));

Deno.test("the cache folder follows the environment", () => {
  const cache = (environment: Record<string, string>) => cacheFolder((name) => environment[name]);
  assertEquals(cache({ HOME: "/h" }), "/h/.cache/descent");
  assertEquals(cache({ HOME: "/h", XDG_CACHE_HOME: "/x/" }), "/x/descent");
  assertEquals(cache({ HOME: "/h", XDG_CACHE_HOME: "x" }), "/h/.cache/descent");
  assertEquals(cache({ HOME: "/h", XDG_CACHE_HOME: "/x", DESCENT_CACHE_DIR: "d" }), "d");
  assertEquals(cache({}), undefined);
});

Deno.test("the task may reach the mirrors and loopback, and nothing else", () => {
  const [, allowed = ""] = /--allow-net=(\S+)/.exec(denoJson.tasks.experiment.command) ?? [];
  const mirrors = Object.values(CATALOG).flatMap((c) => c.mirrors.map((m) => new URL(m).host));
  assertEquals(allowed.split(",").sort(), [...new Set(["127.0.0.1", "localhost", ...mirrors])].sort());
});

const wrong: readonly [args: readonly string[], code: number, err: string][] = [
  [[], 2, "fetch needs one or more of mnist, fashion-mnist, cifar-10, ptb"],
  [["minst"], 2, 'fetch knows mnist, fashion-mnist, cifar-10, ptb, not "minst". Did you mean "mnist"?'],
  [["ptb", "--mirror", "nowhere"], 2, "--mirror must be a URL that begins with http"],
  [["ptb", "--timeout", "0"], 2, "--timeout must be a number above 0, got 0"],
  [["ptb", "--epochs", "2"], 2, "unknown option --epochs"],
];

Deno.test("fetch refuses a wrong call, and says what is allowed", () =>
  inFolder(async (folder) => {
    for (const [args, code, err] of wrong) {
      const result = await run(folder, "fetch", ...args);
      assertEquals(result.code, code, result.err);
      assertStringIncludes(result.err, err);
    }
    assertEquals(Object.keys(filesIn(folder)), []);
  }));

Deno.test("a file with a wrong digest never gets its name, and other hosts cannot be reached", () =>
  inFolder(async (folder) => {
    const path = "/ptb/ptb.train.txt";
    const file = new Uint8Array(CATALOG.ptb.files[0].bytes);
    await using server = serveFiles({ [path]: file });
    const bad = await run(folder, "fetch", "ptb", "--mirror", server.url, "--out", "d");
    assertEquals(bad.code, 1);
    assertMatch(
      bad.err,
      /cannot fetch d\/ptb\/ptb\.train\.txt: .* gave a file whose sha256 is .*, not fcea919f/,
    );
    await using away = serveFiles({ [path]: file }, [{ kind: "redirect", to: "http://example.org/f" }]);
    const off = await run(folder, "fetch", "ptb", "--mirror", away.url, "--out", "d", "--quiet");
    assertEquals(off.code, 1);
    assertStringIncludes(off.err, "DESCENT_PERMISSIONS=--allow-net=example.org");
    assertEquals(Object.keys(filesIn(folder)), []);
  }));

/** The folder of Penn Treebank, for tests. */
const DATA = Deno.env.get("DESCENT_DATA_DIR") ?? new URL("../../../../shared/data", import.meta.url).pathname;

Deno.test("fetch gets Penn Treebank despite breaks and a kill, and the experiment finds it", {
  ignore: !exists(`${DATA}/ptb/ptb.train.txt`),
}, () =>
  inFolder(async (folder) => {
    const files = Object.fromEntries(
      CATALOG.ptb.files.map(({ name }) => [`/ptb/${name}`, Deno.readFileSync(`${DATA}/ptb/${name}`)]),
    );
    await using server = serveFiles(files, [
      { kind: "cut", after: 1_000_000 },
      { kind: "stall", after: 1_000_000 },
    ]);
    const args = ["fetch", "ptb", "--mirror", server.url];
    const killed = start(folder, ...args);
    while (server.requests.length < 2 || size(`${folder}/cache/ptb/ptb.train.txt.part`) < 2_000_000) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    killed.kill("SIGKILL");
    await end(killed);
    const { code, out, err } = await run(folder, ...args, "--json", "--quiet");
    assertEquals([code, err], [0, ""]);
    const [set] = JSON.parse(out).sets;
    assertEquals(set.folder, `${folder}/cache/ptb`);
    assertEquals(
      set.files.map((f: { from: string }) => f.from),
      Object.keys(files).map((f) => server.url + f),
    );
    assertEquals(server.requests.slice(0, 3), [
      "/ptb/ptb.train.txt",
      "/ptb/ptb.train.txt from 1000000",
      "/ptb/ptb.train.txt from 2000000",
    ]);
    assertEquals(
      Object.keys(filesIn(`${folder}/cache`)).sort(),
      Object.keys(files).map((f) => f.slice(1)).sort(),
    );
    const trained = await run(
      folder,
      ...["language-model", "--corpus", "ptb", "--model", "rnn", "--share", "0.002", "--epochs", "1"],
      ...["--json", "--quiet"],
    );
    assertEquals(trained.code, 0, trained.err);
    assert(JSON.parse(trained.out).runs[0].steps > 0);
  }));

function exists(path: string): boolean {
  return size(path) > 0;
}

function size(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0;
  }
}
