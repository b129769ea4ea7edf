/** Compares the pages of docs/ with the registry of experiments. */
import { assertEquals } from "@std/assert";
import { allCommands } from "../../scripts/experiments/registry.ts";
import { withExperiments } from "../../tools/experiment_docs.ts";

const EXPERIMENTS = await allCommands();

const read = (path: string) => Deno.readTextFile(new URL(`../../${path}`, import.meta.url));

Deno.test("docs/experiments.md lists every experiment: deno task docs writes its table", async () => {
  const page = await read("docs/experiments.md");
  assertEquals(page, await withExperiments(page));
});

Deno.test("docs/reproductions.md has sections and rows only for existing experiments", async () => {
  const page = await read("docs/reproductions.md");
  const headings = [...page.matchAll(/^### `([\w-]+)`/gm)].map(([, name]) => name!);
  const commands = [...page.matchAll(/deno task experiment ([a-z][\w-]*)/g)].map(([, name]) => name!);
  assertEquals(headings.length >= 10 && commands.length >= 10, true);
  const named = new Set([...headings, ...commands]);
  assertEquals([...named].filter((name) => !Object.hasOwn(EXPERIMENTS, name)), []);
});
