/** Every experiment's claims have a test here, and neither claims nor pages import code that measures. */
import { assert, assertEquals } from "@std/assert";
import { allCommands } from "../../../../scripts/experiments/registry.ts";
import { type Import, importsOf, sourceFiles } from "../../../../tools/module_graph.ts";

const EXPERIMENTS = await allCommands();

/** Returns the experiments with claims that have no test of the same name, with `_` for `-`. */
function untested(experiments: Readonly<Record<string, object>>, tests: readonly string[]): string[] {
  return Object.keys(experiments).filter((name) =>
    "claims" in experiments[name]! && !tests.includes(`${name.replaceAll("-", "_")}_test.ts`)
  );
}

Deno.test("each experiment with claims has a test of them in this folder", () => {
  const tests = [...Deno.readDirSync(new URL(".", import.meta.url))].map((e) => e.name);
  assertEquals(untested(EXPERIMENTS, tests), []);
  const withClaims = Object.values(EXPERIMENTS).filter((e) => "claims" in e);
  assert(withClaims.length >= 12, `${withClaims.length} experiments have claims`);
});

Deno.test("an experiment without a test of its claims is found", () => {
  const experiments = { "batch-size": { claims() {} }, digits: {}, made: { claims() {} } };
  assertEquals(untested(experiments, ["batch_size_test.ts"]), ["made"]);
});

/** The imports that claims and pages may have, besides files of their own experiment that obey the same rule. */
const PURE = [
  "options/mod.ts",
  "scripts/baselines/mod.ts",
  "scripts/cli/mod.ts",
  "scripts/comparison/mod.ts",
  "scripts/decision/mod.ts",
  "scripts/lab/problems/mod.ts",
  "scripts/lab/search/mod.ts",
  "scripts/report/mod.ts",
  "scripts/statistics/mod.ts",
  "stats/mod.ts",
];

/** The files of claims and pages, in the folder of their experiment or in one of their own name. */
const PURE_FILE = /(?:\/claims|\/page)?\/(?:claims|page)\.ts$/;

/** Returns the imports by which claims and pages reach code that measures, as `from -> to`. */
function impureImports(imports: readonly Import[]): string[] {
  const wrong = new Set<string>();
  const seen = new Set<string>();
  const open = [...new Set(imports.map((i) => i.from))].filter((f) => PURE_FILE.test(f))
    .map((file) => ({ file, experiment: file.replace(PURE_FILE, "/") }));
  while (open.length > 0) {
    const { file, experiment } = open.pop()!;
    if (seen.has(file)) continue;
    seen.add(file);
    for (const { to } of imports.filter((i) => i.from === file)) {
      const own = to.startsWith(experiment) && !/\/(measure|mod)\.ts$/.test(to);
      if (own) open.push({ file: to, experiment });
      else if (!PURE.includes(to)) wrong.add(`${file} -> ${to}`);
    }
  }
  return [...wrong].sort();
}

Deno.test("claims and pages import no code that measures", async () => {
  const files = await sourceFiles(["scripts/experiments"]);
  const imports = await importsOf(files);
  assertEquals(impureImports(imports), []);
});

Deno.test("a claim that imports code that measures is found, even if it imports it indirectly", () => {
  const from = (from: string, to: string): Import => ({ from: `e/a/${from}`, to, dynamic: false });
  assertEquals(
    impureImports([
      from("claims.ts", "e/a/data.ts"),
      from("claims.ts", "scripts/report/mod.ts"),
      from("page.ts", "e/a/measure.ts"),
      from("data.ts", "mod.ts"),
      from("measure.ts", "mod.ts"),
    ]),
    ["e/a/data.ts -> mod.ts", "e/a/page.ts -> e/a/measure.ts"],
  );
  assertEquals(
    impureImports([
      from("claims/claims.ts", "e/a/results/rows.ts"),
      from("results/rows.ts", "e/a/data.ts"),
      from("results/rows.ts", "mod.ts"),
      from("page/page.ts", "e/b/data.ts"),
    ]),
    ["e/a/page/page.ts -> e/b/data.ts", "e/a/results/rows.ts -> mod.ts"],
  );
});
