import { assert, assertEquals, assertMatch } from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };
import { importsOf, sourceFiles } from "../../tools/module_graph.ts";

const ROOT = new URL("../../", import.meta.url);

/** The packages of a lock file. */
interface Lock {
  /** The versions that the requirements of imports were resolved to. */
  readonly specifiers: Readonly<Record<string, string>>;
  /** The packages by name and version. */
  readonly npm: Readonly<Record<string, { readonly integrity: string; readonly scripts?: boolean }>>;
}

async function readLock(name: string): Promise<Lock> {
  return JSON.parse(await Deno.readTextFile(new URL(name, ROOT)));
}

/** Returns the package and version of a specifier such as `npm:/@scope/name@1.2.3/part`, as a lock file writes it. */
function requirementOf(specifier: string): string {
  const [, requirement] = /^npm:\/?((?:@[^/]+\/)?[^/]+)/.exec(specifier)!;
  return `npm:${requirement}`;
}

/** Returns the packages that some folders or files import. */
async function packagesOf(places: readonly string[]): Promise<string[]> {
  const imports = await importsOf(await sourceFiles(places));
  return [...new Set(imports.filter(({ to }) => to.startsWith("npm:")).map(({ to }) => requirementOf(to)))]
    .sort();
}

/** The folders and files of the library and the scripts: everything that a user runs. */
const USED = [
  ...[
    "deps.ts",
    "mod.ts",
    "autodiff",
    "data",
    "files",
    "host",
    "models",
    "onnx",
    "optim",
    "options",
    "plots",
  ],
  ...["random", "runtime", "schedules", "scripts", "stats"],
];

// Deno downloads everything that a lock file names before it runs a task.
Deno.test("deno.lock names the packages of the library and the scripts, and no others", async () => {
  const { specifiers } = await readLock("deno.lock");
  assertEquals(Object.keys(specifiers).sort(), await packagesOf(USED));
});

/** The most that those packages may take, in bytes; README promises 330 MB. */
const MOST_BYTES = 330e6;

Deno.test("the packages that the first run downloads take less than 330 MB", async () => {
  const { npm } = await readLock("deno.lock");
  const cache = await npmFolder();
  let total = 0;
  for (const key of Object.keys(npm)) {
    const [, name, version] = /^(@?[^@]+)@([^_]+)/.exec(key)!;
    total += await bytesIn(`${cache}/${name}/${version}`);
  }
  assert(total > 300e6 && total < MOST_BYTES, `${total} bytes`);
});

/** Returns the folder of Deno's cache that holds the packages of its one registry. */
async function npmFolder(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout)) as { npmCache: string };
  const hosts = [...Deno.readDirSync(npmCache)].filter((e) => e.isDirectory).map((e) => e.name);
  const host = hosts.find((name) => exists(`${npmCache}/${name}/onnxruntime-node`));
  assert(host !== undefined, `no packages in ${npmCache}`);
  return `${npmCache}/${host}`;
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

async function bytesIn(folder: string): Promise<number> {
  let total = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    total += isDirectory ? await bytesIn(path) : (await Deno.lstat(path)).size;
  }
  return total;
}

Deno.test("the import map names no package that only benches and tests need", async () => {
  const needed = await packagesOf(USED);
  const mapped = Object.values(denoJson.imports).filter((to) => to.startsWith("npm:")).map(requirementOf);
  assertEquals(mapped.filter((name) => !needed.includes(name)), []);
});

Deno.test("dev.lock has the same packages as deno.lock, and those of benches, tests and pages", async () => {
  const [user, dev] = [await readLock("deno.lock"), await readLock("dev.lock")];
  const others = Object.keys(user.npm).filter((name) =>
    dev.npm[name]?.integrity !== user.npm[name]!.integrity
  );
  assertEquals(others, []);
  const more = Object.keys(dev.specifiers).filter((name) => user.specifiers[name] === undefined);
  assertEquals(more.sort(), await packagesOf(["bench/deps", "tests/deps", "web"]));
});

Deno.test("deno.json denies every package its install script, so that Deno does not warn of them", async () => {
  const { npm } = await readLock("dev.lock");
  const scripts = Object.keys(npm).filter((name) => npm[name]!.scripts);
  assertEquals(
    scripts.map((name) => `npm:${name.slice(0, name.lastIndexOf("@"))}`).sort(),
    denoJson.allowScripts.deny.toSorted(),
  );
  assertEquals(denoJson.allowScripts.allow, []);
});

Deno.test("the commands of README and docs/experiments.md are quiet: Deno prints no command line of a task", async () => {
  const pages = ["README.md", "docs/experiments.md"].map((page) => Deno.readTextFile(new URL(page, ROOT)));
  const lines = (await Promise.all(pages)).join("\n").split("\n");
  const commands = lines.flatMap((line) => [...line.matchAll(/deno(?:@[\d.]+)? task\b.*/g)].map(([c]) => c));
  assertEquals(commands.length > 5, true);
  for (const command of commands) assertMatch(command, /^deno(@[\d.]+)? task -q /);
});
