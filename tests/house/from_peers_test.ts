/** Runs our snippets of docs/from_*.md, and compares what they show with stored results of the libraries beside them. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { digestOf, parsePage, programs } from "../../tools/snippets/page.ts";
import { run } from "../../tools/snippets/run.ts";
import { distance, numbersIn, type Shown } from "../../tools/snippets/shown.ts";

/** The results of another library, as `tools/golden/from_peers.py` and `from_tensorflow_js.ts` store them. */
interface Stored {
  readonly snippets: readonly { title: string; digest: string; shown: Shown[] }[];
}

/** The pages, and the largest difference of a number relative to those above 1. TensorFlow.js computes in float32. */
const PAGES = { pytorch: 1e-6, optax: 1e-6, tensorflow_js: 1e-5 } as const;

const ROOT = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, ROOT));

const pages = Object.entries(PAGES).map(([name, tolerance]) => ({
  name,
  tolerance,
  page: parsePage(read(`docs/from_${name}.md`)),
  stored: JSON.parse(read(`tests/golden/from/${name}.json`)) as Stored,
}));

Deno.test("the pages for readers of other libraries have the same twelve tasks", () => {
  const titles = pages.map(({ page }) =>
    page.snippets.map(({ title }) => title).filter((title) => /^\d/.test(title))
  );
  assertEquals(titles[0]!.map((title) => parseInt(title)), Array.from({ length: 12 }, (_, i) => i + 1));
  for (const other of titles) assertEquals(other, titles[0]);
});

for (const { name, page, stored } of pages) {
  Deno.test(`the stored results belong to the code of docs/from_${name}.md`, async () => {
    const digests = await Promise.all(programs(page, "theirs").map(digestOf));
    const now = page.snippets.map(({ title }, i) => ({ title, digest: digests[i] }));
    assertEquals(stored.snippets.map(({ title, digest }) => ({ title, digest })), now);
  });
}

Deno.test("our snippets pass the type check and show what the other libraries show", async () => {
  const ours = pages.flatMap(({ page }) => programs(page, "ours"));
  // Most are the same on all pages.
  const distinct = [...new Set(ours)];
  const shown = await run(distinct);
  const far = pages.flatMap(({ name, tolerance, page, stored }) =>
    programs(page, "ours").flatMap((program, i) => {
      const { title, shown: theirs } = stored.snippets[i]!;
      const own = shown[distinct.indexOf(program)]!;
      assert(own.length > 0, `${name}, ${title}: shows nothing`);
      const worst = own.length === theirs.length
        ? Math.max(...own.map((value, i) => distance(value, theirs[i]!)))
        : Infinity;
      return worst <= tolerance ? [] : [`${name}, ${title}: ${worst}`];
    })
  );
  assertEquals(far, []);
});

Deno.test("parsePage() refuses a section without two blocks of code, and a page without a set-up", () => {
  const block = (code: string) => `\n\`\`\`ts ignore\n${code}\n\`\`\`\n`;
  const page = `# A\n\n## Set-up\n${block("a")}${block("b")}\n## Other\n${block("c")}\n## 1. One\n${
    block("d")
  }${block("e")}`;
  const one = { title: "1. One", theirs: "d\n", ours: "e\n" };
  assertEquals(parsePage(page), { setUp: { title: "Set-up", theirs: "a\n", ours: "b\n" }, snippets: [one] });
  assertEquals(programs(parsePage(page), "ours"), ["b\n\ne\n"]);
  assertThrows(
    () => parsePage(`${page}${block("f")}`),
    Error,
    "'1. One' must have two blocks of code, has 3",
  );
  assertThrows(
    () => parsePage(page.replace("Set-up", "Setting up")),
    Error,
    "the page has no section 'Set-up'",
  );
});

Deno.test("distance() finds numbers that differ, and names, counts and kinds", () => {
  const tensor = { dtype: "float64", shape: [2], data: Float64Array.of(1, 200) };
  assertEquals(numbersIn({ a: tensor, b: [1, [2, tensor]], c: 3 }), {
    a: [1, 200],
    b: [1, 2, 1, 200],
    c: [3],
  });
  assertEquals(distance({ b: [0], a: [1, 200] }, { a: [1, 200], b: [0] }), 0);
  assertEquals(distance([0.5, 300], [0, 200]), 0.5);
  assertEquals(distance([0, 300], [0, 200]), 0.5);
  for (const other of [[1], [1, 2, 3], [1, NaN], { 0: [1], 1: [2] }]) {
    assertEquals(distance([1, 2], other), Infinity);
  }
  assertEquals(distance({ a: [1] }, { b: [1] }), Infinity);
  assertThrows(() => numbersIn({ a: "1" }), TypeError, "not a number or a tensor: 1");
});

Deno.test("run() refuses a program with a wrong type, or one that fails", async () => {
  await assertRejects(() => run(["const n: string = 1;"]), Error, "TS2322");
  await assertRejects(() => run(['throw new Error("no");'], { extension: "js" }), Error, "Error: no");
});
