import { assertEquals, assertThrows } from "@std/assert";
import { architecture, PICTURE } from "../../tools/architecture.ts";
import { importsIn, innerRoomOf, sourceFiles } from "../../tools/architecture/imports.ts";
import { layersOf, withoutImplied } from "../../tools/architecture/layers.ts";
import { layout } from "../../tools/architecture/layout.ts";

const ROOT = new URL("../../", import.meta.url);
const imports = (all: Record<string, string[]>) =>
  new Map(Object.entries(all).map(([from, to]): [string, Set<string>] => [from, new Set(to)]));

Deno.test("docs/architecture.svg is what `deno task docs` writes", async () => {
  assertEquals(await Deno.readTextFile(PICTURE), architecture());
});

Deno.test("ARCHITECTURE.md names every room, and every folder within", async () => {
  const text = await Deno.readTextFile(new URL("ARCHITECTURE.md", ROOT));
  const rooms = sourceFiles(ROOT).map((file) => {
    const inner = innerRoomOf(file);
    return inner === undefined ? file.split("/")[0]! : `${file.split("/")[0]}/${inner}`;
  });
  assertEquals([...new Set(rooms)].filter((room) => !text.includes(`\`${room}\``)), []);
});

Deno.test("importsIn() finds static and dynamic imports and re-exports, and none in comments", () => {
  const source = [
    'import { a } from "../b/c.ts";',
    "export {",
    '  d,} from "./e.ts";',
    '  const f = await import("../g.ts");',
    ' * import { h } from "./mod.ts";',
    '// import "./i.ts";',
    'import "./j.ts";',
    'import k from "npm:k";',
  ].join("\n");
  assertEquals(importsIn(source, "x/y.ts"), ["b/c.ts", "x/e.ts", "g.ts", "x/j.ts"]);
});

Deno.test("layersOf() puts a room below all that import it, and names a circle", () => {
  const all = imports({ top: ["a", "b"], a: ["b"], b: [], alone: [] });
  assertEquals(Object.fromEntries(layersOf(all)), { top: 0, a: 1, b: 2, alone: 0 });
  const error = assertThrows(() => layersOf(imports({ a: ["b"], b: ["a"] })), Error);
  assertEquals(error.message, "rooms import each other: a <- b <- a");
});

Deno.test("withoutImplied() leaves out an import that a longer way implies", () => {
  const left = withoutImplied(imports({ a: ["b", "c", "d"], b: ["c"], c: ["d"], d: [] }));
  assertEquals([...left].map(([from, to]) => [from, [...to]]), [["a", ["b"]], ["b", ["c"]], ["c", ["d"]], [
    "d",
    [],
  ]]);
});

Deno.test("layout() leaves no boxes over one another, and draws each arrow from room to room", () => {
  const all = imports({ a: ["c", "d"], b: ["c", "e"], c: ["e"], d: ["e"], e: [] });
  const { boxes, arrows, width, height } = layout(all, { lines: () => ["inner"], arrows: all });
  assertEquals(arrows.length, 6);
  for (const p of boxes) {
    assertEquals(p.x >= 0 && p.y >= 0 && p.x + p.width <= width && p.y + p.height <= height, true);
    for (const q of boxes) {
      const apart = p.x + p.width <= q.x || q.x + q.width <= p.x || p.y + p.height <= q.y ||
        q.y + q.height <= p.y;
      assertEquals([p.name, q.name, p === q || apart], [p.name, q.name, true]);
    }
  }
});
