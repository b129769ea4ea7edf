import { assert, assertEquals } from "@std/assert";
import { type Point, scalePlot } from "../../bench/scale_plot.ts";
import { along, type Axis, parametersOf, type Size, sizes } from "../../bench/sizes.ts";
import { mlp } from "../../mod.ts";

const all = Object.entries(sizes(1)) as [Axis, Size[]][];

Deno.test("parametersOf() counts what the model trains", () => {
  const { graph } = mlp({ inputs: 784, hidden: [13], outputs: 10, seed: 1 });
  const counts = graph!.initializer.map((t) => t.dims.reduce((a, b) => a * Number(b), 1));
  assertEquals(parametersOf({ hidden: 13 }), counts.reduce((a, b) => a + b, 0));
});

Deno.test("sizes() range from 1e3 to 1e8 parameters, within a fifth, and change one axis at a time", () => {
  const parameters = sizes(1).parameters.map(parametersOf);
  parameters.forEach((n, i) => assert(Math.abs(n / 10 ** (i + 3) - 1) < 0.2, `${n}`));
  for (const [axis, list] of all) {
    for (const other of ["batch", "rows"] as const) {
      if (other !== axis) {
        assertEquals(new Set(list.map((s) => along(other, s))).size, 1, `${axis}: ${other}`);
      }
    }
  }
});

Deno.test("scalePlot() draws two marks for each point: time and memory", async () => {
  const points = all.flatMap(([axis, list]) =>
    list.map((size, i): Point => ({
      axis,
      size,
      at: along(axis, size),
      ms: i + 1,
      low: 1,
      high: 9,
      peakMiB: 70 * (i + 1),
    }))
  );
  const svg = await scalePlot(points);
  assertEquals(svg.match(/aria-roledescription="point"/g)?.length, 2 * points.length);
  assert(!svg.includes("NaN"));
});
