import { assertEquals, assertMatch } from "@std/assert";
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
  ...["deps.ts", "mod.ts", "autodiff", "data", "files", "models", "onnx", "optim", "options", "random"],
  ...["runtime", "schedules", "scripts", "stats"],
];

// Deno downloads everything that a lock file names before it runs a task.
Deno.test("deno.lock names the packages of the library and the scripts, and no others", async () => {
  const { specifiers } = await readLock("deno.lock");
  assertEquals(Object.keys(specifiers).sort(), await packagesOf(USED));
});

Deno.test("the import map names no package that only benches and tests need", async () => {
  const needed = await packagesOf(USED);
  const mapped = Object.values(denoJson.imports).filter((to) => to.startsWith("npm:")).map(requirementOf);
  assertEquals(mapped.filter((name) => !needed.includes(name)), []);
});

Deno.test("dev.lock has the same packages as deno.lock, and those of benches and tests", async () => {
  const [user, dev] = [await readLock("deno.lock"), await readLock("dev.lock")];
  const others = Object.keys(user.npm).filter((name) =>
    dev.npm[name]?.integrity !== user.npm[name]!.integrity
  );
  assertEquals(others, []);
  const more = Object.keys(dev.specifiers).filter((name) => user.specifiers[name] === undefined);
  assertEquals(more.sort(), await packagesOf(["bench/deps", "tests/deps"]));
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

Deno.test("the README's commands are quiet: Deno prints no command line of a task", async () => {
  const lines = (await Deno.readTextFile(new URL("README.md", ROOT))).split("\n");
  const commands = lines.flatMap((line) => [...line.matchAll(/deno(?:@[\d.]+)? task\b.*/g)].map(([c]) => c));
  assertEquals(commands.length > 5, true);
  for (const command of commands) assertMatch(command, /^deno(@[\d.]+)? task -q /);
});
