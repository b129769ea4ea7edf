import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { BANDS } from "../../scripts/report/plots/bands.ts";
import { compilePlot, svgOf } from "../../scripts/report/draw.ts";
import { shortLabels } from "../../scripts/report/end_labels.ts";
import { measurePlot } from "../../scripts/report/measure_plot.ts";
import type { Plot } from "../../scripts/report/plot.ts";
import { heatMap } from "../../scripts/report/plots/heat_map.ts";
import { type LinePoint, lines } from "../../scripts/report/plots/lines.ts";
import { shareSets } from "../../scripts/report/share_sets.ts";
import { withoutEmptyColumns } from "../../scripts/report/tables.ts";

/** Returns the texts of a group of a picture, with the positions that their own transforms give. */
async function textsOf(plot: Plot, group: string): Promise<{ text: string; y: number }[]> {
  const svg = await svgOf(plot, await compilePlot(plot));
  const groups = svg.match(new RegExp(`<g class="mark-text [^"]*${group}"[^>]*>.*?</g>`, "gs")) ?? [];
  return groups.flatMap((g) =>
    [...g.matchAll(/<text [^>]*?translate\(([^,]*),([^)]*)\)([^>]*)>([^<]*)</g)]
      .filter(([, , , rest, text]) => text !== "" && !/opacity="0"/.test(rest!))
      .map(([, , y, , text]) => ({ text: text!, y: Number(y) }))
  );
}

const curve = (line: string, end: number): LinePoint[] => [1, end].map((y, x) => ({ x, y, line }));

Deno.test("names at the ends of lines keep a distance, their order, and inside the plot", async () => {
  // Five ends lie on each other, two near the lower border.
  const ends = { a: 1, b: 0.5, c: 0.5, d: 0.501, e: 0.499, f: 0.5, g: 0, h: 0.001 };
  const points = Object.entries(ends).flatMap(([line, end]) => curve(line, end));
  const plot = lines(points, { name: "a", title: "a", x: "x", y: "y", height: 200 });
  const found = (await textsOf(plot, "labels")).sort((p, q) => p.y - q.y);
  assertEquals(found.length, 8);
  assertEquals([found[0]!.text, ...found.slice(-2).map((l) => l.text)], ["a", "h", "g"]);
  for (const [i, { y }] of found.entries()) {
    if (i > 0) {
      assert(y - found[i - 1]!.y >= 14 - 1e-6, `${found[i - 1]!.text} and ${found[i]!.text} overlap`);
    }
    assert(y >= -7 && y <= 200 + 4, `${found[i]!.text} is at ${y}`);
  }
  // A name that no other one pushes away stands at its end: its baseline is 4 pixels below.
  assertEquals(found.find((l) => l.text === "a")!.y, 4);
});

Deno.test("shortLabels() leaves out the words that all names begin with", () => {
  assertEquals(shortLabels(["run 1 adam", "run 1 sgd"]), ["adam", "sgd"]);
  assertEquals(shortLabels(["adam", "adam 2"]), ["adam", "adam 2"]);
  assertEquals(shortLabels(["only one"]), ["only one"]);
});

Deno.test("a plot describes its lines in words, and has their numbers", () => {
  const plot = lines([...curve("sgd", 0.25), { x: 2, y: 0.5, line: "sgd" }, { x: 0, y: NaN, line: "adam" }], {
    name: "a",
    title: "a",
    x: "epoch",
    y: "loss",
  });
  assertEquals(
    plot.text,
    "1 line of loss over epoch. sgd: from 1 at 0 to 0.5 at 2; least 0.25 at 1, largest 1 at 0.",
  );
  assertEquals(plot.rows!.columns, { line: "line", x: "epoch", y: "loss" });
  assertEquals(plot.rows!.values.length, 3);
});

Deno.test("bands say what they are, and only where there are any", () => {
  const options = { name: "a", title: "a", x: "x", y: "y" };
  const banded = curve("a", 2).map((p) => ({ ...p, low: p.y - 1, high: p.y + 1 }));
  assertEquals(lines(banded, options).caption, BANDS);
  assertEquals(
    lines(banded, { ...options, caption: "Losses.", bands: "Bands: of 95 %." }).caption,
    "Losses. Bands: of 95 %.",
  );
  assertEquals(lines(curve("a", 2), options).caption, undefined);
});

Deno.test("ticks are round numbers, and powers of ten on a long logarithmic scale", async () => {
  const ticks = async (plot: Plot) =>
    (await textsOf(plot, "role-axis-label")).map(({ text }) =>
      Number(text.replaceAll(",", "").replace("−", "-"))
    );
  const options = { name: "a", title: "a", x: "x", y: "y" };
  const grid = [...Array(41).keys()].map((i) => -4.88 + i * 0.244);
  const map = heatMap(grid.flatMap((x) => grid.map((y) => ({ x, y, value: x * y }))), {
    ...options,
    value: "v",
  });
  for (const tick of await ticks(map)) assert(Number.isInteger(tick), `${tick}`);
  // Few numbers, such as rates, keep a label each.
  const rates = heatMap([0.003, 0.007, 0.02].map((x) => ({ x, y: "a", value: x })), {
    ...options,
    value: "v",
  });
  assertEquals((await ticks(rates)).filter((t) => !Number.isNaN(t)), [0.003, 0.007, 0.02]);
  const long = lines([0, 1].map((x) => ({ x, y: 10 ** (-5 * x), line: "a" })), { ...options, log: true });
  for (const tick of (await ticks(long)).filter((t) => t > 0 && t < 1)) {
    assertEquals(Math.log10(tick), Math.round(Math.log10(tick)));
  }
});

Deno.test("measurePlot() draws 16 lines at first, has up to 256, and marks the best of each run", () => {
  const labels = Array.from({ length: 150 }, (_, i) => `run-${i}`);
  const runs = labels.map((_, i) => ({
    metrics: ["adam", "sgd"].map((optimizer, k) => ({
      optimizer,
      epoch: "1",
      testAccuracy: String(i === 1 ? 0.9 - k / 10 : 0.5 + k / 10),
    })),
  }));
  const [plot] = measurePlot(runs, { labels, measure: "testAccuracy" });
  const { names, hidden, best, runs: ofLines } = plot!.lines!;
  assertEquals([names.length, hidden.length], [256, 240]);
  assertEquals([names[0], hidden[0], ofLines![2]], ["run-0 adam", "run-8 adam", "run-1"]);
  assertEquals(best!.slice(0, 3), ["run-0 sgd", "run-1 adam", "run-2 sgd"]);
  assertStringIncludes(
    plot!.caption!,
    "16 of 256 lines are drawn at first. The first 256 of 300 lines can be chosen.",
  );
});

Deno.test("shareSets() stores equal sets of numbers once", () => {
  const values = () => [{ x: 1 }, { x: 2 }];
  const { sets, value } = shareSets({
    spec: { data: [{ values: values() }] },
    rows: { values: values() },
    values: [1],
  });
  assertEquals(sets, [values()]);
  assertEquals(value, {
    spec: { data: [{ values: { $set: 0 } }] },
    rows: { values: { $set: 0 } },
    values: [1],
  });
});

Deno.test("tables leave out columns without any text", () => {
  const { header, rows } = withoutEmptyColumns({
    header: ["a", "b", "c"],
    rows: [["1", "", ""], ["2", "", "3"]],
  });
  assertEquals([header, rows], [["a", "c"], [["1", ""], ["2", "3"]]]);
});
