/** Holds what Weights & Biases recorded of a JSONL file against the file. */
import { assertEquals } from "@std/assert";
import { jsonlTracker } from "../../../scripts/trackers/jsonl.ts";

const ROOT = new URL("../../../", import.meta.url);

interface Golden {
  readonly recipe: string;
  readonly lines: readonly string[];
  /** The values of each row, as W&B wrote them: JSON, and the names of numbers that JSON lacks. */
  readonly history: readonly Readonly<Record<string, string>>[];
}

const GOLDEN: Golden = JSON.parse(
  await Deno.readTextFile(new URL("tests/golden/trackers/wandb.json", ROOT)),
);

/** Returns a value of W&B's as the tracker writes it: the names of numbers that JSON lacks are texts. */
const written = (value: string): unknown => /^-?(NaN|Infinity)$/.test(value) ? value : JSON.parse(value);

Deno.test("W&B records every row and value of a JSONL file by the recipe of docs/tracking.md", async () => {
  const page = await Deno.readTextFile(new URL("docs/tracking.md", ROOT));
  assertEquals(page.includes(GOLDEN.recipe), true, "the page's recipe is not the one that was run");
  const recorded = GOLDEN.history.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, written(value)]))
  );
  assertEquals(GOLDEN.lines.length, 8);
  assertEquals(recorded, GOLDEN.lines.map((line) => JSON.parse(line)));
});

Deno.test("the JSONL tracker writes the lines that W&B was given", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const tracker = jsonlTracker(folder);
    tracker.restart(GOLDEN.lines.map((line) => {
      const { _step: step, optimizer, seed, ...values } = JSON.parse(line);
      const numbers = Object.entries(values).map(([name, value]) => [name, Number(value)]);
      return { training: "sgd", step, settings: { optimizer, seed }, values: Object.fromEntries(numbers) };
    }));
    await tracker.finish("finished");
    assertEquals(await Deno.readTextFile(`${folder}/jsonl/sgd.jsonl`), `${GOLDEN.lines.join("\n")}\n`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
