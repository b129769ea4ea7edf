import { assert, assertEquals } from "@std/assert";
import { documentation } from "../../tools/function_docs.ts";
import { measured, optimizerDocs, optimizerOf } from "../../tools/optimizer_docs.ts";
import { optimizerPapers, PAPERS } from "../../tools/optimizer_papers.ts";
import { HELPERS, OF_EXAMPLES, TABLE } from "../optim/table.ts";

Deno.test("docs/optimizers.md is up to date with deno task docs", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/optimizers.md", import.meta.url));
  assertEquals(page, await optimizerDocs());
});

Deno.test("what experiment optimizers says of papers is up to date with deno task docs", async () => {
  assertEquals(await Deno.readTextFile(PAPERS), await optimizerPapers());
});

Deno.test("docs/optimizers.md has every optimizer, with formula, state, options, differences and paper", async () => {
  const all = (await documentation()).flatMap(({ functions }) => functions);
  const names = all.map((f) => f.name);
  assertEquals(new Set(names).size, names.length);
  const contract = new Set([...OF_EXAMPLES, ...Object.keys(TABLE).map((row) => row.split("(")[0]!)]);
  assertEquals(new Set(names), contract);
  assert(names.every((name) => !HELPERS.has(name)));
  for (const doc of all) {
    const said = doc.state.match(/: (\d+) bytes a float32 parameter(?!.* more than)/)?.[1];
    const { bytes } = measured(optimizerOf(doc));
    if (said !== undefined) assertEquals(Math.round(bytes), Number(said), `${doc.name} says ${doc.state}`);
  }
  for (const { name, text, see, state, elsewhere, defaultRate } of all) {
    assert(see !== "" || ["masked", "scale", "chain"].includes(name), `${name} names no paper`);
    if (defaultRate === "") continue;
    assert(text.includes("```text"), `${name} has no formula`);
    assert(state !== "", `${name} says nothing of its state`);
    assert(elsewhere !== "", `${name} says nothing of PyTorch and Optax`);
  }
  const rates = all.filter((f) => f.defaultRate !== "").length;
  assert(rates >= 42, `${rates} optimizers have a default rate`);
});
