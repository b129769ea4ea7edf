import { assertEquals } from "@std/assert";
import { type Import, importsOf, sourceFiles } from "../../tools/module_graph.ts";
import { roomOf, ROOMS } from "../../tools/rooms.ts";

/** The rooms of the library: their files import npm packages only through `deps.ts`. */
const LIBRARY = Object.keys(ROOMS).filter((r) => !/^(scripts|bench|tools|playground)/.test(r));

const isPackage = (to: string) => /^[a-z@]/.test(to) && (to.includes(":") || to.startsWith("@"));

/** Returns the imports that break the table of rooms, as `from -> to: why`. */
function wrongImports(imports: readonly Import[]): string[] {
  return imports.flatMap(({ from, to, dynamic }) => {
    const why = fault({ from, to, dynamic });
    return why === undefined ? [] : [`${from} -> ${to}: ${why}`];
  });
}

function fault({ from, to, dynamic }: Import): string | undefined {
  const room = roomOf(from);
  if (room === undefined) return "no room of the table holds the importing file";
  if (isPackage(to)) {
    const named = ["deps.ts", "web/packages.ts"].includes(from) ||
      (room === "host" && to.startsWith("node:"));
    return LIBRARY.includes(room) && !named ? "only deps.ts names packages" : undefined;
  }
  const other = roomOf(to) ?? to.split("/")[0]!;
  // The adapters stand for packages.
  if (other === "scripts/std") return LIBRARY.includes(room) ? "the library uses no @std package" : undefined;
  // A room may import its own files, and those of the rooms around it, but not their doors.
  if (other === room) return undefined;
  if (room.startsWith(`${other}/`)) {
    return to === `${other}/mod.ts` ? "a room inside another does not import the outer door" : undefined;
  }
  const { imports } = ROOMS[room]!;
  if (!imports.includes(other) && !imports.includes(to)) return `${room} may not import ${other}`;
  if (ROOMS[other] === undefined || ROOMS[other].open || other === to || to === `${other}/mod.ts`) {
    return undefined;
  }
  return dynamic ? undefined : `the door of ${other} is ${other}/mod.ts`;
}

/** Returns the circles among static imports, each as a sorted list of files. */
function circles(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to, dynamic } of imports) {
    if (!dynamic && !isPackage(to)) next.set(from, [...next.get(from) ?? [], to]);
  }
  const reach = (start: string): Set<string> => {
    const seen = new Set<string>();
    const open = [...next.get(start) ?? []];
    while (open.length > 0) {
      const file = open.pop()!;
      if (!seen.has(file)) {
        seen.add(file);
        open.push(...next.get(file) ?? []);
      }
    }
    return seen;
  };
  const reached = new Map([...next.keys()].map((file) => [file, reach(file)]));
  const found = new Map<string, string[]>();
  for (const [file, to] of reached) {
    if (!to.has(file)) continue;
    const circle = [...to].filter((other) => reached.get(other)?.has(file)).sort();
    found.set(circle.join(), circle);
  }
  return [...found.values()];
}

/**
 * The one circle: a value knows its graph and the node that made it, a node its attributes, and an attribute may hold a
 * graph.
 */
const IR = ["attribute", "check", "graph", "ops", "value"].map((name) => `onnx/ir/${name}.ts`);

/** Known circles and forbidden imports that still have to be removed, by their first file. */
const LEFT = [
  "runtime/training/fit.ts",
  "tests/optim/papers/base.ts",
];

const PLACES = [...new Set(Object.keys(ROOMS).map((r) => r.split("/")[0]!))];

Deno.test("imports keep to the table of rooms, in every file, and go through doors", async () => {
  const files = await sourceFiles(PLACES);
  assertEquals(files.length > 400, true);
  assertEquals(files.filter((f) => roomOf(f) === undefined), []);
  const wrong = wrongImports(await importsOf(files));
  assertEquals(wrong.filter((w) => !LEFT.some((file) => w.startsWith(file))), []);
});

Deno.test("no imports go in a circle, types included", async () => {
  const found = circles(await importsOf(await sourceFiles([...PLACES, "tests"])));
  assertEquals(found.filter((circle) => circle.join() !== IR.join() && !LEFT.includes(circle[0]!)), []);
});

Deno.test("the table of rooms has no circle, and lists lower rooms first", () => {
  const order = Object.keys(ROOMS);
  const wrong = order.flatMap((room) =>
    ROOMS[room]!.imports.filter((to) => ROOMS[to] && order.indexOf(to) > order.indexOf(room)).map((to) =>
      `${room} -> ${to}`
    )
  );
  assertEquals(wrong, []);
});

Deno.test("imports that break the table are found", () => {
  const from = (from: string, to: string, dynamic = false): Import => ({ from, to, dynamic });
  assertEquals(
    wrongImports([
      from("onnx/ir/graph.ts", "optim/mod.ts"),
      from("autodiff/rules/matmul.ts", "onnx/mod.ts"),
      from("optim/optimizer.ts", "optim/host/kernel.ts"),
      from("autodiff/rules/matmul.ts", "autodiff/site.ts"),
      from("autodiff/rules/matmul.ts", "autodiff/mod.ts"),
      from("models/dense.ts", "npm:left-pad@1.0.0"),
      from("deps.ts", "npm:left-pad@1.0.0"),
      from("host/node.ts", "npm:left-pad@1.0.0"),
      from("host/node.ts", "node:fs"),
      from("bench/main.ts", "scripts/sweep/mod.ts"),
      from("strange/file.ts", "mod.ts"),
    ]),
    [
      "onnx/ir/graph.ts -> optim/mod.ts: onnx/ir may not import optim",
      "optim/optimizer.ts -> optim/host/kernel.ts: the door of optim/host is optim/host/mod.ts",
      "autodiff/rules/matmul.ts -> autodiff/mod.ts: a room inside another does not import the outer door",
      "models/dense.ts -> npm:left-pad@1.0.0: only deps.ts names packages",
      "host/node.ts -> npm:left-pad@1.0.0: only deps.ts names packages",
      "strange/file.ts -> mod.ts: no room of the table holds the importing file",
      "bench/main.ts -> scripts/sweep/mod.ts: bench may not import scripts/sweep",
    ].sort((a, b) => order(a) - order(b)),
  );
});

/** The order of the planted imports. */
function order(text: string): number {
  return ["onnx", "optim", "autodiff", "models", "host", "bench", "strange"].findIndex((f) =>
    text.startsWith(f)
  );
}

Deno.test("a circle is found", () => {
  const from = (from: string, to: string, dynamic = false): Import => ({ from, to, dynamic });
  assertEquals(
    circles([from("a.ts", "b.ts"), from("b.ts", "c.ts"), from("c.ts", "a.ts"), from("c.ts", "d.ts")]),
    [
      ["a.ts", "b.ts", "c.ts"],
    ],
  );
  assertEquals(circles([from("a.ts", "b.ts"), from("b.ts", "a.ts", true)]), []);
});
