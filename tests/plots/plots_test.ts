import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { basins, contours, lines, type PlotSpec, profiles, spectra } from "../../plots/mod.ts";
import { PALETTE } from "../../plots/style/mod.ts";

type Row = Readonly<Record<string, number | string>>;
interface Layer {
  readonly data: { readonly values: readonly Row[] };
  readonly mark: { readonly type: string };
  readonly encoding: Readonly<Record<string, { readonly scale?: Readonly<Record<string, unknown>> }>>;
}

function layersOf(spec: PlotSpec): readonly Layer[] {
  return spec.layer as Layer[];
}

function rowsOf(spec: PlotSpec, layer = 0): readonly Row[] {
  return layersOf(spec)[layer]!.data.values;
}

Deno.test("lines() places heights at 1, 2, 3, and leaves out what a logarithmic axis cannot show", () => {
  const data = { adam: [4, NaN, 0, -1, 2], sgd: { x: [0, 10], y: [1, 2], low: [0.5, 0], high: [2, 3] } };
  const adam = (spec: PlotSpec) => rowsOf(spec).filter((r) => r.line === "adam").map((r) => [r.x, r.y]);
  assertEquals(adam(lines(data)), [[1, 4], [3, 0], [4, -1], [5, 2]]);
  assertEquals(adam(lines(data, { log: true })), [[1, 4], [5, 2]]);
  assertEquals(rowsOf(lines(data, { logX: true })).filter((r) => r.line === "sgd").map((r) => r.x), [10]);
  assertEquals(rowsOf(lines(data), 1).length, 2);
  assertEquals(rowsOf(lines(data, { log: true }), 1).map((r) => r.low), [0.5]);
});

Deno.test("lines() colors an update rule as all other plots do, and settings in order", () => {
  const colors = (spec: PlotSpec) => layersOf(spec)[0]!.encoding.color!.scale;
  const [first, second] = PALETTE.light;
  assertEquals(colors(lines({ momentum: [1], adam: [1] })), {
    domain: ["momentum", "adam"],
    range: [second, first],
  });
  assertEquals(colors(lines({ a: [1], b: [1] }, { series: true })), {
    domain: ["a", "b"],
    range: [first, second],
  });
});

Deno.test("lines() draws references with their labels, and a range of the axis", () => {
  const spec = lines({ adam: [0.5, 1] }, { references: [{ y: 0.9, label: "target" }], range: [0, 1] });
  assertEquals(layersOf(spec).map((l) => l.mark.type), ["line", "rule", "text"]);
  assertEquals(layersOf(spec)[0]!.encoding.y!.scale!.domain, [0, 1]);
});

Deno.test("plots refuse unknown options, wrong sizes and arrays of different lengths by name", async () => {
  assertThrows(() => lines({}, { titel: "x" } as never), RangeError, "title");
  assertThrows(() => lines({ a: [1] }, { width: 0 }), RangeError, "width must be a finite number above 0");
  assertThrows(() => lines({ a: { x: [1], y: [1, 2] } }), RangeError, "x of 'a' must hold 2 numbers");
  assertThrows(() => spectra({ a: { places: [1], density: [] } }), RangeError, "density of 'a' must hold 1");
  assertThrows(
    () => basins(() => "a", { across: [0, 1, 3], up: [0, 1] }),
    RangeError,
    "across must be at least two",
  );
  const many = (x: number) => `end ${x}`;
  const ten = Array.from({ length: 10 }, (_, i) => i);
  assertThrows(() => basins(many, { across: ten, up: [0, 1] }), RangeError, "at most 9 ends");
  const options = { across: [0, 1], up: [1, 0] } as const;
  await assertRejects(() => contours(() => 0, options), RangeError, "up must be two finite numbers");
  await assertRejects(
    () => contours([[1, 2], [1]], { across: [0, 1], up: [0, 1] }),
    RangeError,
    "rows of 2, 1",
  );
});

Deno.test("contours() of a grid lie where the grid says, row by row upward, and stop at the border", async () => {
  // f = x + 10 y on three rows and five columns: its contour at 12 runs from (2, 1) to (0, 1.2).
  const grid = [0, 1, 2].map((y) => [0, 1, 2, 3, 4].map((x) => x + 10 * y));
  const spec = await contours(grid, { across: [0, 4], up: [0, 2], levels: [12, 100] });
  const points = rowsOf(spec) as readonly { x: number; y: number; level: number }[];
  // The contour is straight: its ends suffice.
  assertEquals(points.map((p) => p.x).sort(), [0, 4]);
  for (const { x, y, level } of points) {
    assert(level === 12 && Math.abs(x + 10 * y - 12) < 1e-3, `${x}, ${y}, ${level}`);
    assert(x >= 0 && x <= 4 && y >= 0 && y <= 2);
  }
});

Deno.test("contours() draws paths to their ends, without the points of a divergence, and marks", async () => {
  const spec = await contours((x, y) => x * x + y * y, {
    across: [-1, 1],
    up: [-1, 1],
    paths: { adam: [[1, 1], [0.5, 0.5], [NaN, 0], [Infinity, 1]] },
    marks: { minimum: [0, 0] },
  });
  assertEquals(rowsOf(spec, 1).map((r) => r.x), [1, 0.5]);
  assertEquals(rowsOf(spec, 2).map((r) => r.x), [0.5]);
  assertEquals(rowsOf(spec, 3), [{ label: "minimum", x: 0, y: 0 }]);
  // Evenly spaced in log(1 + f): the lowest is nearer to the minimum than the spacing of the highest.
  const levels = [...new Set(rowsOf(spec).map((r) => Number(r.level)))].sort((a, b) => a - b);
  assert(levels.length >= 10 && levels[0]! < levels.at(-1)! - levels.at(-2)!, levels.join());
});

Deno.test("basins() gives each cell its place and the end that is reached from there", () => {
  const spec = basins((x, y) => (y > 1 ? null : x < 0 ? "left" : "right"), {
    across: [-1, 0, 1],
    up: [0, 1, 2],
    ends: { right: [1, 0], left: [-1, 0] },
  });
  assertEquals(rowsOf(spec).length, 6);
  assertEquals(rowsOf(spec)[0], { left: -1.5, right: -0.5, low: -0.5, high: 0.5, x: -1, y: 0, end: "left" });
  assertEquals(layersOf(spec)[0]!.encoding.color!.scale!.domain, ["right", "left"]);
});

Deno.test("profiles() steps where a solver's cost is that many times the least", () => {
  const rows = rowsOf(profiles({ a: [1, 4], b: [2, 1] }));
  const line = (name: string) => rows.filter((r) => r.line === name).map((r) => [r.x, r.y]);
  assertEquals(line("a"), [[1, 0.5], [2, 0.5], [4, 1], [4.4, 1]]);
  assertEquals(line("b"), [[1, 0.5], [2, 1], [4, 1], [4.4, 1]]);
});

Deno.test("spectra() hides what smoothing left, and marks eigenvalues", () => {
  const spec = spectra({ a: { places: [0, 1, 2], density: [1, 1e-9, 0.1] }, b: { values: [3] } }, {
    least: 1e-3,
  });
  assertEquals(rowsOf(spec).map((r) => r.x), [0, 2]);
  assertEquals(rowsOf(spec, 1), [{ line: "b", x: 3 }]);
});

Deno.test("contours() draws curves by few points, none beside its place, and keeps the corners of paths", async () => {
  const straight = Array.from({ length: 500 }, (_, i) => [i / 499, 0] as const);
  const spec = await contours((x, y) => x * x + y * y, {
    across: [-1, 1],
    up: [-1, 1],
    levels: [0.5],
    paths: { sgd: [...straight, [1, 0.5]] },
  });
  const points = rowsOf(spec) as readonly { x: number; y: number }[];
  assert(points.length < 130, String(points.length));
  points.slice(1).forEach(({ x, y }, i) => {
    const middle = Math.hypot(x + points[i]!.x, y + points[i]!.y) / 2;
    assert(Math.abs(middle - Math.SQRT1_2) < 2e-3, `${middle} after point ${i}`);
  });
  assertEquals(rowsOf(spec, 1).map((r) => [r.x, r.y]), [[0, 0], [1, 0], [1, 0.5]]);
});
