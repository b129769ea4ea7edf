import { assert, assertEquals, assertMatch } from "@std/assert";
import * as compare from "../../examples/compare_optimizers.ts";
import * as edge from "../../examples/edge_of_stability.ts";
import * as finetune from "../../examples/finetune_onnx.ts";
import * as first from "../../examples/first_steps.ts";
import { cellsOf, type NotebookCell, notebookOf } from "../../tools/notebooks/cells.ts";
import { EXAMPLES, NOTEBOOKS, scriptOf, storedNotebook } from "../../tools/notebooks/main.ts";

Deno.test("first_steps.ts: rules follow the valley, and the network learns", () => {
  const ends = Object.values(first.paths).map((path) => path.at(-1)!);
  for (const [x, y] of ends) assert(x > 0 && Math.abs(y - x * x) < 0.01, `${x}, ${y}`);
  assert(first.result.epochs.at(-1)!.metrics.test!.accuracy! > 0.94);
});

Deno.test("compare_optimizers.ts: each rate is inside the grid, and all rules learn", () => {
  for (const [name, losses] of Object.entries(compare.search)) {
    const best = losses.indexOf(Math.min(...losses));
    assert(best > 0 && best < losses.length - 1, `${name}: ${losses}`);
  }
  assert(Object.values(compare.accuracies).flat().every((accuracy) => accuracy > 0.85));
  const { value, low, high, p } = compare.comparison;
  assert(low <= value && value <= high && p >= 2 / 32);
  assert(Object.values(compare.costs).flat().every((epochs) => epochs <= 12));
});

Deno.test("edge_of_stability.ts: the sharpness rises to 2 over the rate, and stays there", () => {
  for (const [name, { y }] of Object.entries(edge.sharpness)) {
    const rate = Number(name.replace("η = ", ""));
    assert(y[0]! < 1.8 / rate, `${name}: ${y[0]}`);
    for (const value of y.slice(-4)) assert(Math.abs(value * rate - 2) < 0.1, `${name}: ${value}`);
  }
  for (const { y } of Object.values(edge.losses)) assert(y.at(-1)! < y[0]! / 10, `${y[0]}, ${y.at(-1)}`);
});

Deno.test("finetune_onnx.ts: weights of the file are worth more than random ones, on few examples", () => {
  const [scratch, head, all] = Object.values(finetune.accuracies).map((of) => of.at(-1)!);
  assert(all! > scratch! + 0.05 && head! > scratch! + 0.05, `${scratch}, ${head}, ${all}`);
  assert(all! > finetune.before + 0.15, `${finetune.before}, ${all}`);
  assertEquals(finetune.written.graph!.output.map((o) => o.name).length, 1);
});

Deno.test("cellsOf() parts a script at its marks, and drops what only scripts need", () => {
  const script = "// %% [markdown]\n// # T\n//\n// text\n\n// %%\nexport const a = 1;\n\na;\n";
  assertEquals(cellsOf(script), [
    { kind: "markdown", source: "# T\n\ntext" },
    { kind: "code", source: "const a = 1;\n\na;" },
  ]);
});

Deno.test("notebookOf() keeps outputs up to the first cell that changed", () => {
  const script = (b: number) => `// %%\n1;\n\n// %%\n${b};\n\n// %%\n3;\n`;
  const before = notebookOf(script(2));
  const shown = before.cells.map((cell) => ({ ...cell, outputs: [{ name: cell.id }] }));
  const outputs = (b: number) =>
    notebookOf(script(b), { ...before, cells: shown }).cells.map((c) => c.outputs!.length);
  assertEquals(outputs(2), [1, 1, 1]);
  assertEquals(outputs(4), [1, 0, 0]);
});

/** The output of a cell, by media type. */
function shownBy({ outputs = [] }: NotebookCell): readonly Readonly<Record<string, unknown>>[] {
  return outputs.map((output) => output.data as Readonly<Record<string, unknown>>);
}

Deno.test("each notebook is that of its script, was executed in Jupyter, and names no machine", async () => {
  const stored = Array.from(Deno.readDirSync(EXAMPLES), (entry) => entry.name).filter((n) =>
    n.endsWith(".ipynb")
  );
  assertEquals(stored.toSorted(), NOTEBOOKS.map((name) => `${name}.ipynb`).toSorted());
  for (const name of NOTEBOOKS) {
    const notebook = await storedNotebook(name);
    // Where a cell changed, outputs would be missing.
    assertEquals(notebookOf(await scriptOf(name), notebook), notebook, `${name}: run deno task notebooks`);
    const code = notebook!.cells.filter((cell) => cell.cell_type === "code");
    assertEquals(
      code.map((c) => c.execution_count),
      code.map((_, i) => i + 1),
      `${name}: run tools/notebooks.py`,
    );
    const all = code.flatMap(shownBy);
    assert(all.every((data) => "text/plain" in data), `${name}: an error is among the outputs`);
    const plots = all.filter((data) => "application/vnd.vegalite.v5+json" in data && "image/png" in data);
    assert(plots.length >= 2 && all.some((data) => "text/html" in data), name);
    const text = JSON.stringify(notebook);
    assertEquals(/file:\/\/|"\/(home|root|work|Users)\//.test(text), false, `${name} shows a path`);
  }
});

Deno.test("a notebook shows an optimizer as a line, as its kernel printed it", async () => {
  const { cells } = (await storedNotebook("first_steps"))!;
  const cell = cells.find((c) => c.source.join("").startsWith("adam({"))!;
  assertMatch(
    [shownBy(cell)[0]!["text/plain"]].flat().join(""),
    /^adam\(learningRate: 0\.02, .*beta2: 0\.999, .*\)$/,
  );
});
