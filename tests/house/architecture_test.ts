import { assertEquals, assertThrows } from "@std/assert";
import { architecture } from "../../tools/architecture.ts";
import { layersOf, withoutImplied } from "../../tools/architecture/layers.ts";
import { layout } from "../../tools/architecture/layout.ts";

const ROOT = new URL("../../", import.meta.url);
const imports = (all: Record<string, string[]>) =>
  new Map(Object.entries(all).map(([from, to]): [string, Set<string>] => [from, new Set(to)]));

Deno.test("the pictures and the table of ARCHITECTURE.md are up to date with `deno task docs`", async () => {
  for (const { path, text } of await architecture()) {
    assertEquals(await Deno.readTextFile(new URL(path, ROOT)), text);
  }
});

Deno.test("layersOf() puts a room below all rooms that import it, and names a circle", () => {
  const all = imports({ top: ["a", "b"], a: ["b"], b: [], alone: [] });
  assertEquals(Object.fromEntries(layersOf(all)), { top: 0, a: 1, b: 2, alone: 0 });
  const error = assertThrows(() => layersOf(imports({ a: ["b"], b: ["a"] })), Error);
  assertEquals(error.message, "rooms import each other: a <- b <- a");
});

Deno.test("withoutImplied() leaves out an import that a longer path implies", () => {
  const left = withoutImplied(imports({ a: ["b", "c", "d"], b: ["c"], c: ["d"], d: [] }));
  assertEquals([...left].map(([from, to]) => [from, [...to]]), [["a", ["b"]], ["b", ["c"]], ["c", ["d"]], [
    "d",
    [],
  ]]);
});

Deno.test("layout() lets no boxes overlap, and draws each arrow from room to room", () => {
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
