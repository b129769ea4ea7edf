import { assert, assertEquals, assertMatch } from "@std/assert";
import { digits, fit, iris, mlp, parseModel, sgd, takeExamples, withLoss } from "../../mod.ts";
import { encodeModel } from "../../onnx/mod.ts";
import { bundleOf, tableBundle, withDisplay } from "../../display/mod.ts";
import { lines, liveLines, table } from "../../plots/mod.ts";
import { comparePaired, kendall, pairedTTest, timeToTarget, welch } from "../../stats/mod.ts";

async function textOf(object: object): Promise<string> {
  return String((await bundleOf(object))?.["text/plain"]);
}

Deno.test("withDisplay() leaves comparisons, copies, JSON and clones as they are", async () => {
  const shown = withDisplay({ a: 1 }, () => ({ "text/plain": "a" }));
  assertEquals(shown, { a: 1 });
  assertEquals(JSON.stringify(shown), '{"a":1}');
  assertEquals([await bundleOf({ ...shown }), await bundleOf(structuredClone(shown))], [
    undefined,
    undefined,
  ]);
});

Deno.test("tableBundle() aligns numbers to the right, escapes HTML, and says how many rows it leaves out", () => {
  const rows = [["<b>", 1], ["c", 1000.123456], [null, undefined]] as const;
  const { "text/plain": text, "text/html": html } = tableBundle({
    summary: "A & B",
    columns: ["x", "y"],
    rows,
    most: 2,
  });
  assertEquals(text, "A & B\nx         y\n<b>       1\nc    1000.1\nthe first 2 of 3 rows");
  assertMatch(String(html), /<p>A &#38; B<\/p>.*<td style="text-align: left">&#60;b&#62;<\/td>/);
  assertMatch(String(html), /<td style="text-align: right">1000\.1<\/td>/);
});

Deno.test("a notebook shows models by inputs, outputs and parameters, those of files too", async () => {
  const model = mlp({ inputs: 4, hidden: [8], outputs: 3, seed: 1 });
  const text = await textOf(model);
  assertMatch(
    text,
    /^mlp: x float32\[N, 4\] → \S+ float32\[N, 3\]; 67 numbers in 4 initializers; 3 nodes: 2 Gemm, Relu\n/,
  );
  assertMatch(text, /layers\.0\.weight +float32 +\[8, 4\] +32/);
  assertEquals(await textOf(parseModel(encodeModel(model))), text);
  assertMatch(await textOf(withLoss(model, { loss: "cross-entropy" })), /loss float32\[\]/);
});

Deno.test("a notebook shows tables by their first examples, images by their shapes, also of parts", async () => {
  const table = await textOf(takeExamples(iris(), [100, 0]));
  assertEquals(table.split("\n").slice(1, 4), [
    "sepal length  sepal width  petal length  petal width  y",
    "         6.3          3.3             6          2.5  virginica",
    "         5.1          3.5           1.4          0.2  setosa",
  ]);
  assertMatch(
    await textOf(digits()),
    /^digits: 1,797 examples, 10 classes .*\n.*\nx +uint8 +\[1797, 8, 8\] +0 +4\.8842 +16\n/,
  );
});

Deno.test("a notebook shows a training by its losses: a plot, and all records as text", async () => {
  const { x, y } = takeExamples(digits(), Array.from({ length: 64 }, (_, i) => i)).inputs;
  const data = { x: { ...x, scale: 1 / 16 }, target: y };
  const result = await fit({
    model: withLoss(mlp({ inputs: 64, hidden: [], outputs: 10, seed: 1 }), { loss: "cross-entropy" }),
    optimizer: sgd({ learningRate: 0.1 }),
    train: data,
    evaluate: { test: data },
    metrics: ["loss", "accuracy"],
    epochs: 3,
    batchSize: 32,
  });
  const bundle = (await bundleOf(result))!;
  const { layer, title } = bundle["application/vnd.vegalite.v5+json"] as {
    layer: { data: { values: { line: string; y: number }[] } }[];
    title: { text: string; subtitle: string[] };
  };
  const values = (line: string) => layer[0]!.data.values.filter((v) => v.line === line).map((v) => v.y);
  assertEquals(values("training"), result.epochs.map((r) => r.trainLoss));
  assertEquals(values("test"), result.epochs.map((r) => r.metrics.test!.loss!));
  const summary = [title.text, ...title.subtitle].join("; ");
  assertMatch(summary, /^3 epochs, 6 steps; training loss [\d.]+; test: loss [\d.]+, accuracy [\d.]+$/);
  assertEquals(String(bundle["text/plain"]).split("\n").length, 5);
  assertEquals(atob(bundle["image/png"] as string).slice(1, 4), "PNG");
});

Deno.test("a notebook shows statistics by estimate, interval and p", async () => {
  const [a, b] = [[3, 4, 5, 7], [1, 2, 3, 4]];
  for (const result of [comparePaired(a, { with: b }), welch(a, { with: b })]) {
    const { value, low, high, p } = result;
    const [line] = (await textOf(result)).split("\n");
    const numbers = line!.match(/-?[\d.]+(e-\d+)?/g)!.map(Number);
    [value, low, high, p].forEach((v, i) => assert(Math.abs(numbers[i]! - v) <= 1e-4 * Math.abs(v), line));
  }
  assertMatch(await textOf(pairedTTest([1, 2, 4])), /^pairedTTest: statistic [\d.]+, p = [\d.]+\n/);
  assertMatch(await textOf(kendall(a, b)), /^kendall: 1, p = /);
  assertMatch(
    await textOf(timeToTarget([{ time: 3, reached: true }], { horizon: 5 })),
    /runs +reached/,
  );
});

/** Runs a function where Jupyter's kernel would be, and returns its messages. */
async function inJupyter(run: () => Promise<void>): Promise<{ type: string; data: object; id: string }[]> {
  const messages: { type: string; data: object; id: string }[] = [];
  const broadcast = (
    type: string,
    { data, transient }: { data: object; transient: { display_id: string } },
  ) => {
    messages.push({ type, data, id: transient.display_id });
  };
  const before = Object.getOwnPropertyDescriptor(globalThis, "Deno")!;
  const value = Object.create(Deno, { jupyter: { value: { broadcast } } });
  Object.defineProperty(globalThis, "Deno", { ...before, value });
  try {
    await run();
  } finally {
    Object.defineProperty(globalThis, "Deno", before);
  }
  return messages;
}

Deno.test("liveLines() shows one plot and replaces it, not more often than asked, and draws it at the end", async () => {
  const points = (data: object) =>
    (data as Record<string, { layer: { data: { values: unknown[] } }[] }>)[
      "application/vnd.vegalite.v5+json"
    ]!
      .layer[0]!.data.values.length;
  for (
    const { interval, counts } of [{ interval: 0, counts: [1, 2, 3, 3] }, { interval: 1e6, counts: [1, 3] }]
  ) {
    const messages = await inJupyter(async () => {
      const live = liveLines({ y: "loss", interval });
      for (const x of [1, 2, 3]) live.add("sgd", { x, y: 1 / x });
      await live.close();
    });
    assertEquals(messages.map((m) => points(m.data)), counts);
    assertEquals(
      messages.map((m) => m.type),
      counts.map((_, i) => (i === 0 ? "display_data" : "update_display_data")),
    );
    assertEquals(new Set(messages.map((m) => m.id)).size, 1);
    assertEquals(messages.map((m) => "image/png" in m.data), counts.map((_, i) => i === counts.length - 1));
  }
});

Deno.test("plots and tables show themselves; a table is its rows", async () => {
  const bundle = (await bundleOf(lines({ adam: [2, 1] }, { title: "Loss" })))!;
  assertEquals(bundle["text/plain"], "Loss");
  const rows = [{ a: 1 }, { b: true }];
  assertEquals(table(rows), rows);
  assertEquals(await textOf(table(rows)), "2 rows\na  b\n1\n   true");
});
