import { assert, assertEquals } from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };
import { closureOf, importsOf, sourceFiles } from "../../tools/module_graph.ts";
import { ROOMS } from "../../tools/rooms.ts";

const ROOT = new URL("../../", import.meta.url);

/** Returns the paths that `deno publish` would send, without sending anything. */
async function published(): Promise<string[]> {
  const { stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["publish", "--dry-run", "--allow-dirty", "--no-check"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stderr);
  assert(success, text);
  return [...text.matchAll(/^ +(file:\S+) \(/gm)].map(([, url]) => url!.slice(ROOT.href.length)).sort();
}

const files = await published();
const modules = files.filter((file) => file.endsWith(".ts"));

Deno.test("deno publish sends the library alone: no tests, benches, scripts or tools", () => {
  const places = new Set(files.map((file) => file.split("/")[0]!));
  const library = Object.keys(ROOMS).map((room) => room.split("/")[0]!)
    .filter((place) =>
      !["scripts", "bench", "examples", "tools", "site", "web", "playground"].includes(place)
    );
  const others = ["deno.json", "README.md", "CHANGELOG.md", "LICENSE"];
  assertEquals([...places].toSorted(), [...new Set([...library, ...others])].toSorted());
});

Deno.test("deno publish sends every file that an entry point imports", async () => {
  const imports = await importsOf(await sourceFiles(modules));
  const needed = Object.values(denoJson.exports)
    .flatMap((entry) => closureOf(entry.slice(2), imports))
    .filter((file) => !file.includes(":"));
  assert(needed.length > 400);
  assertEquals([...new Set(needed)].filter((file) => !files.includes(file)), []);
});

/** Returns whether a source names Deno outside comments: only the host of that name may; Node, Bun and browsers run the rest. */
function namesDeno(source: string): boolean {
  return /\bDeno\b\s*[.\[]/.test(source.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ""));
}

Deno.test("one file of the library names Deno's interfaces", async () => {
  const sources = await Promise.all(
    modules.map(async (file) => [file, await Deno.readTextFile(new URL(file, ROOT))] as const),
  );
  assertEquals(sources.filter(([, source]) => namesDeno(source)).map(([file]) => file), ["host/deno.ts"]);
});
